package report

import (
	"fmt"
	"strings"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (v CoverageView) layout() page {
	who := typeset.Clean(strings.Join(v.Sources, ", "))
	if v.Total.Events == 0 {
		return nothing("events", v.Query, v.Now)
	}
	p := page{heading{text: "Coverage of " + who, meta: v.Query.describe(v.Now)}}
	if v.Total.Covered+v.Total.Alone == 0 {
		p = append(p, paragraph(v.unknown(who)))
		if len(v.Similar) > 0 {
			return p // a slip of the pen has missed nothing
		}
	}
	f := facts{
		{"events", typeset.Thousands(v.Total.Events)},
		{"missed", share(v.Total.Missed, v.Total.Events)},
		{"covered", share(v.Total.Covered, v.Total.Events)},
		{"only here", share(v.Total.Alone, v.Total.Events)},
	}
	if v.Total.Timed > 0 {
		f = append(f, fact{"first", fmt.Sprintf("%s of the %s with known hours", share(v.Total.First, v.Total.Timed), typeset.Thousands(v.Total.Timed))})
	}
	if v.Total.Copies > 0 {
		f = append(f, fact{"copies only", share(v.Total.Copies, v.Total.Covered) + " of the covered ones"})
	}
	if v.MedianLag != nil {
		f = append(f, fact{"median lag", typeset.Lag(v.MedianLag) + " after the first of the others"})
	}
	p = append(p, f)
	p = append(p, v.part("Missed", v.Missed, v.Total.Missed)...)
	p = append(p, v.part("Covered", v.Covered, v.Total.Covered)...)
	return append(p, v.part("Only here", v.Alone, v.Total.Alone)...)
}

// unknown is what a page says of sources without a story.
func (v CoverageView) unknown(who string) string {
	s := "None of the events has a story of " + who + "."
	if len(v.Similar) > 0 {
		return s + " Outlets with a name like it: " + typeset.Clean(strings.Join(v.Similar, ", ")) + "."
	}
	return s + " Outlets are named as in the column of outlets of samestory report events."
}

// share is a number with how many percent it is of a whole: "12 (40 %)".
func share(n, of int) string {
	if of == 0 {
		return typeset.Thousands(n)
	}
	return fmt.Sprintf("%s (%.0f %%)", typeset.Thousands(n), 100*float64(n)/float64(of))
}

func (v CoverageView) part(title string, lines []CoverageLine, total int) page {
	if len(lines) == 0 {
		return nil
	}
	meta := typeset.Thousands(len(lines))
	if total > len(lines) {
		meta += " of " + typeset.Thousands(total)
	}
	if order, ok := sortWords[Sort(v.Query.Sort)]; ok {
		meta += ", " + order
	}
	missed, alone := lines[0].Ours == nil, lines[0].Others == 0
	g := grid{cols: []col{{name: "last"}}}
	if !alone {
		g.cols = append(g.cols, col{name: "others", right: true, drop: 1})
	}
	if !missed && !alone {
		g.cols = append(g.cols, col{name: "lag", right: true}, col{name: "relation", drop: 3})
	}
	g.cols = append(g.cols, col{name: "headline", flex: 30, soft: 40})
	if !alone {
		g.cols = append(g.cols, col{name: "first", flex: 9, soft: 16, drop: 2})
	}
	if missed {
		g.cols = append(g.cols, col{name: "outlets", flex: 14, soft: 20, drop: 4}, col{name: "thread", drop: 5})
	}
	g.cols = append(g.cols, col{name: "event"})
	for i := range lines {
		l := &lines[i]
		title, url := l.Event.Headline, l.Event.URL
		if l.Ours != nil {
			title, url = l.Ours.Title, l.Ours.URL
		}
		row := []cell{styled(typeset.RelativeAt(l.Event.Last, l.Event.LastKnown, v.Now), dim)}
		before := []string{row[0].text}
		if !alone {
			row = append(row, number(l.Others))
			before = append(before, typeset.Plural(l.Others, "other", "others"))
		}
		if !missed && !alone {
			lag := text(typeset.Lag(l.Lag))
			if l.Lag != nil && *l.Lag < 0 {
				lag.style = bold
			}
			row = append(row, lag, text(l.Relation))
			before = append(before, lag.text)
		}
		row = append(row, linked(title, url, 0))
		if !alone {
			row = append(row, text(typeset.Outlet(l.First)))
		}
		if missed {
			thread := cell{}
			if l.InThread {
				thread = text("covered")
			}
			row = append(row, outletsCell(l.Event.Outlets), thread)
		}
		g.rows = append(g.rows, append(row, styled(l.Event.ID, dim)))
		g.cards = append(g.cards, card{title: headline(title, 0), before: before, outlets: l.Event.Outlets, id: l.Event.ID})
	}
	return page{heading{text: title, meta: meta, sub: true}, g}
}

func (v CoverageView) records() records {
	r := records{cols: append([]string{
		"coverage", "our_story", "our_title", "our_published", "relation", "lag_seconds", "first_other", "other_sources", "in_thread",
	}, EventsView{}.records().cols...)}
	v.each(func(kind string, l *CoverageLine) {
		row := []any{kind, "", "", nil, l.Relation, l.Lag, l.First, l.Others, l.InThread}
		if l.Ours != nil {
			row[1], row[2], row[3] = l.Ours.ID, l.Ours.Title, l.Ours.Published
		}
		r.rows = append(r.rows, append(row, eventRecord(l.Event)...))
	})
	return r
}

func (v CoverageView) each(do func(kind string, l *CoverageLine)) {
	for _, part := range []struct {
		kind  string
		lines []CoverageLine
	}{{"missed", v.Missed}, {"covered", v.Covered}, {"alone", v.Alone}} {
		for i := range part.lines {
			do(part.kind, &part.lines[i])
		}
	}
}

func (v CoverageView) lines() []any {
	out := []any{}
	v.each(func(kind string, l *CoverageLine) {
		out = append(out, struct {
			Coverage string `json:"coverage"`
			CoverageLine
		}{kind, *l})
	})
	return out
}
