package store

import (
	"maps"
	"math"
	"slices"

	"github.com/samestory/samestory/cluster"
)

// ReasonBaseline is the reason of the entries that list what there was when a journal began to be complete.
const ReasonBaseline = "baseline"

// object is a group, event or thread as its rows tell it, before or after a batch.
type object struct {
	members  []storyKey // of a group or event
	events   []string   // of a thread
	links    []string   // their kinds
	rep      storyKey
	thread   string
	cohesion float64
	began    uint64
}

func (o *object) size() int { return len(o.members) + len(o.events) }

// shift is what a batch makes of one object.
type shift struct {
	level, id string
	was, now  object
	note      *cluster.Change // what the engine says of it; may be nil
	indexed   bool            // it has a row in the index of objects
}

// journal writes the entries of a batch: for every group, event and thread what the batch does to its rows, with the
// engine's reasons, and everything else as the engine gives it.
func (p *planner) journal() error {
	notes := make(map[[2]string]*cluster.Change)
	var first, last []journaled
	for i := range p.delta.Changes {
		c := &p.delta.Changes[i]
		switch c.Level {
		case cluster.LevelGroup, cluster.LevelEvent, cluster.LevelThread:
			if key := [2]string{c.Level, c.Object}; notes[key] == nil {
				notes[key] = c
			}
		case cluster.LevelSeries:
			notes[[2]string{c.Level, c.Object}] = c
			last = append(last, told(c))
		default:
			first = append(first, told(c))
		}
	}
	shifts, err := p.shifts(notes)
	if err != nil {
		return err
	}
	w := &journalWriter{planner: p, ends: make(map[string]cluster.Redirect, len(p.ends)), gained: make(map[string][]uint64)}
	for _, r := range p.ends {
		w.ends[r.From] = r
	}
	for i := range first {
		w.add(&first[i])
	}
	if err := w.shifts(shifts); err != nil {
		return err
	}
	for i := range last {
		w.add(&last[i])
	}
	if err := w.seriesEnds(notes); err != nil {
		return err
	}
	return w.finish(shifts)
}

// told is an entry that is kept as the engine gives it.
func told(c *cluster.Change) journaled {
	j := journaled{Change: *c}
	if ofStories(c.Level) {
		j.in, j.out = keysOf(c.In), keysOf(c.Out)
		if c.Before.Representative != "" {
			j.repBefore = keyOf(c.Before.Representative)
		}
		if c.After.Representative != "" {
			j.repAfter = keyOf(c.After.Representative)
		}
		j.In, j.Out, j.Before.Representative, j.After.Representative = nil, nil, "", ""
	}
	return j
}

func keysOf(ids []string) []storyKey {
	list := make([]storyKey, len(ids))
	for i, id := range ids {
		list[i] = keyOf(id)
	}
	return list
}

// shifts finds the objects whose rows the batch writes, as they were and as they are now: groups, events, threads, each
// in order of their ids.
func (p *planner) shifts(notes map[[2]string]*cluster.Change) ([]shift, error) {
	ids := map[string]map[string]bool{cluster.LevelGroup: {}, cluster.LevelEvent: {}, cluster.LevelThread: {}}
	for key := range p.ops {
		id := key[1:]
		switch key[0] {
		case tabGroup:
			ids[cluster.LevelGroup][id] = true
		case tabEvent:
			ids[cluster.LevelEvent][id] = true
		case tabThread:
			ids[cluster.LevelThread][id] = true
		case tabLone:
			// One id may stand for a group of one now and for a thread of one before, as far as the store knows.
			ids[cluster.LevelGroup][id] = true
			ids[cluster.LevelThread][id] = true
		}
	}
	before := func(key []byte) ([]byte, error) { return get(p.txn, key) }
	var list []shift
	for _, level := range []string{cluster.LevelGroup, cluster.LevelEvent, cluster.LevelThread} {
		for _, id := range slices.Sorted(maps.Keys(ids[level])) {
			s := shift{level: level, id: id, note: notes[[2]string{level, id}]}
			var err error
			if s.was, err = objectOf(before, level, id); err != nil {
				return nil, err
			}
			if s.now, err = objectOf(p.get, level, id); err != nil {
				return nil, err
			}
			if s.was.size() > 0 || s.now.size() > 0 {
				list = append(list, s)
			}
		}
	}
	return list, nil
}

