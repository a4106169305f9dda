package store

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
)

// ErrTooEarly: a time from before the journal is complete, of which the store cannot tell the state.
var ErrTooEarly = errors.New("before the journal is complete")

// Past is the store as it was at an earlier time: a view of a Snapshot, which has to stay open, made by rolling the
// journal back from its end, so that it costs what has changed since. It reads as a Snapshot does.
//
// Groups, events and threads have the members, representatives and ids of then, and ids that have ended since are in use.
// Stories show the version of then; one counts as there from when it arrived, though it may have been placed a little
// later. Of what an event or thread has besides, the journal knows only its cohesion: times and language are worked out
// from the stories, the kind of a link is told as it was when the event came, its score and evidence and the names of an
// event only where they are still those of now. Series are those of now with the editions of then. It belongs to one
// goroutine.
type Past struct {
	v   *Snapshot
	seq uint64
	at  time.Time

	groups  map[string]*pastGroup
	events  map[string]*pastEvent
	threads map[string]*pastThread

	group, event map[storyKey]string // where stories were that are elsewhere now; "" for in no event
	thread       map[string]string   // the same of events
}

type pastGroup struct {
	members map[storyKey]bool
	rep     storyKey
	once    []storyKey // what it was created with: it may have gone without saying before that
}

type pastEvent struct {
	members  map[storyKey]bool
	rep      storyKey
	cohesion float64
	now      *eventRow // nil where it is not there any more
}

type pastThread struct {
	came map[string]bool // events that left since
}

// AsOf gives the store as it was at a time. ErrTooEarly.
func (v *Snapshot) AsOf(t time.Time) (*Past, error) {
	seq, err := v.SeqAt(t)
	if err != nil {
		return nil, fmt.Errorf("as of %s: %w", stamp(t), err)
	}
	return v.past(seq, t)
}

// AsOfSeq gives the store as it was after a journal entry and all others of its time: the entries of one commit are one
// change. ErrTooEarly, ErrNotFound.
func (v *Snapshot) AsOfSeq(seq uint64) (*Past, error) {
	if seq == 0 {
		return v.past(0, time.Unix(math.MinInt32, 0))
	}
	t, err := v.TimeOf(seq)
	if err != nil {
		return nil, err
	}
	return v.AsOf(t)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (v *Snapshot) past(seq uint64, at time.Time) (*Past, error) {
	c, err := v.counts()
	if err != nil {
		return nil, err
	}
	if seq < c.baseline {
		from, err := v.TimeOf(c.baseline)
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("as of %s: %w: this store can tell its state from %s on", stamp(at), ErrTooEarly, stamp(from))
	}
	p := &Past{
		v: v, seq: seq, at: at, groups: make(map[string]*pastGroup), events: make(map[string]*pastEvent),
		threads: make(map[string]*pastThread), group: make(map[storyKey]string), event: make(map[storyKey]string),
		thread: make(map[string]string),
	}
	for page, err := range v.pages(math.MaxUint64, true) {
		if err != nil {
			return nil, fmt.Errorf("roll back the journal: %w", err)
		}
		for i := len(page.entries) - 1; i >= 0 && page.first+uint64(i) > seq; i-- {
			if err := p.undo(&page, i); err != nil {
				return nil, fmt.Errorf("roll back the journal: %w", err)
			}
		}
		if page.first <= seq+1 {
			break
		}
	}
	p.gather()
	return p, nil
}

// At is the time that the view is of.
func (p *Past) At() time.Time { return p.at }

// Seq is the last journal entry that the view includes.
func (p *Past) Seq() uint64 { return p.seq }

// undo takes back one entry.
func (p *Past) undo(page *page, i int) error {
	c := page.entries[i]
	if c.founder {
		ids, err := p.v.ids("journal entry", fmt.Sprint(page.first+uint64(i)), c.in)
		if err != nil {
			return err
		}
		c.Object = cluster.EventID(ids[0])
	}
	switch c.Level {
	case cluster.LevelGroup:
		return p.undoGroup(&c)
	case cluster.LevelEvent:
		return p.undoEvent(&c)
	case cluster.LevelThread:
		return p.undoThread(&c)
	}
	return nil
}

func (p *Past) undoGroup(c *journaled) error {
	g := p.groups[c.Object]
	if g == nil {
		now, err := objectOf(p.v.get, cluster.LevelGroup, c.Object)
		if err != nil {
			return err
		}
		g = &pastGroup{members: step(nil, now.members, nil)}
		p.groups[c.Object] = g
	}
	step(g.members, c.out, c.in)
	g.rep = c.repBefore
	if g.once = nil; c.Before.Size == 0 {
		g.once = c.in
	}
	for _, k := range c.out {
		p.group[k] = c.Object
	}
	return nil
}

func (p *Past) undoEvent(c *journaled) error {
	e, err := p.touch(c.Object)
	if err != nil {
		return err
	}
	step(e.members, c.out, c.in)
	e.rep, e.cohesion = c.repBefore, c.Before.Cohesion
	for _, k := range c.in {
		if id, moved := p.event[k]; !moved || id == c.Object {
			p.event[k] = ""
		}
	}
	for _, k := range c.out {
		p.event[k] = c.Object
	}
	if c.After.Size == 0 {
		p.thread[c.Object] = c.Before.Thread
	}
	return nil
}

// touch starts to roll an event back.
func (p *Past) touch(id string) (*pastEvent, error) {
	e := p.events[id]
	if e != nil {
		return e, nil
	}
	value, err := p.v.get(keyID(tabEvent, id))
	if err != nil {
		return nil, err
	}
	e = &pastEvent{members: make(map[storyKey]bool)}
	if value != nil {
		row, err := decodeEvent(id, value)
		if err != nil {
			return nil, err
		}
		e.now, e.members = &row, step(nil, row.members, nil)
	}
	p.events[id] = e
	return e, nil
}

func (p *Past) undoThread(c *journaled) error {
	t := p.threadOf(c.Object)
	for _, id := range c.Out {
		p.thread[id] = c.Object
		t.came[id] = true
	}
	return nil
}

func (p *Past) threadOf(id string) *pastThread {
	t := p.threads[id]
	if t == nil {
		t = &pastThread{came: make(map[string]bool)}
		p.threads[id] = t
	}
	return t
}

// gather notes in which threads the events were that have been rolled back.
func (p *Past) gather() {
	for _, id := range slices.Sorted(maps.Keys(p.events)) {
		if e := p.events[id]; e.now != nil && e.now.event.Thread != "" {
			p.threadOf(e.now.event.Thread)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.thread)) {
		if t := p.thread[id]; t != "" {
			p.threadOf(t).came[id] = true
		}
	}
}

// there reports whether an event was in use.
func (p *Past) there(id string) (bool, error) {
	if e := p.events[id]; e != nil {
		return len(e.members) > 0, nil
	}
	value, err := p.v.get(keyID(tabEvent, id))
	return value != nil, err
}
