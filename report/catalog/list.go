package catalog

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/report"
)

// Events lists events. Its errors are ErrNotReady, report.ErrCursor, or what the store says when it is read for names.
func (c *Catalog) Events(q report.Query) (report.EventsView, error) {
	v, _, err := c.Lists(&q, nil)
	return v, err
}

// Threads lists threads of two or more events; errors as of Events.
func (c *Catalog) Threads(q report.Query) (report.ThreadsView, error) {
	_, v, err := c.Lists(nil, &q)
	return v, err
}

// Search lists the events and threads that have words; errors as of Events.
func (c *Catalog) Search(text string, q report.Query) (report.EventsView, report.ThreadsView, error) {
	q.Text = text
	return c.Lists(&q, &q)
}

// Lists gives both lists of one state of the store; nil asks for none. Errors as of Events.
func (c *Catalog) Lists(events, threads *report.Query) (ev report.EventsView, tv report.ThreadsView, err error) {
	var named []name
	c.mu.RLock()
	b := c.books
	if b == nil {
		c.mu.RUnlock()
		return ev, tv, ErrNotReady
	}
	seq := b.seq
	if events != nil {
		ev, named, err = b.listEvents(*events, named)
	}
	if err == nil && threads != nil {
		tv, named, err = b.listThreads(*threads, named)
	}
	c.mu.RUnlock()
	if err != nil {
		return ev, tv, err
	}
	return ev, tv, c.name(seq, named)
}

func (b *books) listEvents(q report.Query, named []name) (v report.EventsView, _ []name, err error) {
	sets := b.index.findAll(q.Needles(), len(b.events.slots))
	p, err := turn(&b.events, "events", &q, report.Query.TakesEvent, report.Query.RankEvent)
	if err != nil {
		return v, named, err
	}
	v = report.NewEventsView(q)
	each(&b.events, q, sets, p.meet)
	v.Page, v.Total = p.page(b.seq)
	v.Events = make([]report.EventLine, len(p.shown))
	for i, n := range p.shown {
		s := &b.events.slots[n]
		v.Events[i] = s.entry.Line(q.Now)
		named = s.named(q, s.entry.ID(), &v.Events[i].Names, named)
	}
	return v, named, nil
}

func (b *books) listThreads(q report.Query, named []name) (v report.ThreadsView, _ []name, err error) {
	sets := b.index.findAll(q.Needles(), len(b.events.slots))
	p, err := turn(&b.threads, "threads", &q, report.Query.TakesThread, report.Query.RankThread)
	if err != nil {
		return v, named, err
	}
	v = report.NewThreadsView(q)
	each(&b.threads, q, nil, func(n uint32, s *slot[*report.ThreadEntry]) {
		for _, set := range sets { // its events have the words between them
			if !slices.ContainsFunc(s.beats, set.has) {
				return
			}
		}
		p.meet(n, s)
	})
	v.Page, v.Total = p.page(b.seq)
	v.Threads = make([]report.ThreadLine, len(p.shown))
	for i, n := range p.shown {
		s := &b.threads.slots[n]
		v.Threads[i] = s.entry.Line(q.Now)
		first := &b.events.slots[s.beats[0]]
		named = first.named(q, first.entry.ID(), &v.Threads[i].Names, named)
	}
	return v, named, nil
}

// named notes that the names of an event are to be filled in, where they are asked for.
func (s *slot[E]) named(q report.Query, event string, into *[]string, list []name) []name {
	if q.Unnamed {
		*into = []string{}
		return list
	}
	return append(list, name{event, s.names, into})
}

// each goes through the slots of a window that are in all sets.
func each[E entry](s *shelf[E], q report.Query, sets []bitset, do func(uint32, *slot[E])) {
	since, until := bounds(q)
	var none E
next:
	for i := range s.slots {
		at := &s.slots[i]
		if at.last < since || at.first > until || at.entry == none {
			continue
		}
		for _, set := range sets {
			if !set.has(uint32(i)) {
				continue next
			}
		}
		do(uint32(i), at)
	}
}

