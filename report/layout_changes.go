package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
)

func (v ChangesView) layout() page {
	if len(v.Changes) == 0 {
		if v.Since > 0 {
			return page{paragraph(fmt.Sprintf("No such changes after entry %d.", v.Since))}
		}
		return page{paragraph("No such changes.")}
	}
	g := grid{cols: []col{
		{name: "entry", right: true},
		{name: "when"},
		{name: "what", drop: 3},
		{name: "change", flex: 24, soft: 48},
		{name: "headline", flex: 14, soft: 28, drop: 2},
		{name: "id"},
	}}
	for i := range v.Changes {
		c := &v.Changes[i]
		g.rows = append(g.rows, []cell{
			styled(fmt.Sprint(c.Seq), dim), styled(typeset.Relative(c.At, v.Now), dim), text(c.Level), text(c.Text),
			changeHeadline(c), styled(c.Object, dim),
		})
		g.cards = append(g.cards, card{
			title: styled(c.Text, bold), second: typeset.Clean(c.Headline),
			before: []string{fmt.Sprintf("entry %d", c.Seq), typeset.Relative(c.At, v.Now), typeset.Clean(c.Level)}, id: c.Object,
		})
	}
	p := page{heading{text: "Changes", meta: fmt.Sprintf("entries %d to %d, oldest first", v.Changes[0].Seq, v.Changes[len(v.Changes)-1].Seq)}, g}
	if v.More {
		p = append(p, paragraph(fmt.Sprintf("There are more: ask again with --since %d.", v.Next)))
	}
	return p
}

// changeHeadline is empty where an entry has no story that stands for its object.
func changeHeadline(c *ChangeLine) cell {
	if c.Headline == "" && c.Level != cluster.LevelEvent {
		return cell{}
	}
	h := headline(c.Headline, 0)
	h.style = normal
	return h
}

func (v ChangesView) records() records { return changeRecords(v.Changes) }

func changeRecords(list []ChangeLine) records {
	r := records{cols: []string{
		"entry", "at", "run", "level", "kind", "object", "headline", "text", "in", "out", "other", "size_before", "size_after",
		"reason", "margin",
	}}
	size := func(s *StateLine) any {
		if s == nil {
			return nil
		}
		return s.Size
	}
	for _, c := range list {
		var margin any
		if c.Margin != nil {
			margin = *c.Margin
		}
		r.rows = append(r.rows, []any{
			int64(c.Seq), c.At, c.Run, c.Level, c.Kind, c.Object, c.Headline, c.Text, c.In, c.Out, c.Other,
			size(c.Before), size(c.After), c.Reason, margin,
		})
	}
	return r
}

func (v ChangesView) lines() []any { return asLines(v.Changes) }

func (v RevisionsView) layout() page {
	title := headline(v.Headline, 0)
	if v.Headline == "" {
		title.text = "History"
	}
	p := page{heading{text: title.text, meta: "revisions of " + typeset.Clean(v.ID)}}
	if len(v.Revisions) == 0 {
		return append(p, paragraph("Nothing is recorded: it has been the same since it began."))
	}
	g := grid{cols: []col{
		{name: "no.", right: true},
		{name: "when"},
		{name: "change", flex: 30, soft: 48},
		{name: "size", right: true},
		{name: "margin", right: true, drop: 2},
		{name: "entry", right: true, drop: 1},
	}}
	for i := range v.Revisions {
		c := &v.Revisions[i]
		size, margin := cell{}, cell{}
		if c.After != nil {
			size = number(c.After.Size)
		}
		if c.Margin != nil {
			margin = cell{text: fmt.Sprintf("%+.3f", *c.Margin)}
		}
		g.rows = append(g.rows, []cell{
			number(i + 1), styled(typeset.Absolute(c.At, "", v.Now), dim), text(c.Text), size, margin, styled(fmt.Sprint(c.Seq), dim),
		})
	}
	return append(p, g)
}

