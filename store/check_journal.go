package store

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
)

// replay is what the journal says there is.
type replay struct {
	groups map[string]map[storyKey]bool
	events map[string]*replayed
	seqs   map[string][]uint64
	began  map[string]uint64
}

// replayed is an event as the journal has it.
type replayed struct {
	members map[storyKey]bool
	rep     storyKey
	thread  string
}

// apply does what an entry says.
func (r *replay) apply(c *journaled) {
	switch c.Level {
	case cluster.LevelGroup:
		if r.groups[c.Object] = step(r.groups[c.Object], c.in, c.out); len(r.groups[c.Object]) == 0 {
			delete(r.groups, c.Object)
		}
	case cluster.LevelEvent:
		e := r.events[c.Object]
		if e == nil {
			e = &replayed{thread: c.After.Thread}
			r.events[c.Object] = e
		}
		if e.members = step(e.members, c.in, c.out); len(e.members) == 0 {
			delete(r.events, c.Object)
		}
		e.rep = c.repAfter
	case cluster.LevelThread:
		for _, id := range c.Out {
			if e := r.events[id]; e != nil && e.thread == c.Object {
				e.thread = ""
			}
		}
		for _, id := range c.In {
			if e := r.events[id]; e != nil {
				e.thread = c.Object
			}
		}
	}
}

func step(set map[storyKey]bool, in, out []storyKey) map[storyKey]bool {
	if set == nil {
		set = make(map[storyKey]bool, len(in))
	}
	for _, k := range in {
		set[k] = true
	}
	for _, k := range out {
		delete(set, k)
	}
	return set
}

// checkJournal reads the journal from where it is complete and compares what comes of it with what is there.
func (c *checker) checkJournal() error {
	kept, err := c.v.counts()
	if err != nil {
		return nil // checkCounts says so
	}
	r := &replay{
		groups: make(map[string]map[storyKey]bool), events: make(map[string]*replayed), seqs: make(map[string][]uint64),
		began: make(map[string]uint64),
	}
	if c.part != nil {
		return c.checkHistories(r, kept)
	}
	next, whole := uint64(1), true
	var last time.Time
	err = c.scan(tabJournal, func(key, value []byte) error {
		if len(key) != 8 {
			return corrupt("%d bytes of key", len(key))
		}
		first := binary.BigEndian.Uint64(key)
		if first != next {
			c.add(BadJournal, "entry %d is missing", next)
			whole = false
		}
		next = first + 1 // where nothing else can be said
		head, list, err := decodePage(value)
		if err != nil {
			whole = false
			return err
		}
		if first > kept.complete && head.at.Before(last) {
			c.add(BadJournal, "entry %d is older than the one before", first)
		}
		last = head.at
		next = first + uint64(len(list))
		c.report.Counts.Changes += uint64(len(list))
		for i := range list {
			if seq := first + uint64(i); seq > kept.complete {
				c.replayEntry(r, &list[i], seq)
			}
		}
		return nil
	})
	if err != nil || !whole {
		return err
	}
	c.compareReplay(r)
	return c.compareSeqs(r, kept.complete)
}

func (c *checker) replayEntry(r *replay, e *journaled, seq uint64) {
	if e.founder {
		ids, err := c.v.ids("journal", "entry", e.in)
		if err != nil {
			c.add(BadJournal, "entry %d: %v", seq, err)
			return
		}
		e.Object, e.After.Thread = cluster.EventID(ids[0]), cluster.ThreadID(ids[0])
	}
	r.apply(e)
	if ev := c.events[e.Object]; e.founder && ev != nil && ev.began == seq {
		r.began[e.Object] = seq
		return
	}
	r.seqs[e.Object] = append(r.seqs[e.Object], seq)
}

func (c *checker) compareReplay(r *replay) {
	for _, id := range slices.Sorted(maps.Keys(c.groups)) {
		if !sameSet(r.groups[id], c.groups[id]) {
			c.add(BadJournal, "group %s has %d stories, by the journal %d or others", id, len(c.groups[id]), len(r.groups[id]))
		}
		delete(r.groups, id)
	}
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		if l, ok := c.lones[id]; len(r.groups[id]) != 1 || !ok || l.kind != loneGroup || !r.groups[id][l.story] {
			c.add(BadJournal, "group %s of the journal is not there, or has others", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.events)) {
		e, was := c.events[id], r.events[id]
		switch {
		case was == nil:
			c.add(BadJournal, "event %s is not in the journal", id)
		case !sameSet(was.members, e.members):
			c.add(BadJournal, "event %s has %d stories, by the journal %d or others", id, len(e.members), len(was.members))
		case was.rep != e.rep:
			c.add(BadJournal, "event %s has another headline by the journal", id)
		case was.thread != e.thread && (c.part == nil || e.thread != ""): // the thread that it left last is another part
			c.add(BadJournal, "event %s is in thread %s, by the journal in %q", id, e.thread, was.thread)
		}
		delete(r.events, id)
	}
	for _, id := range slices.Sorted(maps.Keys(r.events)) {
		c.add(BadJournal, "event %s of the journal is not there", id)
	}
}

func sameSet(set map[storyKey]bool, list []storyKey) bool {
	for _, k := range list {
		if !set[k] {
			return false
		}
	}
	return len(set) == len(list)
}

// compareSeqs compares the index of objects with the entries.
func (c *checker) compareSeqs(r *replay, complete uint64) error {
	err := c.scan(tabJournalOf, func(key, value []byte) error {
		list, err := decodeSeqs(value)
		if err != nil {
			return err
		}
		id := string(key)
		want := r.seqs[id]
		if seq := r.began[id]; seq != 0 {
			want = append([]uint64{seq}, want...)
			delete(r.began, id)
		}
		list = slices.DeleteFunc(list, func(seq uint64) bool { return seq <= complete })
		if !slices.Equal(list, want) {
			c.add(BadJournal, "the index lists %d entries of %s, there are %d or others", len(list), id, len(want))
		}
		delete(r.seqs, id)
		return nil
	})
	for _, id := range slices.Sorted(maps.Keys(r.seqs)) {
		if id != "" && len(id) <= maxID {
			c.add(BadJournal, "%s is not in the index of the journal", id)
		}
	}
	return err
}
