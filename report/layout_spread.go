package report

import (
	"fmt"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
)

func (v SpreadView) layout() page {
	title, meta := "", ""
	switch {
	case v.Story != nil:
		title, meta = v.Story.Title, "spread of story "+v.Story.ID
	case v.Event != nil:
		title, meta = v.Event.Headline, "spread of event "+v.Event.ID
	}
	p := page{heading{text: headline(title, 0).text, meta: typeset.Clean(meta)}}
	f := facts{}
	if v.Story != nil {
		f = append(f, fact{"outlet", typeset.Outlet(v.Story.Source)}, fact{"published", typeset.When(v.Story.Published, v.Story.Precision, v.Now)})
	}
	f = append(f,
		fact{"stories", typeset.Thousands(v.Total.Stories)},
		fact{"copies", typeset.Thousands(v.Total.Copies)},
		fact{"outlets", typeset.Thousands(v.Total.Outlets)})
	if n := v.Total.Credited + v.Total.Silent; n > 0 {
		f = append(f, fact{"credit", fmt.Sprintf("%s of %s say where they have it from", typeset.Thousands(v.Total.Credited), typeset.Plural(n, "copy", "copies"))})
	}
	if v.Story != nil && v.Event != nil {
		f = append(f, fact{"event", typeset.Clean(v.Event.ID)})
	}
	p = append(p, f)
	if c := v.chart(); c.drawable() {
		p = append(p, c)
		if v.Undated > 0 {
			p = append(p, paragraph(typeset.Plural(v.Undated, "story", "stories")+" without an hour left out of the picture."))
		}
	}
	if v.Story != nil && len(v.Stories) < 2 {
		p = append(p, paragraph("Nobody has taken this text, and no other story of its event names its outlet."))
	} else {
		p = append(p, v.takers())
	}
	if v.Total.Apart > 0 {
		p = append(p, paragraph(fmt.Sprintf("%s of the event in words of their own, without naming it.", typeset.Plural(v.Total.Apart, "further story", "further stories"))))
	}
	return p
}

func (v SpreadView) takers() grid {
	g := grid{cols: []col{
		{name: "lag", right: true},
		{name: "outlet", flex: 10, soft: 20},
		{name: "relation"},
		{name: "share", right: true},
		{name: "credit"},
		{name: "headline", flex: 24, soft: 40},
		{name: "published", drop: 4},
		{name: "story", flex: 12, soft: 20, drop: 2},
	}}
	for i := range v.Stories {
		l := &v.Stories[i]
		depth := 0
		if l.copy && v.Of == "event" {
			depth = 1
		}
		relation := text(l.Relation)
		lag := text(typeset.Lag(l.Lag))
		switch {
		case l.From == "":
			lag = cell{}
			relation = styled("this", bold)
			if l.Relation != cluster.Origin.String() {
				relation = styled("this, "+l.Relation, bold)
			}
			if v.Of == "event" {
				relation = styled("first", bold)
			}
		case !l.copy:
			relation = styled("own text", dim)
		}
		title := linked(l.Title, l.URL, depth)
		if l.copy {
			title.style = normal
		}
		g.rows = append(g.rows, []cell{
			lag, text(typeset.Outlet(l.Source)), relation, percent(l.Share), credit(l), title,
			styled(typeset.RelativeAt(l.Published, l.Precision, v.Now), dim), styled(l.ID, dim),
		})
	}
	return g
}

func percent(f *float64) cell {
	if f == nil {
		return cell{}
	}
	return cell{text: fmt.Sprintf("%.0f %%", 100**f)}
}

func credit(l *SpreadLine) cell {
	switch {
	case l.Credits == nil:
		return cell{}
	case *l.Credits:
		return cell{text: "yes"}
	case l.copy:
		return cell{text: "no", style: alert}
	}
	return cell{} // a text of its own owes nobody any
}

// chart is the course of the spread.
func (v SpreadView) chart() *chart {
	c := &chart{all: "stories", part: "outlets", now: v.Now}
	for _, p := range v.Curve {
		c.points = append(c.points, chartPoint{p.At, p.Stories, p.Outlets})
	}
	return c
}

// pictured is what a view has that can be drawn.
func (v SpreadView) pictured() (*chart, string) {
	return v.chart(), fmt.Sprintf("%s from %s over time", typeset.Plural(v.Total.Stories, "story", "stories"), typeset.Plural(v.Total.Outlets, "outlet", "outlets"))
}

func (v SpreadView) records() records {
	r := records{cols: []string{
		"story", "outlet", "title", "url", "lang", "published", "precision", "relation", "from", "lag_seconds", "share", "credits",
	}}
	for i := range v.Stories {
		l := &v.Stories[i]
		var share, credits any
		if l.Share != nil {
			share = *l.Share
		}
		if l.Credits != nil {
			credits = *l.Credits
		}
		r.rows = append(r.rows, []any{
			l.ID, l.Source, l.Title, l.URL, l.Lang, l.Published, l.Precision, l.Relation, l.From, l.Lag, share, credits,
		})
	}
	return r
}

func (v SpreadView) lines() []any { return asLines(v.Stories) }
