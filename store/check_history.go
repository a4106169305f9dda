package store

import (
	"encoding/binary"
	"maps"
	"slices"
)

// checkHistories replays what the journal says of the objects of a part, and nothing else of it. Pages that the part walks
// over have to be followed by the next one.
func (c *checker) checkHistories(r *replay, kept counts) error {
	err := c.scan(tabJournal, func(key, value []byte) error {
		if len(key) != 8 {
			return corrupt("%d bytes of key", len(key))
		}
		_, list, err := decodePage(value)
		if err != nil {
			return err
		}
		first := binary.BigEndian.Uint64(key)
		next := first + uint64(len(list))
		if next <= kept.Changes && !c.part.has(keyJournal(next)) {
			c.add(BadJournal, "entry %d is missing", next)
		}
		return nil
	})
	if err != nil {
		return err
	}
	numbers := make(map[uint64]bool)
	err = c.scan(tabJournalOf, func(_, value []byte) error {
		list, err := decodeSeqs(value)
		for _, seq := range list {
			numbers[seq] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range c.events {
		numbers[e.began] = true
	}
	var last page
	for _, seq := range slices.Sorted(maps.Keys(numbers)) {
		if seq <= kept.complete {
			continue
		}
		if seq < last.first || seq >= last.first+uint64(len(last.entries)) {
			last = c.part.page(seq)
		}
		if i := seq - last.first; i < uint64(len(last.entries)) {
			e := last.entries[i] // a copy: it may be read again
			c.replayEntry(r, &e, seq)
		}
	}
	maps.DeleteFunc(r.seqs, func(id string, _ []uint64) bool { return !c.part.keys[tabJournalOf][string(keyID(tabJournalOf, id))] })
	c.compareReplay(r)
	return c.compareSeqs(r, kept.complete)
}

// page reads the page of the journal with an entry; an empty one where it cannot be read.
func (p *part) page(seq uint64) (found page) {
	first, err := p.v.pageStart(seq)
	if err != nil {
		return page{}
	}
	value, ok := p.value(keyJournal(first))
	if !ok {
		return page{}
	}
	found.first = first
	if found.pageHead, found.entries, err = decodePage(value); err != nil {
		return page{}
	}
	return found
}
