package store

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/cluster"
)

// page is a page of the journal.
type page struct {
	pageHead
	first   uint64
	entries []journaled
}

// pages yields the pages that have entries from a number on, backwards from the one that has it where asked to. An error
// ends the sequence.
func (v *Snapshot) pages(from uint64, backwards bool) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		if v.err != nil {
			yield(page{}, v.err)
			return
		}
		start := from
		if !backwards {
			p, err := v.pageStart(from)
			if err != nil {
				yield(page{}, err)
				return
			}
			start = p
		}
		it := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabJournal}, Reverse: backwards})
		defer it.Close()
		for it.Seek(keyJournal(start)); it.Valid(); it.Next() {
			p, err := readPage(it.Item())
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

func readPage(item *badger.Item) (p page, err error) {
	key := item.Key()[1:]
	if len(key) != 8 {
		return p, corrupt("key of the journal: %d bytes", len(key))
	}
	p.first = binary.BigEndian.Uint64(key)
	err = valueOf(item, func(value []byte) (err error) {
		p.pageHead, p.entries, err = decodePage(value)
		return err
	})
	return p, err
}

// pageStart gives the number that the page with an entry begins with; the number itself where no page is before it.
func (v *Snapshot) pageStart(seq uint64) (uint64, error) {
	it := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabJournal}, Reverse: true})
	defer it.Close()
	it.Seek(keyJournal(seq))
	if !it.Valid() {
		return seq, nil
	}
	key := it.Item().Key()[1:]
	if len(key) != 8 {
		return 0, corrupt("key of the journal: %d bytes", len(key))
	}
	return binary.BigEndian.Uint64(key), nil
}

// Changes yields the journal after sequence number since, 0 for all of it, up to until, 0 for its end. An error ends the
// sequence.
func (v *Snapshot) Changes(since, until uint64) iter.Seq2[JournalEntry, error] {
	return func(yield func(JournalEntry, error) bool) {
		next := since + 1
		if next == 0 {
			return
		}
		for p, err := range v.pages(next, false) {
			if err != nil {
				yield(JournalEntry{}, err)
				return
			}
			for i := range p.entries {
				seq := p.first + uint64(i)
				if seq < next {
					continue
				}
				if until != 0 && seq > until {
					return
				}
				if seq != next {
					yield(JournalEntry{}, corrupt("journal entry %d is missing", next))
					return
				}
				e, err := v.entry(&p, i)
				if !yield(e, err) || err != nil {
					return
				}
				next++
			}
		}
	}
}

// entry makes a stored entry whole.
func (v *Snapshot) entry(p *page, i int) (JournalEntry, error) {
	c := &p.entries[i]
	e := JournalEntry{Seq: p.first + uint64(i), At: p.at, Run: p.run, Change: c.Change}
	var err error
	name := func(keys ...storyKey) (ids []string) {
		if err == nil && len(keys) > 0 {
			ids, err = v.ids("journal entry", fmt.Sprint(e.Seq), keys)
		}
		return ids
	}
	if ofStories(c.Level) {
		e.In, e.Out = name(c.in...), name(c.out...)
		for _, s := range []struct {
			key storyKey
			to  *string
		}{{c.repBefore, &e.Before.Representative}, {c.repAfter, &e.After.Representative}} {
			if s.key != (storyKey{}) {
				if ids := name(s.key); ids != nil {
					*s.to = ids[0]
				}
			}
		}
	}
	if c.founder && err == nil {
		e.Object, e.After.Thread = cluster.EventID(e.In[0]), cluster.ThreadID(e.In[0])
	}
	return e, err
}

// Entry reads one entry of the journal; ErrNotFound.
func (v *Snapshot) Entry(seq uint64) (JournalEntry, error) {
	if seq > 0 && seq != math.MaxUint64 {
		for e, err := range v.Changes(seq-1, seq) {
			return e, err
		}
	}
	if v.err != nil {
		return JournalEntry{}, v.err
	}
	return JournalEntry{}, fmt.Errorf("journal entry %d: %w", seq, ErrNotFound)
}

// seqs lists the numbers of the entries of an object, rising.
func (v *Snapshot) seqs(object string) ([]uint64, error) {
	if object == "" || len(object) > maxID {
		return nil, nil
	}
	value, err := v.get(keyID(tabJournalOf, object))
	if err != nil {
		return nil, err
	}
	if value != nil {
		return decodeSeqs(value)
	}
	if value, err = v.get(keyID(tabEvent, object)); err != nil || value == nil {
		return nil, err
	}
	row, err := decodeEvent(object, value)
	if err != nil || row.began == 0 {
		return nil, err
	}
	return []uint64{row.began}, nil
}

// History reads the entries of one group, event, thread or series, the oldest first, without following redirects. What
// has none is unknown, or a group or thread that goes without saying, see cluster.Change.
func (v *Snapshot) History(object string) ([]JournalEntry, error) {
	list, err := v.seqs(object)
	if err != nil {
		return nil, err
	}
	out := make([]JournalEntry, 0, len(list))
	for _, seq := range list {
		e, err := v.Entry(seq)
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", object, notMissing(err))
		}
		out = append(out, e)
	}
	return out, nil
}

// SeqAt gives the number of the last entry that is not later than t, 0 where all are.
func (v *Snapshot) SeqAt(t time.Time) (uint64, error) {
	c, err := v.counts()
	if err != nil || !c.journaled.After(t) {
		return c.Changes, err
	}
	// Times do not fall from entry to entry.
	low, high := uint64(0), c.Changes // the entry of low is not later, that of high is
	for high-low > 1 {
		mid := low + (high-low)/2
		p, err := v.pageOf(mid)
		if err != nil {
			return 0, err
		}
		if p.at.After(t) {
			high = max(p.first, low+1)
		} else {
			low = min(p.first+uint64(len(p.entries))-1, high-1)
		}
	}
	return low, nil
}

// pageOf reads the page that has an entry.
func (v *Snapshot) pageOf(seq uint64) (page, error) {
	for p, err := range v.pages(seq, true) {
		if err == nil && seq-p.first >= uint64(len(p.entries)) {
			break
		}
		return p, err
	}
	return page{}, corrupt("journal entry %d is missing", seq)
}

// TimeOf gives the time of an entry; ErrNotFound.
func (v *Snapshot) TimeOf(seq uint64) (time.Time, error) {
	c, err := v.counts()
	if err != nil {
		return time.Time{}, err
	}
	if seq == 0 || seq > c.Changes {
		return time.Time{}, fmt.Errorf("journal entry %d: %w", seq, ErrNotFound)
	}
	p, err := v.pageOf(seq)
	return p.at, err
}

// linkOf gives the kind of the link by which an event came, as an entry of its thread says.
func linkOf(c *cluster.Change, event string) string {
	if i := slices.Index(c.In, event); i >= 0 && i < len(c.Links) {
		return c.Links[i]
	}
	return ""
}
