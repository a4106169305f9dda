package report

import (
	"fmt"
	"strings"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (v ThreadsView) layout() page {
	if len(v.Threads) == 0 {
		return nothing("threads", v.Query, v.Now)
	}
	g := grid{cols: []col{
		{name: "last"},
		{name: "running", drop: 3},
		{name: "events", right: true, drop: 1},
		{name: "stories", drop: 2},
		{name: "began with", flex: 24, soft: 40},
		{name: "latest", flex: 20, soft: 24, drop: 5},
		{name: "outlets", flex: 14, soft: 20, drop: 6},
		{name: "thread"},
	}}
	for _, t := range v.Threads {
		latest := headline(t.Latest, 0)
		latest.style = normal
		g.rows = append(g.rows, []cell{
			styled(typeset.RelativeAt(t.Last, t.LastKnown, v.Now), dim),
			styled(typeset.Span(t.Last.Sub(t.First)), dim),
			number(t.Beats),
			{text: storiesText(t.Stories, t.Copies)},
			headline(t.Headline, 0),
			latest,
			outletsCell(t.Outlets),
			styled(t.ID, dim),
		})
		g.cards = append(g.cards, card{
			title:  headline(t.Headline, 0),
			second: "  latest: " + latest.text,
			before: []string{
				typeset.RelativeAt(t.Last, t.LastKnown, v.Now), typeset.Plural(t.Beats, "event", "events") + " over " + typeset.Span(t.Last.Sub(t.First)),
				storiesNoun(t.Stories, t.Copies),
			},
			outlets: t.Outlets, id: t.ID,
		})
	}
	return page{heading{text: "Threads", meta: listMeta(len(v.Threads), v.Total, v.Query, v.Now)}, g}
}

func (v ThreadsView) records() records {
	r := records{cols: []string{
		"thread", "headline", "latest", "last_event", "lang", "first", "last", "events", "stories", "copies",
		"independent_sources", "outlets", "names", "importance", "first_precision", "last_precision",
		"diversity", "velocity", "trend", "settledness",
	}}
	for _, t := range v.Threads {
		r.rows = append(r.rows, []any{
			t.ID, t.Headline, t.Latest, t.LastBeat, t.Lang, t.First, t.Last, t.Beats, t.Stories, t.Copies, t.Sources,
			t.Outlets, t.Names, t.Importance, t.FirstKnown, t.LastKnown,
			t.Diversity, t.Velocity, t.Trend, t.Settledness,
		})
	}
	return r
}

func (v ThreadsView) lines() []any { return asLines(v.Threads) }

func (v ThreadView) layout() page {
	t := v.Thread
	p := page{heading{text: headline(t.Headline, 0).text, meta: "thread " + typeset.Clean(t.ID)}}
	if v.RedirectedFrom != "" {
		p = append(p, paragraph(fmt.Sprintf("%s is now part of %s.", typeset.Clean(v.RedirectedFrom), typeset.Clean(t.ID))))
	}
	f := facts{
		{"events", typeset.Thousands(t.Beats)},
		{"stories", storiesFact(t.Stories, t.Sources, t.Copies)},
		{"first", typeset.When(t.First, t.FirstKnown, v.Now)},
		{"last", typeset.When(t.Last, t.LastKnown, v.Now)},
	}
	if len(t.Names) > 0 {
		f = append(f, fact{"names", typeset.Clean(strings.Join(t.Names, ", "))})
	}
	g := grid{cols: []col{
		{name: "began"},
		{name: "beat"},
		{name: "headline", flex: 24, soft: 40},
		{name: "stories", drop: 2},
		{name: "outlets", flex: 14, soft: 20, drop: 4},
		{name: "shares with the core", flex: 20, soft: 24, drop: 3},
		{name: "score", right: true, drop: 1},
		{name: "event"},
	}}
	for i, b := range v.Beats {
		began := typeset.RelativeAt(b.Event.First, b.Event.FirstKnown, v.Now)
		if i > 0 {
			s := int64(b.Event.First.Sub(v.Beats[0].Event.First).Seconds())
			began = typeset.Lag(&s)
		}
		g.rows = append(g.rows, []cell{
			styled(began, dim),
			kindCell(b.Kind),
			linked(b.Event.Headline, b.Event.URL, 0),
			{text: storiesText(b.Event.Stories, b.Event.Copies)},
			outletsCell(b.Event.Outlets),
			text(shared(b)),
			fraction(b.Score),
			styled(b.Event.ID, dim),
		})
	}
	return append(append(p, f, g), v.digestBlocks()...)
}

// kindCell shows the weaker links by wording alone as such.
func kindCell(kind string) cell {
	if kind == "saga" {
		return styled(kind+" (weak)", dim)
	}
	return text(kind)
}

// shared is what a beat has in common with the core of its thread: names first, then the words of its kind.
func shared(b Beat) string {
	return strings.Join(append(append([]string{}, b.Names...), b.Terms...), ", ")
}

func (v ThreadView) records() records {
	r := records{cols: append([]string{"beat", "kind", "score", "shared_names", "shared_terms", "new_figures", "new_names", "new_terms"}, EventsView{}.records().cols...)}
	for i, b := range v.Beats {
		r.rows = append(r.rows, append([]any{i + 1, b.Kind, b.Score, b.Names, b.Terms, b.New.figureTexts(), b.New.Names, b.New.Terms}, eventRecord(b.Event)...))
	}
	return r
}

func (v ThreadView) lines() []any { return []any{v} }
