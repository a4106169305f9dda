package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/store"
)

// EventByID shows one event. An id that has ended shows what it became.
func EventByID(r Reader, id string, now time.Time) (EventView, error) {
	v := EventView{Meta: newMeta("event", now)}
	e, err := r.Event(id)
	if err != nil {
		return v, err
	}
	m, err := loadEvent(r, e, now)
	if err != nil {
		return v, err
	}
	if e.ID != id {
		v.RedirectedFrom = id
	}
	v.Event = m.line
	v.FirstSource, v.Hourless = firstSource(m.stories)
	v.Outlets = m.outlets()
	v.Happening = e.Told()
	if v.Counterparts, err = counterparts(r, &e, now); err != nil {
		return v, fmt.Errorf("event %s: %w", id, err)
	}
	v.Languages = languages(e.Lang, v.Counterparts)
	if err := newNamer(r).fill(&v.Event); err != nil {
		return v, err
	}
	if v.MentionedIn, err = mentionedIn(r, e.Thread); err != nil {
		return v, err
	}
	v.Mentions, err = mentionsOf(r, &e)
	return v, err
}

// outlets groups the originals by outlet, both in order of time, each with its copies.
func (m *members) outlets() []Outlet {
	outlets := []Outlet{}
	at := map[string]int{}
	first := m.firstExact()
	copies := map[int][]CopyLine{}
	for i := range m.stories {
		if o := m.origin[i]; o != i {
			copies[o] = append(copies[o], copyLine(&m.stories[o], &m.stories[i]))
		}
	}
	for i := range m.stories {
		if m.origin[i] != i {
			continue
		}
		s := &m.stories[i]
		o := Origin{StoryLine: storyLine(s), Group: s.Placement.Group, Copies: copies[i]}
		if o.Copies == nil {
			o.Copies = []CopyLine{}
		}
		if first != nil {
			o.Lag = lagBetween(first, s)
		}
		j, seen := at[o.Source]
		if !seen {
			j = len(outlets)
			at[o.Source] = j
			outlets = append(outlets, Outlet{Source: o.Source, Lag: o.Lag})
		}
		outlets[j].Stories = append(outlets[j].Stories, o)
	}
	return outlets
}

func (m *members) firstExact() *store.StoryRecord { return firstExact(m.stories) }