// objectOf reads what there is of a group, event or thread, one of a single member included.
func objectOf(get func(key []byte) ([]byte, error), level, id string) (o object, err error) {
	table := map[string]byte{cluster.LevelGroup: tabGroup, cluster.LevelEvent: tabEvent, cluster.LevelThread: tabThread}[level]
	value, err := get(keyID(table, id))
	if err != nil {
		return o, err
	}
	if value == nil && level != cluster.LevelEvent {
		return loneObject(get, level, id)
	}
	if value == nil {
		return o, nil
	}
	switch level {
	case cluster.LevelGroup:
		row, err := decodeGroup(value)
		return object{members: row.members, rep: row.representative}, err
	case cluster.LevelEvent:
		row, err := decodeEvent(id, value)
		return object{
			members: row.members, rep: row.representative, thread: row.event.Thread, cohesion: row.event.Cohesion,
			began: row.began,
		}, err
	default:
		t, err := decodeThread(id, value)
		for i := range t.Links {
			o.events = append(o.events, t.Links[i].Event)
			o.links = append(o.links, t.Links[i].Kind)
		}
		return o, err
	}
}

func loneObject(get func(key []byte) ([]byte, error), level, id string) (o object, err error) {
	value, err := get(keyID(tabLone, id))
	if err != nil || value == nil {
		return o, err
	}
	l, err := decodeLone(value)
	switch {
	case err != nil:
	case l.kind == loneGroup && level == cluster.LevelGroup:
		o.members, o.rep = []storyKey{l.story}, l.story
	case l.kind == loneThread && level == cluster.LevelThread:
		o.events, o.links = []string{l.event}, []string{"founding"}
	}
	return o, err
}

// came returns what b has and a has not, in the order of b.
func came[T comparable](a, b []T) []T {
	if len(a) == 0 {
		return b
	}
	has := make(map[T]bool, len(a))
	for _, x := range a {
		has[x] = true
	}
	var out []T
	for _, x := range b {
		if !has[x] {
			out = append(out, x)
		}
	}
	return out
}

// entry makes the entry of a shift; false where nothing happened that the journal tells.
func (s *shift) entry() (journaled, bool) {
	was, now := &s.was, &s.now
	if was.size() == 1 && now.size() > 1 && s.level != cluster.LevelEvent && !s.indexed {
		was = &object{} // a group or thread that went without saying begins with its second member
	}
	c := journaled{
		Change:    cluster.Change{Level: s.level, Object: s.id, Before: was.state(), After: now.state()},
		repBefore: was.rep, repAfter: now.rep,
	}
	c.in, c.out = came(was.members, now.members), came(now.members, was.members)
	c.In, c.Out = came(was.events, now.events), came(now.events, was.events)
	in, out := len(c.in)+len(c.In), len(c.out)+len(c.Out)
	switch {
	case was.size() == 0:
		c.Kind = cluster.Created
	case now.size() == 0:
		c.Kind = cluster.Ended
	case in > 0 && out > 0:
		c.Kind = cluster.Changed
	case in > 0:
		c.Kind = cluster.Grew
	case out > 0:
		c.Kind = cluster.Shrank
	default:
		c.Kind = cluster.Renamed
	}
	for _, id := range c.In {
		c.Links = append(c.Links, now.links[slices.Index(now.events, id)])
	}
	if s.note != nil {
		n := s.note
		c.Before.Title, c.After.Title = n.Before.Title, n.After.Title
		c.Reason, c.Margin = n.Reason, n.Margin
		if n.Kind == cluster.Split && was.size() == 0 || n.Kind == cluster.Merged && now.size() == 0 {
			c.Kind, c.Other = n.Kind, n.Other
		}
	}
	return c, in > 0 || out > 0 || was.rep != now.rep || c.Before.Title != c.After.Title
}

func (o *object) state() cluster.State {
	return cluster.State{Size: o.size(), Thread: o.thread, Cohesion: math.Round(o.cohesion*1000) / 1000}
}

// journalWriter numbers entries and puts them into pages and the index.
type journalWriter struct {
	*planner
	ends   map[string]cluster.Redirect
	gained map[string][]uint64 // new entries by object
	began  map[string]uint64   // events of one story whose only entry is this

	page  []byte
	first uint64 // number of the first entry of the page
}

