package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// StoryByID shows one story with its versions, its duplicates, its event and its thread.
func StoryByID(r Reader, id string, now time.Time) (StoryView, error) {
	v := StoryView{Meta: newMeta("story", now), Versions: []VersionLine{}, MentionedIn: []Mention{}, Mentions: []Mentioned{}}
	s, err := r.Story(id)
	if err != nil {
		return v, fmt.Errorf("story %s: %w", id, err)
	}
	_, text, gone, err := textLeft(r, s.ID)
	if err != nil {
		return v, fmt.Errorf("text of story %s: %w", id, err)
	}
	versions, err := r.Versions(s.ID)
	if err != nil {
		return v, fmt.Errorf("versions of story %s: %w", id, err)
	}
	v.Story = StoryDetail{
		StoryLine: storyLine(&s), Evidence: evidence(s.Placement.Copy), Author: s.Author, Updated: optional(s.Updated),
		Arrived: s.Arrived.UTC(), Words: s.Words, Version: 1, Group: s.Placement.Group, EventID: s.Placement.Event,
		Series: s.Placement.Series, Text: text, Expired: gone,
	}
	for i, x := range versions {
		v.Versions = append(v.Versions, VersionLine{
			Version: i + 1, Arrived: x.Story.Arrived.UTC(), Title: x.Story.Title, Words: x.Words,
		})
		if x.Current {
			v.Story.Version = i + 1
		}
	}
	if v.Duplicates, err = groupOf(r, s.Placement.Group); err != nil {
		return v, err
	}
	if v.Series, err = editionOf(r, s.Placement.Series); err != nil {
		return v, fmt.Errorf("series %s of story %s: %w", s.Placement.Series, id, err)
	}
	if s.Placement.Event == "" {
		return v, nil
	}
	e, err := r.Event(s.Placement.Event)
	if err != nil {
		return v, fmt.Errorf("event %s of story %s: %w", s.Placement.Event, id, err)
	}
	m, err := loadEvent(r, e, now)
	if err != nil {
		return v, err
	}
	v.Event = &m.line
	n := newNamer(r)
	if err := n.fill(v.Event); err != nil {
		return v, err
	}
	if v.MentionedIn, err = mentionedIn(r, e.Thread); err != nil {
		return v, err
	}
	if v.Mentions, err = mentionsOf(r, &e); err != nil {
		return v, err
	}
	t, err := r.Thread(e.Thread)
	if notFound(err) {
		return v, nil
	}
	if err != nil {
		return v, fmt.Errorf("thread %s of story %s: %w", e.Thread, id, err)
	}
	if len(t.Links) < 2 {
		return v, nil
	}
	c, err := loadThread(r, t, now)
	if err != nil {
		return v, err
	}
	v.Thread = &c.line
	return v, n.fillThread(v.Thread)
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
	line := GroupLine{ID: g.ID, Stories: len(g.Members), Outlets: []string{}, Copies: []CopyLine{}}
	origin, err := r.Story(g.Representative)
	if err != nil {
		return line, fmt.Errorf("group %s: story %s: %w", g.ID, g.Representative, err)
	}
	line.Representative = storyLine(&origin)
	line.Event = origin.Placement.Event
	seen := map[string]bool{}
	for _, id := range g.Members {
		s, err := r.Story(id)
		if err != nil {
			return line, fmt.Errorf("group %s: story %s: %w", g.ID, id, err)
		}
		if o := s.Outlet(); !seen[o] {
			seen[o] = true
			line.Outlets = append(line.Outlets, o)
		}
		line.span(&s)
		if id != g.Representative {
			line.Copies = append(line.Copies, copyLine(&origin, &s))
		}
	}
	return line, nil
}

func (g *GroupLine) span(s *store.StoryRecord) {
	t := s.Published.UTC()
	if g.First.IsZero() || t.Before(g.First) {
		g.First = t
	}
	if t.After(g.Last) {
		g.Last = t
	}
}
