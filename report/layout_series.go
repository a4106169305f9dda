package report

import (
	"fmt"
	"strings"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (v SeriesListView) layout() page {
	if len(v.Series) == 0 {
		if v.Query.describe(v.Now) == "" {
			return page{paragraph("No series: nothing has recurred so far.")}
		}
		return nothing("series", v.Query, v.Now)
	}
	g := grid{cols: []col{
		{name: "last"},
		{name: "editions", right: true},
		{name: "rhythm"},
		{name: "series", flex: 24, soft: 48},
		{name: "kind", drop: 2},
		{name: "first", drop: 3},
		{name: "outlets", flex: 14, soft: 20, drop: 4},
		{name: "id"},
	}}
	for _, s := range v.Series {
		title := headline(s.Pattern, 0)
		g.rows = append(g.rows, []cell{
			styled(typeset.RelativeAt(s.Last, s.LastKnown, v.Now), dim), number(s.Editions), text(s.Rhythm), title,
			styled(s.Kind, dim), styled(typeset.Relative(s.First, v.Now), dim), outletsCell(s.Outlets), styled(s.ID, dim),
		})
		before := []string{typeset.RelativeAt(s.Last, s.LastKnown, v.Now), typeset.Plural(s.Editions, "edition", "editions")}
		if s.Rhythm != "" {
			before = append(before, s.Rhythm)
		}
		g.cards = append(g.cards, card{title: title, before: before, outlets: s.Outlets, id: s.ID})
	}
	return page{heading{text: "Series", meta: listMeta(len(v.Series), v.Total, v.Query, v.Now)}, g}
}

func (v SeriesListView) records() records {
	r := records{cols: []string{
		"series", "pattern", "kind", "lang", "editions", "copies", "outlets", "rhythm", "first", "last", "last_precision", "latest",
	}}
	for _, s := range v.Series {
		r.rows = append(r.rows, []any{
			s.ID, s.Pattern, s.Kind, s.Lang, s.Editions, s.Copies, s.Outlets, s.Rhythm, s.First, s.Last, s.LastKnown, s.Latest,
		})
	}
	return r
}

func (v SeriesListView) lines() []any { return asLines(v.Series) }

func (v SeriesView) layout() page {
	s := v.Series
	p := page{heading{text: headline(s.Pattern, 0).text, meta: "series " + typeset.Clean(s.ID)}}
	if v.RedirectedFrom != "" {
		p = append(p, paragraph(fmt.Sprintf("%s is now part of %s.", typeset.Clean(v.RedirectedFrom), typeset.Clean(s.ID))))
	}
	what := "one text with other values each time"
	if s.Kind == "column" {
		what = "one label over other texts"
	}
	editions := typeset.Thousands(s.Editions)
	if s.Copies > 0 {
		editions += ", and " + typeset.Plural(s.Copies, "copy", "copies") + " of them"
	}
	f := facts{{"kind", s.Kind + ": " + what}, {"editions", editions}}
	if s.Rhythm != "" {
		f = append(f, fact{"rhythm", s.Rhythm})
	}
	f = append(f,
		fact{"first", typeset.Absolute(s.First, "", v.Now)}, fact{"last", typeset.When(s.Last, s.LastKnown, v.Now)},
		fact{"outlets", typeset.Outlets(s.Outlets, 0)})
	g := grid{cols: []col{
		{name: "no.", right: true, drop: 3},
		{name: "published"},
		{name: "values", flex: 12, soft: 24, drop: 2},
		{name: "headline", flex: 24, soft: 40},
		{name: "outlet", flex: 9, soft: 20},
		{name: "copies", right: true, drop: 4},
		{name: "story", flex: 15, soft: 20, drop: 1},
	}}
	for i, e := range v.Editions {
		g.rows = append(g.rows, []cell{
			styled(fmt.Sprint(i+1), dim), styled(typeset.Absolute(e.Published, e.Precision, v.Now), dim),
			text(strings.Join(e.Values, " | ")), linked(e.Title, e.URL, 0), text(typeset.Outlet(e.Source)),
			number(e.Copies), styled(e.ID, dim),
		})
	}
	return append(p, f, g)
}

func (v SeriesView) records() records {
	r := records{cols: []string{
		"series", "edition", "story", "title", "source", "url", "lang", "published", "precision", "values", "event", "copies",
	}}
	for i, e := range v.Editions {
		r.rows = append(r.rows, []any{
			v.Series.ID, i + 1, e.ID, e.Title, e.Source, e.URL, e.Lang, e.Published, e.Precision, e.Values, e.Event, e.Copies,
		})
	}
	return r
}

func (v SeriesView) lines() []any { return asLines(v.Editions) }
