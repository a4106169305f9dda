package store

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/cluster"
)

// Runs yields the runs, the latest started first. An error ends the sequence.
func (v *Snapshot) Runs() iter.Seq2[Run, error] {
	return func(yield func(Run, error) bool) {
		if v.err != nil {
			yield(Run{}, v.err)
			return
		}
		it := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabRun}, Reverse: true})
		defer it.Close()
		var second []Run // keys tell seconds apart, records what is within one
		var prefix []byte
		flush := func() bool {
			slices.SortStableFunc(second, func(a, b Run) int { return b.Started.Compare(a.Started) })
			for _, r := range second {
				if !yield(r, nil) {
					return false
				}
			}
			second = second[:0]
			return true
		}
		for it.Seek([]byte{tabRun, 0xff}); it.Valid(); it.Next() {
			if key := it.Item().Key(); !bytes.HasPrefix(key, prefix) || len(prefix) == 0 {
				if !flush() {
					return
				}
				prefix = append(prefix[:0], key[:min(len(key), 1+timeWidth)]...)
			}
			var r Run
			err := valueOf(it.Item(), func(value []byte) (err error) {
				r, err = decodeRun(value)
				return err
			})
			if err != nil {
				if flush() {
					yield(Run{}, err)
				}
				return
			}
			second = append(second, r)
		}
		flush()
	}
}

// Run reads a run; ErrNotFound.
func (v *Snapshot) Run(id string) (Run, error) {
	value, err := v.get(keyHash(tabRunIndex, id))
	if err != nil {
		return Run{}, err
	}
	if value == nil {
		return Run{}, fmt.Errorf("run %s: %w", id, ErrNotFound)
	}
	if len(value) != timeWidth {
		return Run{}, corrupt("run index: %d bytes, expected %d", len(value), timeWidth)
	}
	if value, err = v.get(keyRun(timeOfKey(value), id)); err != nil {
		return Run{}, err
	}
	if value == nil {
		return Run{}, corrupt("run %s has an index row and no record", id)
	}
	return decodeRun(value)
}

// Rejects reads what is kept of the rejects of a run, in the order they came; none for a run without.
func (v *Snapshot) Rejects(run string) (RejectList, error) {
	var list RejectList
	value, err := v.get(keyHash(tabRejectCount, run))
	if err != nil || value == nil {
		return list, err
	}
	if list.Total, err = decodeTotal(value); err != nil {
		return list, err
	}
	k := keyOf(run)
	err = v.scan(tabReject, k[:], nil, func(key, value []byte) (bool, error) {
		if string(key[:len(k)]) != string(k[:]) {
			return false, nil
		}
		r, err := decodeReject(value)
		list.Kept = append(list.Kept, r)
		return true, err
	})
	return list, err
}

// Cursor reads how far a source has been read, nil if it never was.
func (v *Snapshot) Cursor(source string) ([]byte, error) {
	value, err := v.get(keyHash(tabCursor, source))
	if err != nil || value == nil {
		return nil, err
	}
	_, data, err := decodeNamed("cursor", value)
	return data, err
}

// Cursors reads all cursors, ordered by source.
func (v *Snapshot) Cursors() ([]Cursor, error) {
	var list []Cursor
	err := v.scan(tabCursor, nil, nil, func(_, value []byte) (bool, error) {
		name, data, err := decodeNamed("cursor", value)
		list = append(list, Cursor{Source: name, Data: data})
		return true, err
	})
	slices.SortFunc(list, func(a, b Cursor) int { return strings.Compare(a.Source, b.Source) })
	return list, err
}

// Profiles reads what was learned of sources, ordered by source.
func (v *Snapshot) Profiles() ([]cluster.SourceProfile, error) {
	var list []cluster.SourceProfile
	err := v.scan(tabSource, nil, nil, func(_, value []byte) (bool, error) {
		name, data, err := decodeNamed("source profile", value)
		list = append(list, cluster.SourceProfile{Source: name, Data: data})
		return true, err
	})
	slices.SortFunc(list, func(a, b cluster.SourceProfile) int { return strings.Compare(a.Source, b.Source) })
	return list, err
}
