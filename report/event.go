package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// members is an event with its stories, read once and counted for whatever is asked of it.
type members struct {
	event   cluster.Event
	stories []store.StoryRecord // in the order of the event
	origin  []int               // for each story, the index of the story it is folded under; its own for an original
	entry   *EventEntry
	line    EventLine
}

const day = 24 * time.Hour

func loadEvent(r Reader, e cluster.Event, now time.Time) (*members, error) {
	m := &members{event: e, stories: make([]store.StoryRecord, len(e.Members)), origin: make([]int, len(e.Members))}
	for i, id := range e.Members {
		s, err := r.Story(id)
		if err != nil {
			return nil, fmt.Errorf("event %s: story %s: %w", e.ID, id, err)
		}
		m.stories[i] = s
	}
	m.foldCopies()
	m.count()
	if err := m.rename(r); err != nil {
		return nil, err
	}
	m.makeEntry()
	m.line = m.entry.Line(now)
	return m, nil
}

// foldCopies puts each copy under the representative of its group, or under the first of the group that the event has.
func (m *members) foldCopies() {
	origins := make(map[string]int, len(m.stories))
	for i := range m.stories {
		p := &m.stories[i].Placement
		if j, seen := origins[p.Group]; !seen || p.Copy.Relation == cluster.Origin && m.stories[j].Placement.Copy.Relation != cluster.Origin {
			origins[p.Group] = i
		}
	}
	for i := range m.stories {
		m.origin[i] = origins[m.stories[i].Placement.Group]
	}
}

func (m *members) count() {
	e := &m.event
	var outlets []string
	seen := map[string]bool{}
	for i := range m.stories {
		o := m.stories[i].Outlet()
		if !seen[o] {
			seen[o] = true
			outlets = append(outlets, o)
		}
		if m.origin[i] != i {
			m.line.Copies++
		}
	}
	l := &m.line
	l.ID, l.Thread, l.Story, l.Lang = e.ID, e.Thread, e.Representative, e.Lang
	m.span()
	l.Stories = len(m.stories)
	l.Outlets = list(outlets)
	l.Names = list(e.Names)
	l.Cohesion = round(e.Cohesion)
	for i := range m.stories {
		if s := &m.stories[i]; s.ID == e.Representative {
			l.Headline, l.Source, l.URL = s.Title, s.Outlet(), s.URL
		}
	}
}

// rename puts what an editor called the event in the place of its headline.
func (m *members) rename(r Reader) error {
	title, err := r.Title(m.event.ID)
	if err != nil {
		return fmt.Errorf("event %s: title: %w", m.event.ID, err)
	}
	if title != "" {
		m.line.Headline, m.line.Renamed = title, true
	}
	return nil
}

// span fills in when the event began and when it was last reported, and how exactly that is known.
func (m *members) span() {
	e, l := &m.event, &m.line
	l.First, l.Last = e.First.UTC(), e.Last.UTC()
	l.FirstKnown, l.LastKnown = m.precisionAt(e.First), m.precisionAt(e.Last)
	if x := m.firstExact(); x != nil && x.Published.UTC().Truncate(day).Equal(l.First.Truncate(day)) {
		l.First, l.FirstKnown = x.Published.UTC(), x.Precision.String()
	}
}

// precisionAt is the best precision among the stories of this very time.
func (m *members) precisionAt(t time.Time) string {
	best := cluster.Arrival
	for i := range m.stories {
		if s := &m.stories[i]; s.Published.Equal(t) {
			best = min(best, s.Precision)
		}
	}
	return best.String()
}

// list is never nil, so that JSON has [] and not null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// leadBytes is how much of a text is searched by words: the first paragraph of most.
const leadBytes = 400

// matches reports whether a query chooses the event. Its text is read only if nothing else has decided it.
func (m *members) matches(r Reader, q Query, w words) (bool, error) {
	if !q.TakesEvent(m.entry) {
		return false, nil
	}
	if len(w) == 0 || w.in(m.heads()...) {
		return true, nil
	}
	texts, err := m.texts(r)
	return err == nil && w.in(texts...), err
}

// heads is what a query by words looks at that the records have.
func (m *members) heads() []string {
	texts := slices.Concat(m.event.Names, m.line.Outlets)
	if m.line.Renamed {
		texts = append(texts, m.line.Headline)
	}
	for i := range m.stories {
		texts = append(texts, m.stories[i].Title)
	}
	return texts
}

// texts is all that a query by words looks at.
func (m *members) texts(r Reader) ([]string, error) {
	_, body, _, err := textLeft(r, m.event.Representative)
	if err != nil {
		return nil, fmt.Errorf("event %s: text of story %s: %w", m.event.ID, m.event.Representative, err)
	}
	return append(m.heads(), lead(body)), nil
}

// lead is how a text begins, up to a word of which all is within leadBytes.
func lead(body string) string {
	if len(body) <= leadBytes {
		return body
	}
	end := leadBytes
	for end > 0 && !utf8.RuneStart(body[end]) {
		end--
	}
	cut := body[:end]
	if i := strings.LastIndexFunc(cut, notWord); i > 0 {
		return cut[:i]
	}
	return cut
}

func storyLine(s *store.StoryRecord) StoryLine {
	return StoryLine{
		ID: s.ID, Title: s.Title, Source: s.Outlet(), URL: s.URL, Lang: s.Lang, Published: s.Published.UTC(),
		Precision: s.Precision.String(),
	}
}

func evidence(c cluster.Copy) Evidence {
	if c.Relation == cluster.Origin {
		return Evidence{Relation: c.Relation.String(), Jaccard: 1, Contained: 1, Contains: 1}
	}
	return Evidence{c.Relation.String(), round(c.Jaccard), round(c.Contained), round(c.Contains)}
}

func copyLine(origin, s *store.StoryRecord) CopyLine {
	return CopyLine{StoryLine: storyLine(s), Evidence: evidence(s.Placement.Copy), Lag: lagBetween(origin, s)}
}

// lagBetween is the time from one story to another in seconds, or nil where one of the two is not known to the minute.
func lagBetween(from, to *store.StoryRecord) *int64 {
	if from.Precision != cluster.Exact || to.Precision != cluster.Exact {
		return nil
	}
	s := int64(to.Published.Sub(from.Published) / time.Second)
	return &s
}

// notFound reports whether a lookup failed only because nothing is there.
func notFound(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrPending)
}