func (w *journalWriter) shifts(list []shift) error {
	entries := make([]journaled, 0, len(list))
	leftGroups, leftThreads := make(map[storyKey]bool), make(map[string]bool)
	fresh := make(map[string]bool) // events that were not there before
	for i := range list {
		s := &list[i]
		var err error
		if s.level != cluster.LevelEvent || s.was.size() == 0 {
			if s.indexed, err = w.has(keyID(tabJournalOf, s.id)); err != nil {
				return err
			}
		}
		if s.level == cluster.LevelEvent && s.was.size() == 0 {
			fresh[s.id] = true
		}
		c, ok := s.entry()
		if !ok {
			continue
		}
		switch s.level {
		case cluster.LevelGroup:
			for _, k := range c.out {
				leftGroups[k] = true
			}
		case cluster.LevelThread:
			for _, id := range c.Out {
				leftThreads[id] = true
			}
		case cluster.LevelEvent:
			c.founder = w.founds(s, &c)
		}
		entries = append(entries, c)
	}
	w.began = make(map[string]uint64)
	indexed := make(map[string]bool)
	for i := range list {
		indexed[list[i].id] = indexed[list[i].id] || list[i].indexed
	}
	for i := range entries {
		c := &entries[i]
		if c.Before.Size == 0 && c.After.Size == 1 && !indexed[c.Object] {
			switch {
			case c.Level == cluster.LevelGroup && !leftGroups[c.in[0]],
				c.Level == cluster.LevelThread && !leftThreads[c.In[0]] && fresh[c.In[0]]:
				continue // goes without saying
			case c.founder:
				w.write(c)
				w.began[c.Object] = w.counts.Changes
				continue
			}
		}
		if c.After.Size == 0 {
			if err := w.successor(c); err != nil {
				return err
			}
		}
		w.add(c)
	}
	return nil
}

// founds reports whether an entry says no more than that a story founds an event and that a thread.
func (w *journalWriter) founds(s *shift, c *journaled) bool {
	at, ok := w.placedAt[s.now.rep]
	if !ok || c.Kind != cluster.Created || len(c.in) != 1 || c.Reason != "" || c.Margin != nil || c.After.Cohesion != 1 {
		return false
	}
	story := w.placed[at].Story
	return s.id == cluster.EventID(story) && s.now.thread == cluster.ThreadID(story) && c.After.Title == ""
}

// successor completes the entry of what ended from its redirect.
func (w *journalWriter) successor(c *journaled) error {
	r, ok := w.ends[c.Object]
	if !ok {
		return nil
	}
	if c.Reason == "" && r.Reason != cluster.Merged {
		c.Reason = r.Reason
	}
	if c.Other = ""; r.To == "" {
		return nil
	}
	var err error
	c.Other, err = w.resolve(r.To)
	return err
}

// seriesEnds adds the series that ended without the engine knowing.
func (w *journalWriter) seriesEnds(notes map[[2]string]*cluster.Change) error {
	for _, r := range w.planner.ends {
		n := notes[[2]string{cluster.LevelSeries, r.From}]
		if o, ok := w.ops[string(keyID(tabSeries, r.From))]; !ok || !o.delete || n != nil && n.Kind == cluster.Merged {
			continue
		}
		c := journaled{Change: cluster.Change{Level: cluster.LevelSeries, Kind: cluster.Ended, Object: r.From}}
		if err := w.successor(&c); err != nil {
			return err
		}
		w.add(&c)
	}
	return nil
}

// add appends an entry that the index of objects lists.
func (w *journalWriter) add(c *journaled) {
	w.write(c)
	w.gained[c.Object] = append(w.gained[c.Object], w.counts.Changes)
}

func (w *journalWriter) write(c *journaled) {
	if len(w.page) >= pageSize {
		w.flush()
	}
	w.counts.Changes++
	if len(w.page) == 0 {
		w.first = w.counts.Changes
	}
	w.page = appendJournaled(w.page, c)
}

func (w *journalWriter) flush() {
	if len(w.page) == 0 {
		return
	}
	n := int(w.counts.Changes - w.first + 1)
	w.put(keyJournal(w.first), encodePage(pageHead{at: w.at, run: w.run}, n, w.page))
	w.page = nil
	w.counts.journaled = w.at
}

// finish writes the last page and the index.
func (w *journalWriter) finish(list []shift) error {
	w.flush()
	began := make(map[string]uint64)
	for i := range list {
		s := &list[i]
		if s.level != cluster.LevelEvent {
			continue
		}
		seq := s.was.began
		if seq == 0 {
			seq = w.began[s.id]
		} else {
			began[s.id] = seq
		}
		if seq == 0 || s.now.size() == 0 || s.now.began != 0 {
			continue
		}
		key := keyID(tabEvent, s.id)
		value, err := w.get(key)
		if err != nil {
			return err
		}
		w.put(key, withBegan(slices.Clone(value), seq))
	}
	for _, id := range slices.Sorted(maps.Keys(w.gained)) {
		if id == "" || len(id) > maxID {
			continue
		}
		value, err := w.get(keyID(tabJournalOf, id))
		if err != nil {
			return err
		}
		var seqs []uint64
		if value != nil {
			if seqs, err = decodeSeqs(value); err != nil {
				return err
			}
		} else if began[id] != 0 {
			seqs = []uint64{began[id]}
		}
		w.put(keyID(tabJournalOf, id), encodeSeqs(append(seqs, w.gained[id]...)))
	}
	return nil
}
