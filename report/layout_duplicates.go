package report

import (
	"fmt"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (v DuplicatesView) layout() page {
	if len(v.Groups) == 0 {
		return nothing("duplicates", v.Query, v.Now)
	}
	g := grid{cols: copyCols()}
	for i, group := range v.Groups {
		if i > 0 {
			g.rows = append(g.rows, nil)
		}
		g.rows = append(g.rows, groupRows(group, v.Meta)...)
	}
	return page{heading{text: "Duplicates", meta: listMeta(len(v.Groups), v.Total, v.Query, v.Now)}, g}
}

func (v GroupView) layout() page {
	g := v.Group
	p := page{heading{text: headline(g.Representative.Title, 0).text, meta: "duplicate group " + typeset.Clean(g.ID)}}
	if v.RedirectedFrom != "" {
		p = append(p, paragraph(fmt.Sprintf("%s is now part of %s.", typeset.Clean(v.RedirectedFrom), typeset.Clean(g.ID))))
	}
	first := "not known"
	if v.FirstSource != "" {
		first = typeset.Outlet(v.FirstSource)
	}
	if v.Hourless > 0 {
		first += "; " + typeset.Plural(v.Hourless, "story", "stories") + " without an hour"
	}
	f := facts{
		{"stories", typeset.Plural(g.Stories, "story", "stories") + " of one text"},
		{"published first", first},
		{"from", typeset.When(g.First, g.FirstKnown, v.Now)},
		{"to", typeset.When(g.Last, g.LastKnown, v.Now)},
		{"outlets", typeset.Outlets(g.Outlets, 0)},
	}
	if e := v.Event; e != nil {
		f = append(f, fact{"event", fmt.Sprintf("%s: %s, %s", typeset.Clean(e.ID), headline(e.Headline, 0).text, typeset.Plural(e.Stories, "story", "stories"))})
	} else {
		f = append(f, fact{"event", "not yet assigned"})
	}
	return append(p, f, grid{cols: copyCols(), rows: groupRows(g, v.Meta)})
}

func (v GroupView) records() records { return DuplicatesView{Groups: []GroupLine{v.Group}}.records() }

func (v GroupView) lines() []any { return []any{v} }

func copyCols() []col {
	return []col{
		{name: "outlet", flex: 9, soft: 20},
		{name: "lag", right: true, drop: 2},
		{name: "headline", flex: 21, soft: 40},
		{name: "relation"},
		{name: "jaccard", right: true, drop: 1},
		{name: "contained", right: true, drop: 3},
		{name: "contains", right: true, drop: 4},
		{name: "published", drop: 5},
		{name: "story", flex: 15, soft: 20},
	}
}

// groupRows is a group as rows: the representative, and the copies under it.
func groupRows(g GroupLine, m Meta) [][]cell {
	r := g.Representative
	rows := [][]cell{{
		text(typeset.Outlet(r.Source)),
		{},
		linked(r.Title, r.URL, 0), styled("origin", dim),
		{},
		{},
		{},
		styled(typeset.RelativeAt(r.Published, r.Precision, m.Now), dim), styled(r.ID, dim),
	}}
	for _, c := range g.Copies {
		title := linked(c.Title, c.URL, 1)
		title.style = normal
		rows = append(rows, []cell{
			text(typeset.Outlet(c.Source)), text(typeset.Lag(c.Lag)), title, text(c.Relation), fraction(c.Jaccard),
			fraction(c.Contained), fraction(c.Contains), styled(typeset.RelativeAt(c.Published, c.Precision, m.Now), dim),
			styled(c.ID, dim),
		})
	}
	return rows
}

// records has a row for each story, the representative among them, so that a group can be put together again.
func (v DuplicatesView) records() records {
	r := records{cols: []string{
		"group", "event", "story", "title", "source", "url", "lang", "published", "precision", "relation", "jaccard",
		"contained", "contains", "lag_seconds", "representative",
	}}
	row := func(g GroupLine, s StoryLine, e Evidence, lag *int64) {
		r.rows = append(r.rows, []any{
			g.ID, g.Event, s.ID, s.Title, s.Source, s.URL, s.Lang, s.Published, s.Precision, e.Relation, e.Jaccard,
			e.Contained, e.Contains, lag, g.Representative.ID,
		})
	}
	for _, g := range v.Groups {
		row(g, g.Representative, Evidence{"origin", 1, 1, 1}, new(int64))
		for _, c := range g.Copies {
			row(g, c.StoryLine, c.Evidence, c.Lag)
		}
	}
	return r
}

func (v DuplicatesView) lines() []any { return asLines(v.Groups) }
