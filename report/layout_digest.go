package report

import (
	"fmt"
	"strings"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (n News) figureTexts() []string {
	out := []string{}
	for _, f := range n.Figures {
		out = append(out, f.Text)
	}
	return out
}

// digestBlocks are the parts of a thread's page below its beats.
func (v ThreadView) digestBlocks() page {
	var p page
	p = append(p, heading{text: "New in each event", sub: true}, v.newsGrid())
	if len(v.Figures) > 0 {
		meta := ""
		if v.FiguresLeftOut > 0 {
			meta = typeset.Plural(v.FiguresLeftOut, "further matter", "further matters") + " left out"
		}
		p = append(p, heading{text: "Figures that differ", meta: meta, sub: true}, v.ledgerGrid())
	}
	if v.Read.LeftOut > 0 {
		p = append(p, paragraph(fmt.Sprintf("What is new and which figures differ is taken from %s of %s texts.",
			typeset.Thousands(v.Read.Texts), typeset.Thousands(v.Read.Texts+v.Read.LeftOut))))
	}
	return append(p, mentionBlocks(v.MentionedIn)...)
}

func (v ThreadView) newsGrid() grid {
	g := grid{cols: []col{{name: "beat", right: true}, {name: "figures", flex: 20, soft: 30}, {name: "names", flex: 16, soft: 24}, {name: "words", flex: 14, soft: 20, drop: 2}, {name: "said", flex: 20, soft: 30, drop: 3}}}
	for i, b := range v.Beats {
		var said []string
		for _, q := range b.New.Quotes {
			said = append(said, q.Speaker+": “"+q.Text+"”")
		}
		g.rows = append(g.rows, []cell{
			number(i + 1), text(strings.Join(b.New.figureTexts(), ", ")), text(strings.Join(b.New.Names, ", ")), text(strings.Join(b.New.Terms, ", ")),
			text(strings.Join(said, " ")),
		})
	}
	return g
}

func (v ThreadView) ledgerGrid() grid {
	g := grid{cols: []col{
		{name: "matter", flex: 12, soft: 20},
		{name: "figure", flex: 10, soft: 20},
		{name: "state"},
		{name: "sources", right: true},
		{name: "first said", drop: 2},
		{name: "by", flex: 10, soft: 16},
		{name: "last said", drop: 3},
		{name: "story", flex: 12, soft: 16, drop: 4},
	}}
	for i, a := range v.Figures {
		if i > 0 {
			g.rows = append(g.rows, nil)
		}
		for k, x := range a.Values {
			matter := text(a.Matter)
			if k > 0 {
				matter = cell{}
			}
			state := text(x.State)
			switch x.State {
			case "contested":
				state.style = alert
			case "superseded":
				state.style = dim
			}
			g.rows = append(g.rows, []cell{
				matter, text(x.Text), state, number(x.Sources), styled(typeset.When(x.First, x.Precision, v.Now), dim),
				text(typeset.Outlet(x.Source)), styled(typeset.Relative(x.Last, v.Now), dim), styled(x.Story, dim),
			})
		}
		if a.LeftOut > 0 {
			g.rows = append(g.rows, []cell{{}, styled(fmt.Sprintf("and %d more", a.LeftOut), dim), {}, {}, {}, {}, {}, {}})
		}
	}
	return g
}

// mentionBlocks say which round-ups mention a thread; they are no part of it.
func mentionBlocks(list []Mention) page {
	if len(list) == 0 {
		return nil
	}
	g := grid{cols: []col{{name: "published"}, {name: "headline", flex: 24, soft: 40}, {name: "outlet", flex: 10, soft: 20}, {name: "mentions", flex: 14, soft: 24, drop: 2}, {name: "event"}}}
	for _, m := range list {
		g.rows = append(g.rows, []cell{
			styled(typeset.Absolute(m.Published, m.Precision, m.Published), dim), linked(m.Headline, m.URL, 0), text(typeset.Outlet(m.Source)),
			text(strings.Join(append(append([]string{}, m.Names...), m.Terms...), ", ")), styled(m.Event, dim),
		})
	}
	return page{heading{text: "Also mentioned in", meta: "not counted", sub: true}, g}
}

// mentionedBlocks list the threads that a round-up mentions.
func mentionedBlocks(list []Mentioned) page {
	if len(list) == 0 {
		return nil
	}
	g := grid{cols: []col{{name: "began with", flex: 24, soft: 40}, {name: "mentions", flex: 14, soft: 24, drop: 2}, {name: "thread"}}}
	for _, m := range list {
		g.rows = append(g.rows, []cell{
			headline(m.Headline, 0), text(strings.Join(append(append([]string{}, m.Names...), m.Terms...), ", ")), styled(m.Thread, dim),
		})
	}
	return page{heading{text: "Threads that it mentions", sub: true}, g}
}
