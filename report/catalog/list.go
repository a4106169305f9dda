package catalog

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/report"
)

// Query asks for a page of a list.
type Query struct {
	report.Query
	// Cursor is the Next of the page before, with which everything else but Limit has to be asked for again; empty for the
	// first page. Figures, order and window are those of the moment of the first page on all pages.
	//
	// What does not change meanwhile is on one page once. What does may move over the place that the cursor names: a page
	// tells in Changed how many elements before it did, for whoever needs to look again.
	Cursor string
}

// Events lists events. Its errors are ErrNotReady, ErrCursor, or what the store says when it is read for names.
func (c *Catalog) Events(q Query) (report.EventsView, error) {
	v, _, err := c.Lists(&q, nil)
	return v, err
}

// Threads lists threads of two or more events; errors as of Events.
func (c *Catalog) Threads(q Query) (report.ThreadsView, error) {
	_, v, err := c.Lists(nil, &q)
	return v, err
}

// Search lists the events and threads that have words; errors as of Events.
func (c *Catalog) Search(text string, q Query) (report.EventsView, report.ThreadsView, error) {
	q.Text = text
	return c.Lists(&q, &q)
}

// Lists gives both lists of one state of the store; nil asks for none. Errors as of Events.
func (c *Catalog) Lists(events, threads *Query) (ev report.EventsView, tv report.ThreadsView, err error) {
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

func (b *books) listEvents(asked Query, named []name) (report.EventsView, []name, error) {
	cur, q, err := readCursor("events", asked)
	if err != nil {
		return report.EventsView{}, named, err
	}
	v := report.NewEventsView(q.Query)
	sets := b.index.findAll(q.Needles(), len(b.events.slots))
	p, plain := newPager(&b.events, q, cur, q.RankEvent), q.Plain()
	each(&b.events, q, sets, func(n uint32, s *slot[*report.EventEntry]) {
		if plain || q.TakesEvent(s.entry) {
			p.meet(n, s)
		}
	})
	shown := p.shown(b.seq, &v.Page)
	v.Total = p.total
	v.Events = make([]report.EventLine, len(shown))
	for i, n := range shown {
		s := &b.events.slots[n]
		v.Events[i] = s.entry.Line(q.Now)
		if q.Unnamed {
			v.Events[i].Names = []string{}
		} else {
			named = append(named, name{s.entry.ID(), s.names, &v.Events[i].Names})
		}
	}
	return v, named, nil
}

func (b *books) listThreads(asked Query, named []name) (report.ThreadsView, []name, error) {
	cur, q, err := readCursor("threads", asked)
	if err != nil {
		return report.ThreadsView{}, named, err
	}
	v := report.NewThreadsView(q.Query)
	sets := b.index.findAll(q.Needles(), len(b.events.slots))
	p, plain := newPager(&b.threads, q, cur, q.RankThread), q.Plain()
	each(&b.threads, q, nil, func(n uint32, s *slot[*report.ThreadEntry]) {
		for _, set := range sets { // its events have the words between them
			if !slices.ContainsFunc(s.beats, set.has) {
				return
			}
		}
		if plain || q.TakesThread(s.entry) {
			p.meet(n, s)
		}
	})
	shown := p.shown(b.seq, &v.Page)
	v.Total = p.total
	v.Threads = make([]report.ThreadLine, len(shown))
	for i, n := range shown {
		s := &b.threads.slots[n]
		v.Threads[i] = s.entry.Line(q.Now)
		if q.Unnamed {
			v.Threads[i].Names = []string{}
		} else {
			first := &b.events.slots[s.beats[0]]
			named = append(named, name{first.entry.ID(), first.names, &v.Threads[i].Names})
		}
	}
	return v, named, nil
}

// each goes through the slots of a window that are in all sets.
func each[E entry](s *shelf[E], q Query, sets []bitset, do func(uint32, *slot[E])) {
	since, until := bounds(q.Query)
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
	q     Query
	cur   *cursor
	turn  bool // not the first page
	kept  *report.Top[uint32]
	shelf *shelf[E]
	rank  func(E) report.Rank

	floor report.Rank // what an element has to come before, once the page is full
	full  bool

	total, changed, after int // elements that match, that come before the page and have changed, that come on it or later
}

func newPager[E entry](s *shelf[E], q Query, cur *cursor, rank func(E) report.Rank) *pager[E] {
	limit := q.Limit
	if limit == 0 {
		limit = report.DefaultLimit
	}
	if limit < 0 {
		limit = len(s.slots)
	}
	return &pager[E]{q: q, cur: cur, turn: q.Cursor != "", kept: report.NewTop[uint32](limit), shelf: s, rank: rank}
}

func (p *pager[E]) meet(n uint32, s *slot[E]) {
	p.total++
	if p.full && !p.turn && p.hopeless(s) {
		p.after++
		return
	}
	r := p.rank(s.entry)
	if p.turn && r.Compare(p.cur.after) <= 0 {
		if s.changed > p.cur.seq {
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

// shown are the slots of the page, of which it fills in the place.
func (p *pager[E]) shown(seq uint64, page *report.Page) []uint32 {
	slots := p.kept.Sorted()
	page.Sequence, page.Changed = seq, p.changed
	if p.after > len(slots) && len(slots) > 0 {
		next := *p.cur
		if !p.turn {
			next.seq = seq
		}
		next.after = p.rank(p.shelf.slots[slots[len(slots)-1]].entry)
		page.Next = next.String()
	}
	return slots
}

// namedFirst is how many events of each of the two orders that are asked for most have their names looked for at the start.
const namedFirst = 200

// nameFirst looks for the names of the events that are likely to be asked for first.
func (c *Catalog) nameFirst(ctx context.Context) {
	for _, order := range []report.Sort{report.Importance, report.Newest} {
		if ctx.Err() == nil {
			_, _ = c.Events(Query{Query: report.Query{Sort: order, Limit: namedFirst, Now: time.Now()}}) // who asks is told of errors
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
