package store

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// widest is how many rows a part may pick for each that it walks: a story brings its other rows, its event and its thread.
const widest = 8

// CheckPart applies the rules of Check to a part of the store: some rows in the order of their keys from a position on, nil
// for the beginning, with all that has to agree with them. next is where the following part begins; nil when this one was
// the last. What only the whole shows, such as the counts, is left to Check. Rows bounds the work, and the memory, some 10
// KB each at most with what hangs together with it.
func (s *Store) CheckPart(ctx context.Context, from []byte, rows int) (r CheckReport, next []byte, err error) {
	v := s.View()
	defer v.Close()
	if v.err != nil {
		return CheckReport{}, nil, v.err
	}
	c := newChecker(ctx, v)
	c.part = &part{v: v, keys: make(map[byte]map[string]bool), events: make(map[string]*checkedEvent)}
	if next, err = c.part.walk(ctx, from, rows); err != nil {
		return CheckReport{}, nil, err
	}
	r, err = c.run()
	return r, next, err
}

// part is the rows of a store that a check looks at.
type part struct {
	v      *Snapshot
	keys   map[byte]map[string]bool // by table
	count  int
	events map[string]*checkedEvent // that were looked up; nil: none
}

// pick adds a row, whether or not it is there: one that should be and is not is a finding. It tells whether it is new.
func (p *part) pick(key []byte) bool {
	t := p.keys[key[0]]
	if t == nil {
		t = make(map[string]bool)
		p.keys[key[0]] = t
	}
	if t[string(key)] {
		return false
	}
	t[string(key)] = true
	p.count++
	return true
}

// read visits the rows of a table that were picked, in order.
func (p *part) read(table byte, each func(key, value []byte) (bool, error)) error {
	for _, key := range slices.Sorted(maps.Keys(p.keys[table])) {
		value, err := getRaw(p.v.txn, []byte(key))
		if err != nil {
			return err
		}
		if value == nil {
			continue
		}
		if more, err := each([]byte(key), value); err != nil || !more {
			return err
		}
	}
	return nil
}

// value reads a row; false where it is not there or damaged, which is found when it is checked itself.
func (p *part) value(key []byte) ([]byte, bool) {
	value, err := p.v.get(key)
	return value, err == nil && value != nil
}

// walk picks rows from a position on and returns the next one; nil at the end.
func (p *part) walk(ctx context.Context, from []byte, rows int) (next []byte, err error) {
	defer damaged(&err)
	it := p.v.txn.NewIterator(badger.IteratorOptions{})
	defer it.Close()
	walked := 0
	for it.Seek(from); it.Valid(); {
		key := it.Item().KeyCopy(nil)
		if walked > 0 && (walked >= rows || p.count >= widest*rows) {
			return key, nil
		}
		if walked++; walked%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch key[0] {
		case tabOverride: // each has to agree with all others
			if err := p.pickAll([]byte{tabOverride}); err != nil {
				return nil, err
			}
			it.Seek([]byte{tabOverride + 1})
			continue
		case tabScratch:
		default:
			if err := p.take(key); err != nil {
				return nil, err
			}
		}
		it.Next()
	}
	return nil, nil
}

func (p *part) pickAll(prefix []byte) error {
	return p.each(prefix, func(key []byte) bool {
		p.pick(key)
		return true
	})
}

// each visits the keys with a prefix.
func (p *part) each(prefix []byte, visit func(key []byte) bool) error {
	return p.v.scanRaw(prefix[0], prefix[1:], nil, func(key, _ []byte) (bool, error) {
		return bytes.HasPrefix(key, prefix) && visit(bytes.Clone(key)), nil
	})
}

// inUse tells whether an id has a record.
func (p *part) inUse(id string) bool {
	for _, table := range []byte{tabLone, tabSeries, tabGroup, tabEvent, tabThread} {
		if _, ok := p.value(keyID(table, id)); ok {
			return true
		}
	}
	return false
}

func (p *part) eventRow(id string) (e eventRow, ok bool) {
	value, ok := p.value(keyID(tabEvent, id))
	if !ok {
		return e, false
	}
	e, err := decodeEvent(id, value)
	return e, err == nil
}
