package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Events lists events. It reads the time index and, of the records, only those that can still make it into the list.
func Events(r Reader, q Query) (EventsView, error) {
	t, q, err := turn[listed](r, "events", q, cluster.LevelEvent)
	if err != nil {
		return EventsView{}, err
	}
	v := NewEventsView(q)
	if q.Plain() && !t.further {
		err = eventsByIndex(r, q, t)
	} else {
		err = eventsByRecord(r, q, t)
	}
	if err != nil {
		return v, err
	}
	v.Total = t.total
	n := newNamer(r)
	for _, l := range t.page(&v.Page) {
		if q.Unnamed {
			l.line.Names = []string{}
		} else if l.line.Names, err = n.names(&l.event); err != nil {
			return v, err
		}
		v.Events = append(v.Events, l.line)
	}
	return v, nil
}

// listed is an event of a list with its record, from which it is named once it is known to be shown.
type listed struct {
	line  EventLine
	event cluster.Event
}

// eventsByRecord reads each event that the window and the least number of sources leave, since the index does not know
// what else is asked for, nor whether an event stands before a further page.
func eventsByRecord(r Reader, q Query, t *turner[listed]) error {
	w := words(q.Needles())
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if head.Stories < q.MinSources {
			continue
		}
		m, err := readEvent(r, head.ID, q.Now)
		if err != nil {
			return err
		}
		ok, err := m.matches(r, q, w)
		if err != nil {
			return err
		}
		if ok {
			t.meet(q.RankEvent(m.entry), listed{m.line, m.event})
		}
	}
	return nil
}

// spareCandidates is how many more events than asked for are read at first: the index bounds importance and sources
// from above, so that some of the best bounds belong to events that turn out less.
const spareCandidates = 128

// eventsByIndex reads the events with the best bounds, and then, in a second pass over the index, those of the others
// that may still be better than the worst of the list. In the orders that the index knows exactly there are none.
func eventsByIndex(r Reader, q Query, t *turner[listed]) error {
	kept := t.kept
	first := NewTop[string](kept.n)
	exact := q.sort() == Newest || q.sort() == Size
	if !exact && kept.n < 1<<30 {
		first.n += spareCandidates
	}
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		t.total++
		first.Add(q.bound(head), head.ID)
	}
	t.after = t.total
	left := t.total > len(first.items)
	var worst Rank
	if left {
		worst = first.items[0].rank
	}
	read := make(map[string]bool, len(first.items))
	add := func(id string) error {
		m, err := readEvent(r, id, q.Now)
		if err == nil {
			kept.Add(q.RankEvent(m.entry), listed{m.line, m.event})
		}
		return err
	}
	for _, id := range first.Sorted() {
		read[id] = true
		if err := add(id); err != nil {
			return err
		}
	}
	if exact || !left || !kept.Admits(worst) {
		return nil
	}
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if read[head.ID] || !kept.Admits(q.bound(head)) {
			continue
		}
		if err := add(head.ID); err != nil {
			return err
		}
	}
	return nil
}

func readEvent(r Reader, id string, now time.Time) (*members, error) {
	e, err := r.Event(id)
	if err != nil {
		return nil, fmt.Errorf("read event %s: %w", id, err)
	}
	return loadEvent(r, e, now)
}

// bound is the best rank that an event can turn out to have: its last story may have come at the end of the second that
// the index names.
func (q Query) bound(h store.EventHead) Rank {
	return q.place(h.ID, h.Last.Unix(), q.bestScore(h.Stories, h.Last))
}

// NewEventsView is the answer to a query before anything was found, for who finds it elsewhere than in a store.
func NewEventsView(q Query) EventsView {
	return EventsView{Meta: newMeta("events", q.Now), Query: q.filter(), Events: []EventLine{}}
}

// NamesOf gives the names that people read of each of some events, in the order of the ids.
func NamesOf(r Reader, ids []string) ([][]string, error) {
	n := newNamer(r)
	lines := make([]EventLine, len(ids))
	out := make([][]string, len(ids))
	for i, id := range ids {
		lines[i].ID = id
		if err := n.fill(&lines[i]); err != nil {
			return nil, err
		}
		out[i] = lines[i].Names
	}
	return out, nil
}
