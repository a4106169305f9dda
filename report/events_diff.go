package report

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// The words for what became of an event between two moments, in the order in which they are listed. An event has the
// first that fits.
const (
	ShiftNew     = "new"     // it was not there, and none of its stories was in another event
	ShiftGrowing = "growing" // it was there, and stories came that were in no event
	ShiftMerged  = "merged"  // it took in events that were there
	ShiftSplit   = "split"   // it was not there, and has stories that were in an event which still is
	ShiftMoved   = "moved"   // stories moved between it and other events, or left it
	ShiftFading  = "fading"  // it was reported in the time of the same length before, and nothing came since
	ShiftEnded   = "ended"   // it was there, and is not, and became no other
)

var shiftKinds = []string{ShiftNew, ShiftGrowing, ShiftMerged, ShiftSplit, ShiftMoved, ShiftFading, ShiftEnded}

// EventsDiffView is the answer to "what is new since yesterday": what became of all events between two moments, as the
// store knew them then. Moments are those at which stories arrived, not those at which they were published.
type EventsDiffView struct {
	Meta
	Query  Filter         `json:"query"`
	From   StateOf        `json:"from"`
	To     StateOf        `json:"to"`
	Total  map[string]int `json:"total"`  // how many there are of each change
	Shifts []EventShift   `json:"events"` // by change, of each the first Query.Limit
}

// StateOf is the state of a store at a moment.
type StateOf struct {
	At  time.Time `json:"at"`
	Seq uint64    `json:"seq"` // last journal entry
}

// EventShift is an event with what became of it.
type EventShift struct {
	Change string    `json:"change"`
	Event  EventLine `json:"event"` // at the end; of an ended one at the beginning
	// Before is how many stories and independent sources it had at the beginning; 0 where it was not there.
	Before        int `json:"stories_before"`
	SourcesBefore int `json:"independent_sources_before"`
	// Came counts its stories that were in no event at the beginning, Went those of the beginning that it has no more.
	Came int `json:"stories_came"`
	Went int `json:"stories_went"`
	// Outlets are those of the stories that came which it did not have, in order.
	Outlets []string `json:"outlets_came"`
	// Others are the events that it took in (merged), or that its stories were in (split, moved).
	Others []string `json:"others"`
	// Link and ThreadHeadline say what it is in its thread, where another event founded that.
	Link           string `json:"link,omitempty"`
	ThreadHeadline string `json:"thread_headline,omitempty"`
}

// EventsDiff tells what became of the events between two moments of a store. Of the query the window does not apply.
func EventsDiff(j Journal, from, to *store.Past, q Query) (EventsDiffView, error) {
	touched := map[string]bool{}
	if to.Seq() > from.Seq() {
		for e, err := range j.Changes(from.Seq(), to.Seq()) {
			if err != nil {
				return EventsDiffView{}, fmt.Errorf("changes: %w", err)
			}
			if e.Level == cluster.LevelEvent {
				touched[e.Object] = true
			}
		}
	}
	q.Since, q.Until = from.At(), to.At()
	if from.Seq() == 0 && q.Since.Unix() < 0 {
		q.Since = time.Time{} // before the first entry, whenever that was
	}
	v, err := eventsDiff(from, to, touched, q)
	v.From, v.To = StateOf{from.At().UTC(), from.Seq()}, StateOf{to.At().UTC(), to.Seq()}
	return v, err
}

// eventsDiff compares two states; touched are the ids of the events that changed between them.
func eventsDiff(from, to Reader, touched map[string]bool, q Query) (EventsDiffView, error) {
	v := EventsDiffView{Meta: newMeta("events diff", q.Now), Query: q.filter(), Total: map[string]int{}, Shifts: []EventShift{}}
	d := differ{from: from, to: to, q: q, words: q.Needles(), total: v.Total, kept: map[string]*Top[EventShift]{}}
	for _, kind := range shiftKinds {
		d.total[kind], d.kept[kind] = 0, NewTop[EventShift](q.limit())
	}
	joined := map[string][]string{} // by the event that took them in
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		was, err := there(from, id)
		if err != nil {
			return v, err
		}
		is, err := to.Event(id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			if was != nil {
				err = d.ended(was)
			} else {
				err = nil
			}
		case err == nil && is.ID == id:
			if _, known := joined[id]; !known {
				joined[id] = nil
			}
		case err == nil && was != nil:
			joined[is.ID] = append(joined[is.ID], id)
		}
		if err != nil {
			return v, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(joined)) {
		changed, err := d.shift(id, joined[id])
		if err != nil {
			return v, err
		}
		if !changed {
			delete(joined, id)
		}
	}
	if err := d.fading(joined); err != nil {
		return v, err
	}
	n := newNamer(to)
	for _, kind := range shiftKinds {
		for _, s := range d.kept[kind].Sorted() {
			if err := d.describe(n, &s); err != nil {
				return v, err
			}
			v.Shifts = append(v.Shifts, s)
		}
	}
	return v, nil
}

