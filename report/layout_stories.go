package report

import "github.com/samestory/samestory/report/internal/typeset"

func (v StoriesView) layout() page {
	within := ""
	for _, x := range []struct{ name, id string }{{"group", v.Query.Group}, {"event", v.Query.Event}, {"thread", v.Query.Thread}, {"feed", v.Query.Feed}} {
		if x.id != "" {
			within += ", of " + x.name + " " + typeset.Clean(x.id)
		}
	}
	if len(v.Stories) == 0 {
		if v.Next != "" {
			return page{paragraph("None of the stories that were looked at so far; the next page looks further.")}
		}
		return nothing("stories", v.Query.Filter, v.Now)
	}
	g := grid{cols: []col{
		{name: "published"},
		{name: "outlet", flex: 9, soft: 20},
		{name: "headline", flex: 24, soft: 48},
		{name: "relation", drop: 2},
		{name: "lang", drop: 4},
		{name: "event", drop: 3},
		{name: "story", flex: 15, soft: 20, drop: 1},
	}}
	for _, s := range v.Stories {
		at := typeset.RelativeAt(s.Published, s.Precision, v.Now)
		title := linked(s.Title, s.URL, 0)
		g.rows = append(g.rows, []cell{
			styled(at, dim), text(typeset.Outlet(s.Source)), title, styled(s.Relation, dim), styled(s.Lang, dim), styled(s.Event, dim), styled(s.ID, dim),
		})
		g.cards = append(g.cards, card{title: title, before: []string{at, s.Relation}, outlets: []string{s.Source}, id: s.ID})
	}
	shown := typeset.Thousands(len(v.Stories))
	if v.Next != "" {
		shown += " and more"
	}
	return page{heading{text: "Stories", meta: listAbout(shown, v.Query.Filter, v.Now) + within}, g}
}

func (v StoriesView) records() records {
	r := records{cols: []string{
		"story", "title", "source", "url", "lang", "published", "precision", "words", "relation", "group", "event", "series",
	}}
	for _, s := range v.Stories {
		r.rows = append(r.rows, []any{
			s.ID, s.Title, s.Source, s.URL, s.Lang, s.Published, s.Precision, s.Words, s.Relation, s.Group, s.Event, s.Series,
		})
	}
	return r
}

func (v StoriesView) lines() []any { return asLines(v.Stories) }