func (v RevisionsView) records() records { return changeRecords(v.Revisions) }

func (v RevisionsView) lines() []any { return asLines(v.Revisions) }

func (v DiffView) layout() page {
	p := page{heading{text: headline(v.Headline.After, 0).text, meta: "event " + typeset.Clean(v.ID)}}
	f := facts{
		{"from", v.From.describe(v.Now)},
		{"to", v.To.describe(v.Now)},
		{"stories", fmt.Sprintf("%s, then %s", typeset.Thousands(v.From.Stories), typeset.Thousands(v.To.Stories))},
	}
	if v.Becomes != "" {
		f = append(f, fact{"event", "now part of " + typeset.Clean(v.Becomes)})
	}
	if v.Headline.Before != v.Headline.After && v.From.There {
		f = append(f, fact{"headline", fmt.Sprintf("was %q", typeset.Clean(v.Headline.Before))})
	}
	if v.Thread.Before != v.Thread.After && v.From.There {
		f = append(f, fact{"thread", fmt.Sprintf("%s, then %s", typeset.Clean(v.Thread.Before), typeset.Clean(v.Thread.After))})
	}
	p = append(p, f)
	if len(v.In)+len(v.Out)+len(v.Figures) == 0 {
		return append(p, paragraph("No story came or went, and no figure changed."))
	}
	p = append(p, storiesOf("Came", v.In, v)...)
	p = append(p, storiesOf("Went", v.Out, v)...)
	if len(v.Figures) == 0 {
		return p
	}
	g := grid{cols: []col{{name: "matter", flex: 12, soft: 20}, {name: "figure", flex: 14, soft: 24}, {name: "before"}, {name: "after"}, {name: "outlet", flex: 9, soft: 20, drop: 1}}}
	for _, x := range v.Figures {
		g.rows = append(g.rows, []cell{text(x.Matter), styled(x.Text, bold), text(x.Before), text(x.After), text(typeset.Outlet(x.Source))})
	}
	return append(p, heading{text: "Figures", sub: true}, g)
}

func (m MomentLine) describe(now time.Time) string {
	s := typeset.Absolute(m.At, "", now)
	if m.Seq > 0 {
		s += fmt.Sprintf(" (entry %d)", m.Seq)
	}
	if !m.There {
		s += ", not there"
	}
	return s
}

func storiesOf(title string, list []StoryLine, v DiffView) page {
	if len(list) == 0 {
		return nil
	}
	g := grid{cols: []col{
		{name: "published"}, {name: "headline", flex: 24, soft: 48}, {name: "outlet", flex: 9, soft: 20}, {name: "story", flex: 15, soft: 20, drop: 1},
	}}
	for i := range list {
		s := &list[i]
		g.rows = append(g.rows, []cell{
			styled(typeset.Absolute(s.Published, s.Precision, v.Now), dim), linked(s.Title, s.URL, 0), text(typeset.Outlet(s.Source)), styled(s.ID, dim),
		})
	}
	return page{heading{text: title, meta: typeset.Thousands(len(list)), sub: true}, g}
}

func (v DiffView) records() records {
	r := records{cols: []string{"event", "change", "story", "title", "source", "url", "published", "precision", "matter", "figure", "before", "after"}}
	for _, side := range []struct {
		change  string
		stories []StoryLine
	}{{"in", v.In}, {"out", v.Out}} {
		for _, s := range side.stories {
			r.rows = append(r.rows, []any{v.ID, side.change, s.ID, s.Title, s.Source, s.URL, s.Published, s.Precision, "", "", "", ""})
		}
	}
	for _, x := range v.Figures {
		r.rows = append(r.rows, []any{v.ID, "figure", x.Story, "", x.Source, "", nil, "", x.Matter, x.Text, x.Before, x.After})
	}
	return r
}

func (v DiffView) lines() []any { return []any{v} }
