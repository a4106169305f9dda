package report

import (
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
)

// Mention is a round-up or a live page that touches a thread without being part of it. It is counted nowhere.
type Mention struct {
	Event     string    `json:"event"`
	Story     string    `json:"story"` // the representative of the event
	Headline  string    `json:"headline"`
	Source    string    `json:"source"`
	URL       string    `json:"url,omitempty"`
	Lang      string    `json:"lang"`
	Published time.Time `json:"published"`
	Precision string    `json:"precision"`
	Score     float64   `json:"score"` // similarity to the core of the thread, 0..1
	Names     []string  `json:"names"` // specific names of the core that it has
	Terms     []string  `json:"terms"` // event-kind words of the core that it has
}

// Mentioned is a thread that an event touches without being part of it.
type Mentioned struct {
	Thread   string   `json:"thread"`
	Headline string   `json:"headline"` // of the founding event
	Score    float64  `json:"score"`
	Names    []string `json:"names"`
	Terms    []string `json:"terms"`
}

// mentionedIn lists the round-ups that mention a thread, the earliest first.
func mentionedIn(r Reader, thread string) ([]Mention, error) {
	out := []Mention{}
	ids, err := r.MentionedIn(thread)
	if err != nil {
		return out, fmt.Errorf("what mentions thread %s: %w", thread, err)
	}
	for _, id := range ids {
		e, err := r.Event(id)
		if err != nil {
			return out, fmt.Errorf("what mentions thread %s: event %s: %w", thread, id, err)
		}
		s, err := r.Story(e.Representative)
		if err != nil {
			return out, fmt.Errorf("what mentions thread %s: story %s: %w", thread, e.Representative, err)
		}
		m := Mention{
			Event: e.ID, Story: s.ID, Headline: s.Title, Source: s.Outlet(), URL: s.URL, Lang: s.Lang, Published: s.Published.UTC(),
			Precision: s.Precision.String(), Names: []string{}, Terms: []string{},
		}
		for _, x := range e.Mentions {
			if t, err := r.Thread(x.Thread); err == nil && t.ID == thread {
				m.Score, m.Names, m.Terms = round(x.Score), list(x.Names), list(x.Terms)
				break
			}
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return a.Published.Compare(b.Published) })
	return out, nil
}

// mentionsOf lists the threads that an event touches, the closest first. One that is no more is left out.
func mentionsOf(r Reader, e *cluster.Event) ([]Mentioned, error) {
	out := []Mentioned{}
	for _, m := range e.Mentions {
		t, err := r.Thread(m.Thread)
		if notFound(err) || err == nil && (len(t.Links) == 0 || t.ID == e.Thread) {
			continue
		}
		if err != nil {
			return out, fmt.Errorf("thread %s that event %s mentions: %w", m.Thread, e.ID, err)
		}
		first, err := r.Event(t.Links[0].Event)
		if err != nil {
			return out, fmt.Errorf("thread %s that event %s mentions: %w", m.Thread, e.ID, err)
		}
		s, err := r.Story(first.Representative)
		if err != nil {
			return out, fmt.Errorf("thread %s that event %s mentions: %w", m.Thread, e.ID, err)
		}
		x := Mentioned{Thread: t.ID, Headline: s.Title, Score: round(m.Score), Names: list(m.Names), Terms: list(m.Terms)}
		if !slices.ContainsFunc(out, func(y Mentioned) bool { return y.Thread == x.Thread }) {
			out = append(out, x)
		}
	}
	return out, nil
}
