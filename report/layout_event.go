package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

// listMeta says how much of what was found a list shows, and by which order.
func listMeta(shown, total int, f Filter, now time.Time) string {
	s := typeset.Thousands(shown)
	if total > shown {
		s += " of " + typeset.Thousands(total)
	}
	return listAbout(s, f, now)
}

// listAbout says what is listed after how much of it is.
func listAbout(s string, f Filter, now time.Time) string {
	if order, ok := sortWords[Sort(f.Sort)]; ok {
		s += ", " + order
	}
	if d := f.describe(now); d != "" {
		s += ", " + d
	}
	return s
}

var sortWords = map[Sort]string{
	oldestSort: "oldest first",
	Newest:     "newest first", Size: "largest first", Sources: "most sources first", Importance: "most important first",
	Growth: "growing fastest first", Diversity: "most diverse first",
}

// nothing is what an empty list says instead of showing an empty table.
func nothing(what string, f Filter, now time.Time) page {
	s := "No " + what
	if d := f.describe(now); d != "" {
		s += " " + d
	}
	return page{paragraph(s + "."), paragraph(f.advice())}
}

func (v EventsView) layout() page {
	if len(v.Events) == 0 {
		return nothing("events", v.Query, v.Now)
	}
	g := grid{cols: eventCols(v.Events)}
	for _, e := range v.Events {
		g.rows = append(g.rows, eventRow(e, v.Now, len(g.cols) > 6))
		g.cards = append(g.cards, card{
			title: headline(e.Headline, 0),
			before: []string{
				typeset.RelativeAt(e.Last, e.LastKnown, v.Now), typeset.Plural(e.Sources, "source", "sources"), storiesNoun(e.Stories, e.Copies),
			},
			outlets: e.Outlets, id: e.ID,
		})
	}
	return page{heading{text: "Events", meta: listMeta(len(v.Events), v.Total, v.Query, v.Now)}, g}
}

// eventCols has a column for the language only where there is more than one.
func eventCols(events []EventLine) []col {
	cols := []col{
		{name: "last"},
		{name: "sources", right: true, drop: 1},
		{name: "stories", drop: 2},
		{name: "headline", flex: 30, soft: 40},
		{name: "outlets", flex: 14, soft: 20, drop: 4},
	}
	for _, e := range events {
		if e.Lang != events[0].Lang {
			cols = append(cols, col{name: "lang", drop: 5})
			break
		}
	}
	return append(cols, col{name: "event"})
}

func eventRow(e EventLine, now time.Time, lang bool) []cell {
	row := []cell{
		styled(typeset.RelativeAt(e.Last, e.LastKnown, now), dim),
		number(e.Sources),
		{text: storiesText(e.Stories, e.Copies)},
		linked(e.Headline, e.URL, 0),
		outletsCell(e.Outlets),
	}
	if lang {
		row = append(row, text(e.Lang))
	}
	return append(row, styled(e.ID, dim))
}

func (v EventsView) records() records {
	r := records{cols: []string{
		"event", "thread", "headline", "story", "source", "url", "lang", "first", "last", "stories", "copies",
		"independent_sources", "outlets", "names", "cohesion", "importance", "first_precision", "last_precision",
		"diversity", "velocity", "trend", "settledness",
	}}
	for _, e := range v.Events {
		r.rows = append(r.rows, eventRecord(e))
	}
	return r
}

func eventRecord(e EventLine) []any {
	return []any{
		e.ID, e.Thread, e.Headline, e.Story, e.Source, e.URL, e.Lang, e.First, e.Last, e.Stories, e.Copies,
		e.Sources, e.Outlets, e.Names, e.Cohesion, e.Importance, e.FirstKnown, e.LastKnown,
		e.Diversity, e.Velocity, e.Trend, e.Settledness,
	}
}

func (v EventsView) lines() []any { return asLines(v.Events) }

func asLines[T any](list []T) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}

