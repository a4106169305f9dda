package happening

import (
	"cmp"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/thread"
)

// Story is one representative story of an event.
type Story struct {
	Print   Print
	Profile *thread.Profile // for its names with their spellings, and its event words
}

// Event is what Link needs of one event. Copies stay out: only the representatives of duplicate groups count.
type Event struct {
	ID          string
	Founder     string // id of the founding story: ids of events may depend on what came first, this does not
	Lang        string // an event of unknown language ("und" or empty) has no counterparts
	First, Last time.Time
	Undated     bool    // First and Last mean nothing
	Loose       bool    // a round-up, a live page or an edition of a series: it touches many happenings and reports none
	Stories     []Story // in (time, id) order, at least one
}

// storiesRead bounds how many stories of an event are read: what a crowd says is said by its first.
const storiesRead = 64

// usable reports whether an event may have counterparts.
func (e *Event) usable() bool {
	return e.Lang != "" && e.Lang != "und" && !e.Loose && len(e.Stories) > 0
}

// compareEvents orders events by founding time, undated ones last, then by founding story.
func compareEvents(a, b *Event) int {
	switch {
	case a.Undated != b.Undated:
		if a.Undated {
			return 1
		}
		return -1
	case !a.Undated:
		if c := a.First.Compare(b.First); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.Founder, b.Founder), cmp.Compare(a.ID, b.ID))
}

// gap is the time between the spans of two events, 0 where they overlap. Undated events are as far apart as a report
// and its translation usually are.
func gap(a, b *Event) time.Duration {
	if a.Undated {
		return undatedGap
	}
	return max(0, b.First.Sub(a.Last), a.First.Sub(b.Last))
}

const undatedGap = 6 * time.Hour

// near returns the events that have one of another language within the window, rounded to days, in order. Only they can
// be linked, and only their words are counted: what is written in one language alone costs nothing. Undated events are
// near to each other and to no dated one.
func near(events []Event, window time.Duration) []*Event {
	var order []*Event
	langs := make(map[string]int)
	for i := range events {
		if e := &events[i]; e.usable() {
			order = append(order, e)
			if _, ok := langs[e.Lang]; !ok {
				langs[e.Lang] = len(langs) + 1
			}
		}
	}
	if len(langs) < 2 {
		return nil
	}
	const several = -1
	mark := func(was, lang int) int {
		if was == 0 || was == lang {
			return lang
		}
		return several
	}
	days := make(map[int64]int)
	undated := 0
	for _, e := range order {
		lang := langs[e.Lang]
		if e.Undated {
			undated = mark(undated, lang)
			continue
		}
		for d := dayOf(e.First.Add(-window)); d <= dayOf(e.Last.Add(window)); d++ {
			days[d] = mark(days[d], lang)
		}
	}
	order = slices.DeleteFunc(order, func(e *Event) bool {
		if e.Undated {
			return undated != several
		}
		for d := dayOf(e.First); d <= dayOf(e.Last); d++ {
			if days[d] == several {
				return false
			}
		}
		return true
	})
	slices.SortFunc(order, compareEvents)
	return order
}

func dayOf(t time.Time) int64 {
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return d
}
