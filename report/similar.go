package report

import (
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

// nearListed bounds how many events, and how many stories, are listed as similar.
const nearListed = 20

// SimilarView says what is near to a stored story, whether or not anything came of it.
type SimilarView struct {
	Meta
	Story    StoryLine     `json:"story"` // of an event the representative
	Event    *EventLine    `json:"event"` // that it is in, and that is not listed; null while it waits for the event stage
	Searched Window        `json:"searched"`
	Events   []SimilarLine `json:"events"`  // greatest probability first
	Stories  []MatchCopy   `json:"stories"` // that share text with it, greatest overlap first; event is theirs
}

// SimilarLine is an event that is near to a story.
type SimilarLine struct {
	Event       EventLine  `json:"event"`
	Probability float64    `json:"probability"` // that the story belongs to it, 0..1; below Needed it does not
	Needed      float64    `json:"needed"`      // least probability that joins
	Nearest     *StoryLine `json:"nearest"`     // story of the event; null where none is near by itself
}

// Similar shows what a stored story was compared with; m is the match of its own text, without itself.
func Similar(r Reader, m *cluster.Match, story string, window Window, now time.Time) (SimilarView, error) {
	v := SimilarView{Meta: newMeta("similar", now), Searched: window, Events: []SimilarLine{}, Stories: []MatchCopy{}}
	v.Searched.Stories = m.Stories
	s, err := r.Story(story)
	if err != nil {
		return v, err
	}
	v.Story = storyLine(&s)
	if s.Placement.Event != "" {
		if v.Event, err = eventByID(r, s.Placement.Event, now); err != nil {
			return v, err
		}
	}
	for i := range m.Events {
		c := &m.Events[i]
		if len(v.Events) == nearListed {
			break
		}
		if v.Event != nil && c.Event == v.Event.ID {
			continue
		}
		line, err := eventByID(r, c.Event, now)
		if err != nil {
			return v, err
		}
		near := SimilarLine{Event: *line, Probability: round(min(1, c.Score)), Needed: round(c.Needed)}
		if len(c.Pairs) > 0 {
			if near.Nearest, err = lineOf(r, c.Pairs[0].Story); err != nil {
				return v, err
			}
		}
		v.Events = append(v.Events, near)
	}
	for i := range m.Copies.Matches {
		x := &m.Copies.Matches[i]
		if len(v.Stories) == nearListed {
			break
		}
		if x.ID == s.ID {
			continue
		}
		rec, err := r.Story(x.ID)
		if err != nil {
			return v, err
		}
		v.Stories = append(v.Stories, MatchCopy{StoryLine: storyLine(&rec), Evidence: *textEvidence(x), Event: rec.Placement.Event})
	}
	return v, nil
}

func lineOf(r Reader, id string) (*StoryLine, error) {
	var s store.StoryRecord
	s, err := r.Story(id)
	if err != nil {
		return nil, err
	}
	line := storyLine(&s)
	return &line, nil
}

func (v SimilarView) layout() page {
	p := page{heading{text: headline(v.Story.Title, 0).text, meta: "story " + typeset.Clean(v.Story.ID)}}
	if len(v.Events)+len(v.Stories) == 0 {
		return append(p, paragraph("Nothing is near to it."))
	}
	if len(v.Events) > 0 {
		g := grid{cols: []col{
			{name: "probability", right: true},
			{name: "needed", right: true, drop: 1},
			{name: "last", drop: 3},
			{name: "stories", drop: 2},
			{name: "headline", flex: 24, soft: 40},
			{name: "nearest story", flex: 20, soft: 24, drop: 4},
			{name: "event"},
		}}
		for _, e := range v.Events {
			nearest := text("")
			if e.Nearest != nil {
				nearest = linked(e.Nearest.Title, e.Nearest.URL, 0)
			}
			g.rows = append(g.rows, []cell{
				fraction(e.Probability), fraction(e.Needed), styled(typeset.RelativeAt(e.Event.Last, e.Event.LastKnown, v.Now), dim),
				{text: storiesText(e.Event.Stories, e.Event.Copies)},
				linked(e.Event.Headline, e.Event.URL, 0), nearest, styled(e.Event.ID, dim),
			})
		}
		p = append(p, heading{text: "Events near to it", sub: true}, g)
	}
	if len(v.Stories) > 0 {
		p = append(p, heading{text: "Stories that share text with it", sub: true}, copiesGrid(v.Stories, v.Now))
	}
	return p
}

func (v SimilarView) records() records {
	r := records{cols: []string{"kind", "id", "headline", "source", "probability", "needed", "relation", "jaccard", "contained", "contains", "event"}}
	for _, e := range v.Events {
		r.rows = append(r.rows, []any{"event", e.Event.ID, e.Event.Headline, e.Event.Source, e.Probability, e.Needed, "", "", "", "", e.Event.ID})
	}
	for _, s := range v.Stories {
		r.rows = append(r.rows, []any{"story", s.ID, s.Title, s.Source, "", "", s.Relation, s.Jaccard, s.Contained, s.Contains, s.Event})
	}
	return r
}

func (v SimilarView) lines() []any { return append(asLines(v.Events), asLines(v.Stories)...) }