// pager keeps the elements of one page.
type pager[E entry] struct {
	q     report.Query // of the first page
	cur   *report.Cursor
	more  bool // not the first page
	plain bool // only the time selects
	kept  *report.Top[uint32]
	shelf *shelf[E]
	takes func(report.Query, E) bool
	rank  func(report.Query, E) report.Rank
	shown []uint32 // slots of the page

	floor report.Rank // what an element has to come before, once the page is full
	full  bool

	total, changed, after int // elements that match, that come before the page and have changed, that come on it or later
}

// turn begins a page. It turns the query into that of the first page.
func turn[E entry](s *shelf[E], kind string, q *report.Query, takes func(report.Query, E) bool, rank func(report.Query, E) report.Rank) (*pager[E], error) {
	cur, first, err := report.ReadCursor(kind, *q)
	if err != nil {
		return nil, err
	}
	*q = first
	limit := q.Limit
	if limit == 0 {
		limit = report.DefaultLimit
	}
	if limit < 0 {
		limit = len(s.slots)
	}
	return &pager[E]{
		q: first, cur: cur, more: q.Cursor != "", plain: q.Plain(), kept: report.NewTop[uint32](limit), shelf: s, takes: takes, rank: rank,
	}, nil
}

// meet takes in an element that has the words and the time, if the rest of the query chooses it.
func (p *pager[E]) meet(n uint32, s *slot[E]) {
	if !p.plain && !p.takes(p.q, s.entry) {
		return
	}
	p.total++
	if p.full && !p.more && p.hopeless(s) {
		p.after++
		return
	}
	r := p.rank(p.q, s.entry)
	if p.more && r.Compare(p.cur.After) <= 0 {
		if s.changed > p.cur.Seq {
			p.changed++
		}
		return
	}
	p.after++
	p.kept.Add(r, n)
	p.floor, p.full = p.kept.Last()
}

// hopeless reports, without a look at the entry, that an element does not come onto a page that is full. Of most of a long
// list that is all that is asked.
func (p *pager[E]) hopeless(s *slot[E]) bool {
	switch p.q.Sort {
	case "", report.Importance:
		return report.MostImportant(s.weight, s.last, p.q.Now) < p.floor.Score
	case report.Newest:
		return s.last < p.floor.Last.Unix()
	}
	return false
}

// page says where the page stands that all elements have been met for, and how many match.
func (p *pager[E]) page(seq uint64) (page report.Page, total int) {
	p.shown = p.kept.Sorted()
	page.Sequence, page.Changed = seq, p.changed
	if n := len(p.shown); p.after > n && n > 0 {
		next := *p.cur
		if !p.more {
			next.Seq = seq
		}
		next.After = p.rank(p.q, p.shelf.slots[p.shown[n-1]].entry)
		page.Next = next.String()
	}
	return page, p.total
}

// namedFirst is how many events of each of the two orders that are asked for most have their names looked for at the start.
const namedFirst = 200

// nameFirst looks for the names of the events that are likely to be asked for first.
func (c *Catalog) nameFirst(ctx context.Context) {
	for _, order := range []report.Sort{report.Importance, report.Newest} {
		if ctx.Err() == nil {
			_, _ = c.Events(report.Query{Sort: order, Limit: namedFirst, Now: time.Now()}) // who asks is told of errors
		}
	}
}

// name is an event whose names are to be filled in.
type name struct {
	event string
	kept  *atomic.Pointer[[]string]
	into  *[]string
}

// name fills in the names that people read. They are taken from texts, so that they are looked for when an event is first
// shown, and kept until it changes. Where the store has gone on meanwhile, its texts are not those of the answer: the names
// by which events are linked stand in.
func (c *Catalog) name(seq uint64, named []name) error {
	var missing []string
	for _, n := range named {
		if names := n.kept.Load(); names != nil {
			*n.into = *names
		} else {
			missing = append(missing, n.event)
		}
	}
	if missing == nil {
		return nil
	}
	v := c.view()
	defer v.Close()
	if now, err := v.LastChange(); err != nil || now != seq {
		for _, n := range named {
			*n.into = slices.Clip((*n.into)[:min(len(*n.into), report.ShownNames)])
		}
		return err
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	found, err := report.NamesOf(v, missing)
	if err != nil {
		return err
	}
	for _, n := range named {
		if i, ok := slices.BinarySearch(missing, n.event); ok {
			n.kept.Store(&found[i])
			*n.into = found[i]
		}
	}
	return nil
}
