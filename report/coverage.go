package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// ErrNoSource reports a question about the coverage of nobody.
var ErrNoSource = errors.New("coverage of which source?")

// CoverageView is the answer to "what did we miss": the events of a window as some sources have them, which count as
// one, the sources of the one who asks.
type CoverageView struct {
	Meta
	Query   Filter   `json:"query"`
	Sources []string `json:"sources"` // asked about
	Similar []string `json:"similar"` // outlets of the window with a name like these, where they have no story in it

	Total     CoverageTotal  `json:"total"`
	MedianLag *int64         `json:"median_lag_seconds"` // over the covered events whose times are exact; null without any
	Missed    []CoverageLine `json:"missed"`             // others have it, and they have not
	Covered   []CoverageLine `json:"covered"`            // both have it
	Alone     []CoverageLine `json:"alone"`              // only they have it
}

// CoverageTotal counts the events that match. The lists hold the first Query.Limit of each kind.
type CoverageTotal struct {
	Events  int `json:"events"`
	Missed  int `json:"missed"`
	Covered int `json:"covered"`
	Alone   int `json:"alone"`
	Timed   int `json:"timed"`       // of the covered ones, those with a lag
	First   int `json:"first"`       // of these, those on which they were before everybody else
	Copies  int `json:"copies_only"` // of the covered ones, those of which they have no text of their own
}

// CoverageLine is an event as the sources have it.
type CoverageLine struct {
	Event EventLine `json:"event"`
	// Ours is their first story of the event; null where they have none.
	Ours     *StoryLine `json:"ours"`
	Relation string     `json:"relation,omitempty"` // of Ours: origin for a text of their own, else as of a copy
	Lag      *int64     `json:"lag_seconds"`        // of Ours after the first story of anybody else, negative where it was before; null where a time is not known to the minute
	First    string     `json:"first_other"`        // the first of the others; empty without any
	Others   int        `json:"other_sources"`      // how many other outlets have it
	InThread bool       `json:"in_thread"`          // of a missed one: they have another event of its thread
}

// Coverage compares what some sources have with what the others have. Query.Source does not apply.
func Coverage(r Reader, sources []string, q Query) (CoverageView, error) {
	q.Source = ""
	v := CoverageView{
		Meta: newMeta("coverage", q.Now), Query: q.filter(), Sources: list(sources), Similar: []string{},
		Missed: []CoverageLine{}, Covered: []CoverageLine{}, Alone: []CoverageLine{},
	}
	if len(sources) == 0 {
		return v, ErrNoSource
	}
	w := words(q.Needles())
	missed, covered, alone := NewTop[CoverageLine](q.limit()), NewTop[CoverageLine](q.limit()), NewTop[CoverageLine](q.limit())
	var lags []int64
	outlets := map[string]bool{}
	for head, err := range r.EventHeads(q.Since, q.Until) {
		if err != nil {
			return v, fmt.Errorf("read events: %w", err)
		}
		m, err := readEvent(r, head.ID, q.Now)
		if err != nil {
			return v, err
		}
		for _, o := range m.line.Outlets {
			outlets[o] = true
		}
		ok, err := m.matches(r, q, w)
		if err != nil {
			return v, err
		}
		if !ok {
			continue
		}
		l := m.coverage(sources)
		v.Total.Events++
		at := q.RankEvent(m.entry)
		switch {
		case l.Ours == nil:
			v.Total.Missed++
			missed.Add(at, l)
		case l.Others == 0:
			v.Total.Alone++
			alone.Add(at, l)
		default:
			v.Total.Covered++
			covered.Add(at, l)
			if l.Relation != cluster.Origin.String() {
				v.Total.Copies++
			}
			if l.Lag != nil {
				if lags = append(lags, *l.Lag); *l.Lag < 0 {
					v.Total.First++
				}
			}
		}
	}
	if len(lags) > 0 {
		slices.Sort(lags)
		v.MedianLag = &lags[len(lags)/2]
	}
	v.Total.Timed = len(lags)
	v.Missed, v.Covered, v.Alone = missed.Sorted(), covered.Sorted(), alone.Sorted()
	if v.Total.Covered+v.Total.Alone == 0 {
		v.Similar = similar(outlets, sources)
	}
	return v, v.complete(r, q)
}

// complete reads what only listed events show.
func (v *CoverageView) complete(r Reader, q Query) error {
	n := newNamer(r)
	for _, lines := range [][]CoverageLine{v.Missed, v.Covered, v.Alone} {
		for i := range lines {
			e := &lines[i].Event
			if q.Unnamed {
				e.Names = []string{}
			} else if err := n.fill(e); err != nil {
				return err
			}
			if lines[i].Ours != nil {
				continue
			}
			in, err := inThread(r, e, v.Sources, q.Now)
			if err != nil {
				return err
			}
			lines[i].InThread = in
		}
	}
	return nil
}

// coverage is the event as some sources have it.
func (m *members) coverage(sources []string) CoverageLine {
	l := CoverageLine{Event: m.line}
	ours, other := -1, -1
	seen := map[string]bool{}
	for i := range m.stories {
		s := &m.stories[i]
		o := s.Outlet()
		at := &other
		if among(sources, o) {
			at = &ours
		} else if !seen[o] {
			seen[o] = true
			l.Others++
		}
		if *at < 0 || saysMore(s, &m.stories[*at]) {
			*at = i
		}
	}
	if other >= 0 {
		l.First = m.stories[other].Outlet()
	}
	if ours < 0 {
		return l
	}
	line := storyLine(&m.stories[ours])
	l.Ours, l.Relation = &line, cluster.Origin.String()
	if m.origin[ours] != ours {
		l.Relation = m.stories[ours].Placement.Copy.Relation.String()
	}
	if other >= 0 {
		l.Lag = lagBetween(&m.stories[other], &m.stories[ours])
	}
	return l
}

// saysMore reports whether a story has an hour where one that is listed before it, of the same day, has none.
func saysMore(s, before *store.StoryRecord) bool {
	return s.Precision == cluster.Exact && before.Precision == cluster.Day && s.Published.UTC().Truncate(day).Equal(before.Published.UTC())
}

func among(sources []string, outlet string) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return strings.EqualFold(s, outlet) })
}

// inThread reports whether sources have another event of the thread of an event.
func inThread(r Reader, e *EventLine, sources []string, now time.Time) (bool, error) {
	t, err := r.Thread(e.Thread)
	if notFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("thread %s: %w", e.Thread, err)
	}
	for _, link := range t.Links {
		if link.Event == e.ID {
			continue
		}
		m, err := readEvent(r, link.Event, now)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(m.line.Outlets, func(o string) bool { return among(sources, o) }) {
			return true, nil
		}
	}
	return false, nil
}

// maxSimilar bounds the outlets that are named in the place of one that is not there.
const maxSimilar = 5

// similar lists the outlets whose names contain one of those that were asked for, or are contained in it.
func similar(outlets map[string]bool, sources []string) []string {
	found := []string{}
	for o := range outlets {
		a := fold(o)
		if slices.ContainsFunc(sources, func(s string) bool {
			b := fold(s)
			return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
		}) {
			found = append(found, o)
		}
	}
	slices.Sort(found)
	return found[:min(len(found), maxSimilar)]
}