func (v EventView) layout() page {
	e := v.Event
	p := page{heading{text: headline(e.Headline, 0).text, meta: "event " + typeset.Clean(e.ID)}}
	if v.RedirectedFrom != "" {
		p = append(p, paragraph(fmt.Sprintf("%s is now part of %s.", typeset.Clean(v.RedirectedFrom), typeset.Clean(e.ID))))
	}
	first := typeset.When(e.First, e.FirstKnown, v.Now)
	if v.FirstSource != "" {
		first = typeset.Outlet(v.FirstSource) + ", " + first
	}
	if v.Hourless > 0 {
		first += "; " + typeset.Plural(v.Hourless, "story", "stories") + " without an hour"
	}
	f := facts{
		{"stories", storiesFact(e.Stories, e.Sources, e.Copies)},
		{"outlets", typeset.Thousands(len(e.Outlets))},
		{"first", first},
		{"last", typeset.When(e.Last, e.LastKnown, v.Now)},
		{"language", typeset.Clean(e.Lang)},
	}
	if len(v.Languages) > 1 {
		f = append(f, fact{"also told in", typeset.Clean(strings.Join(v.Languages[1:], ", "))})
	}
	if len(e.Names) > 0 {
		f = append(f, fact{"names", typeset.Clean(strings.Join(e.Names, ", "))})
	}
	f = append(f,
		fact{"cohesion", fmt.Sprintf("%.2f", e.Cohesion)},
		fact{"importance", fmt.Sprintf("%.3g", e.Importance)},
		fact{"thread", typeset.Clean(e.Thread)})
	g := grid{cols: []col{
		{name: "outlet", flex: 10, soft: 20},
		{name: "lag", right: true},
		{name: "headline", flex: 30, soft: 40},
		{name: "relation", drop: 1},
		{name: "jaccard", right: true, drop: 3},
		{name: "published", drop: 4},
		{name: "story", flex: 15, soft: 20, drop: 2},
	}}
	for _, o := range v.Outlets {
		for i, s := range o.Stories {
			name := text(typeset.Outlet(o.Source))
			if i > 0 {
				name = cell{}
			}
			g.rows = append(g.rows, []cell{
				name, text(sinceFirst(s.Lag)), linked(s.Title, s.URL, 0),
				{},
				{},
				styled(typeset.RelativeAt(s.Published, s.Precision, v.Now), dim), styled(s.ID, dim),
			})
			for _, c := range s.Copies {
				title := linked(c.Title, c.URL, 1)
				title.style = normal
				g.rows = append(g.rows, []cell{
					text(typeset.Outlet(c.Source)), text(typeset.Lag(c.Lag)), title, text(c.Relation), fraction(c.Jaccard),
					styled(typeset.RelativeAt(c.Published, c.Precision, v.Now), dim), styled(c.ID, dim),
				})
			}
		}
	}
	p = append(append(p, f, g), counterpartGrid(v.Counterparts, v.Now)...)
	return append(append(p, mentionBlocks(v.MentionedIn)...), mentionedBlocks(v.Mentions)...)
}

func sinceFirst(lag *int64) string {
	if lag != nil && *lag == 0 {
		return "first"
	}
	return typeset.Lag(lag)
}

func (v EventView) records() records {
	r := records{cols: []string{
		"event", "outlet", "story", "title", "url", "lang", "published", "precision", "lag_seconds", "group", "origin",
		"relation", "jaccard", "contained", "contains",
	}}
	for _, o := range v.Outlets {
		for _, s := range o.Stories {
			r.rows = append(r.rows, []any{
				v.Event.ID, s.Source, s.ID, s.Title, s.URL, s.Lang, s.Published, s.Precision, s.Lag, s.Group, s.ID,
				"origin", 1.0, 1.0, 1.0,
			})
			for _, c := range s.Copies {
				r.rows = append(r.rows, []any{
					v.Event.ID, c.Source, c.ID, c.Title, c.URL, c.Lang, c.Published, c.Precision, c.Lag, s.Group, s.ID,
					c.Relation, c.Jaccard, c.Contained, c.Contains,
				})
			}
		}
	}
	return r
}

func (v EventView) lines() []any { return []any{v} }
