package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Events lists events. It reads the time index and, of the records, only those that can still make it into the list.
func Events(r Reader, q Query) (EventsView, error) {
	v := EventsView{Meta: newMeta("events", q.Now), Query: q.filter()}
	kept := top[listed]{n: q.limit()}
	var err error
	if q.Source == "" && q.Lang == "" && q.Text == "" && q.MinSources <= 1 {
		v.Total, err = eventsByIndex(r, q, &kept)
	} else {
		v.Total, err = eventsByRecord(r, q, &kept)
	}
	v.Events = make([]EventLine, 0, len(kept.items))
	if err != nil {
		return v, err
	}
	n := newNamer(r)
	for _, l := range kept.sorted() {
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
// what else is asked for.
func eventsByRecord(r Reader, q Query, kept *top[listed]) (total int, err error) {
	w := newWords(q.Text)
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return total, fmt.Errorf("read events: %w", err)
		}
		if head.Stories < q.MinSources {
			continue
		}
		m, err := readEvent(r, head.ID, q.Now)
		if err != nil {
			return total, err
		}
		if m.matches(q, w) {
			total++
			kept.add(q.eventRank(&m.line), listed{m.line, m.event})
		}
	}
	return total, nil
}

// spareCandidates is how many more events than asked for are read at first: the index bounds importance and sources
// from above, so that some of the best bounds belong to events that turn out less.
const spareCandidates = 128

// eventsByIndex reads the events with the best bounds, and then, in a second pass over the index, those of the others
// that may still be better than the worst of the list. In the orders that the index knows exactly there are none.
func eventsByIndex(r Reader, q Query, kept *top[listed]) (total int, err error) {
	first := top[string]{n: kept.n}
	exact := q.sort() == Newest || q.sort() == Size
	if !exact && kept.n < 1<<30 {
		first.n += spareCandidates
	}
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return total, fmt.Errorf("read events: %w", err)
		}
		total++
		first.add(q.bound(head), head.ID)
	}
	left := total > len(first.items)
	var worst rank
	if left {
		worst = first.items[0].rank
	}
	read := make(map[string]bool, len(first.items))
	add := func(id string) error {
		m, err := readEvent(r, id, q.Now)
		if err == nil {
			kept.add(q.eventRank(&m.line), listed{m.line, m.event})
		}
		return err
	}
	for _, id := range first.sorted() {
		read[id] = true
		if err := add(id); err != nil {
			return total, err
		}
	}
	if exact || !left || !kept.admits(worst) {
		return total, nil
	}
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return total, fmt.Errorf("read events: %w", err)
		}
		if read[head.ID] || !kept.admits(q.bound(head)) {
			continue
		}
		if err := add(head.ID); err != nil {
			return total, err
		}
	}
	return total, nil
}

func readEvent(r Reader, id string, now time.Time) (*members, error) {
	e, err := r.Event(id)
	if err != nil {
		return nil, fmt.Errorf("read event %s: %w", id, err)
	}
	return loadEvent(r, e, now)
}

func (q Query) eventRank(l *EventLine) rank {
	return q.rank(l.ID, l.Last, l.Stories, l.Sources, l.Importance)
}

// bound is the best rank that an event can turn out to have: its stories may all be independent, and its last story
// may have come at the end of the second that the index names.
func (q Query) bound(h store.EventHead) rank {
	return q.rank(h.ID, h.Last, h.Stories, h.Stories, ImportanceOf(h.Stories, 0, q.Now.Sub(h.Last.Add(time.Second))))
}

func (q Query) rank(id string, last time.Time, stories, sources int, importance float64) rank {
	r := rank{last: last.Truncate(time.Second), id: id} // the index knows seconds
	switch q.sort() {
	case Size:
		r.score = float64(stories)
	case Sources:
		r.score = float64(sources)
	case Importance:
		r.score = importance
	}
	return r
}
