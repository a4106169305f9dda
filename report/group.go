package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// GroupView is everything about one duplicate group.
type GroupView struct {
	Meta
	RedirectedFrom string     `json:"redirected_from,omitempty"`
	Group          GroupLine  `json:"group"`        // a story without copies is a group of its own
	FirstSource    string     `json:"first_source"` // the first whose hour is known; empty where two share the second
	Hourless       int        `json:"hourless"`     // stories of other outlets known to the day or not at all, which may have been earlier
	Event          *EventLine `json:"event"`        // that the group is in; null while it waits for the event stage
}

// GroupByID shows one duplicate group. An id that has ended shows what it became.
func GroupByID(r Reader, id string, now time.Time) (GroupView, error) {
	v := GroupView{Meta: newMeta("group", now)}
	g, err := r.Group(id)
	if err != nil {
		return v, err
	}
	if g.ID != id {
		v.RedirectedFrom = id
	}
	line, stories, err := readGroup(r, g)
	if err != nil {
		return v, err
	}
	v.Group = line
	v.FirstSource, v.Hourless = firstSource(stories)
	if line.Event == "" {
		return v, nil
	}
	m, err := readEvent(r, line.Event, now)
	if err != nil {
		return v, err
	}
	v.Event = &m.line
	return v, newNamer(r).fill(v.Event)
}

// groupOf is the group with this id, or nil for a story alone.
func groupOf(r Reader, id string) (*GroupLine, error) {
	g, err := r.Group(id)
	if notFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", id, err)
	}
	if len(g.Members) < 2 {
		return nil, nil
	}
	line, err := loadGroup(r, g)
	if err != nil {
		return nil, err
	}
	return &line, nil
}

func loadGroup(r Reader, g cluster.Group) (GroupLine, error) {
	line, _, err := readGroup(r, g)
	return line, err
}

// readGroup gives a group with the records of its stories.
func readGroup(r Reader, g cluster.Group) (GroupLine, []store.StoryRecord, error) {
	line := GroupLine{ID: g.ID, Stories: len(g.Members), Outlets: []string{}, Copies: []CopyLine{}}
	origin, err := r.Story(g.Representative)
	if err != nil {
		return line, nil, fmt.Errorf("group %s: story %s: %w", g.ID, g.Representative, err)
	}
	line.Representative = storyLine(&origin)
	line.Event = origin.Placement.Event
	stories := make([]store.StoryRecord, len(g.Members))
	seen := map[string]bool{}
	for i, id := range g.Members {
		s := &stories[i]
		if *s, err = r.Story(id); err != nil {
			return line, nil, fmt.Errorf("group %s: story %s: %w", g.ID, id, err)
		}
		if o := s.Outlet(); !seen[o] {
			seen[o] = true
			line.Outlets = append(line.Outlets, o)
		}
		line.span(s)
		if id != g.Representative {
			line.Copies = append(line.Copies, copyLine(&origin, s))
		}
	}
	return line, stories, nil
}

func (g *GroupLine) span(s *store.StoryRecord) {
	t := s.Published.UTC()
	if g.First.IsZero() || t.Before(g.First) {
		g.First, g.FirstKnown = t, s.Precision.String()
	}
	if g.Last.IsZero() || t.After(g.Last) {
		g.Last, g.LastKnown = t, s.Precision.String()
	}
}
