package report

import (
	"fmt"
	"time"
)

// StoryByID shows one story with its versions, its duplicates, its event and its thread.
func StoryByID(r Reader, id string, now time.Time) (StoryView, error) {
	v := StoryView{Meta: newMeta("story", now), Versions: []VersionLine{}, MentionedIn: []Mention{}, Mentions: []Mentioned{}}
	s, err := r.Story(id)
	if err != nil {
		return v, err
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
		if i > 0 {
			before := &versions[i-1].Story
			change := rewrite(before.Title, before.Text, x.Story.Title, x.Story.Text)
			v.Versions[i].Changes = &change
		}
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