// there reads an event that was there under this very id, else nil.
func there(r Reader, id string) (*cluster.Event, error) {
	e, err := r.Event(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && e.ID != id {
		return nil, nil
	}
	return &e, err
}

type differ struct {
	from, to Reader
	q        Query
	words    words
	total    map[string]int
	kept     map[string]*Top[EventShift]
}

// add lists an event of one of the two states if the query selects it. Events that grow are listed by how much they did,
// unless another order was asked for.
func (d *differ) add(of Reader, m *members, s EventShift) error {
	choice := d.q
	choice.Since, choice.Until = time.Time{}, time.Time{} // stories of any time may have arrived in the window
	if ok, err := m.matches(of, choice, d.words); err != nil || !ok {
		return err
	}
	s.Event = m.line
	r := d.q.RankEvent(m.entry)
	if s.Change == ShiftGrowing && d.q.Sort == "" {
		r.Score = float64(s.Came)
	}
	d.total[s.Change]++
	d.kept[s.Change].Add(r, s)
	return nil
}

func (d *differ) ended(was *cluster.Event) error {
	m, err := loadEvent(d.from, *was, d.q.Now)
	if err != nil {
		return err
	}
	return d.add(d.from, m, EventShift{
		Change: ShiftEnded, Before: len(m.stories), SourcesBefore: m.line.Sources, Went: len(m.stories), Outlets: []string{}, Others: []string{},
	})
}

// shift compares an event with what it was, and with where its stories were. It reports whether its stories changed.
func (d *differ) shift(id string, tookIn []string) (bool, error) {
	m, err := readEvent(d.to, id, d.q.Now)
	if err != nil {
		return false, err
	}
	s := EventShift{Outlets: []string{}, Others: list(tookIn)}
	was, err := there(d.from, id)
	if err != nil {
		return false, fmt.Errorf("event %s: %w", id, err)
	}
	had := map[string]bool{}
	if was != nil {
		before, err := loadEvent(d.from, *was, d.q.Now)
		if err != nil {
			return false, err
		}
		s.Before, s.SourcesBefore = len(before.stories), before.line.Sources
		for i := range before.stories {
			had[before.stories[i].Outlet()] = true
			if !slices.Contains(m.event.Members, before.stories[i].ID) {
				s.Went++
			}
		}
	}
	others := map[string]bool{}
	for i := range m.stories {
		x := &m.stories[i]
		old, err := d.from.Story(x.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, fmt.Errorf("event %s: story %s: %w", id, x.ID, err)
		}
		if err != nil || old.Placement.Event == "" {
			if s.Came++; !had[x.Outlet()] {
				had[x.Outlet()] = true
				s.Outlets = append(s.Outlets, x.Outlet())
			}
		} else if old.Placement.Event != id {
			others[old.Placement.Event] = true
		}
	}
	switch {
	case len(tookIn) > 0:
		s.Change = ShiftMerged
	case was == nil && len(others) == 0:
		s.Change = ShiftNew
	case was == nil:
		s.Change = ShiftSplit
	case s.Came > 0:
		s.Change = ShiftGrowing
	case len(others) > 0 || s.Went > 0:
		s.Change = ShiftMoved
	default:
		return false, nil // another headline or thread
	}
	if len(tookIn) == 0 {
		s.Others = list(slices.Sorted(maps.Keys(others)))
	}
	return true, d.add(d.to, m, s)
}

// fading finds the events that were reported in the time of the same length before the first moment and did not change.
func (d *differ) fading(changed map[string][]string) error {
	length := d.q.Until.Sub(d.q.Since)
	if length <= 0 || d.q.Since.IsZero() {
		return nil
	}
	for head, err := range d.to.EventHeads(d.q.Since.Add(-length), d.q.Until) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if _, did := changed[head.ID]; did || !head.Last.Before(d.q.Since) {
			continue
		}
		m, err := readEvent(d.to, head.ID, d.q.Now)
		if err != nil {
			return err
		}
		faded := EventShift{Change: ShiftFading, Before: len(m.stories), SourcesBefore: m.line.Sources, Outlets: []string{}, Others: []string{}}
		if err := d.add(d.to, m, faded); err != nil {
			return err
		}
	}
	return nil
}

// describe reads what only a listed event shows: its names, and its place in a thread.
func (d *differ) describe(n *namer, s *EventShift) error {
	s.Event.Names = list(s.Event.Names)
	if s.Change == ShiftEnded {
		return nil
	}
	if d.q.Unnamed {
		s.Event.Names = []string{}
	} else if err := n.fill(&s.Event); err != nil {
		return err
	}
	t, err := d.to.Thread(s.Event.Thread)
	if notFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("thread %s: %w", s.Event.Thread, err)
	}
	i := slices.IndexFunc(t.Links, func(l cluster.Link) bool { return l.Event == s.Event.ID })
	if i < 1 {
		return nil
	}
	founding, err := readEvent(d.to, t.Links[0].Event, d.q.Now)
	if err != nil {
		return err
	}
	title, err := d.to.Title(t.ID)
	if err != nil {
		return fmt.Errorf("thread %s: title: %w", t.ID, err)
	}
	s.Link, s.ThreadHeadline = t.Links[i].Kind, cmp.Or(title, founding.line.Headline)
	return nil
}
