package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (v ExplainView) layout() page {
	p := page{heading{text: typeset.Clean(v.Verdict)}}
	f := facts{{"story", describeStory(v.Story, v.Now)}}
	if v.Other != nil {
		f = append(f, fact{"and", describeStory(*v.Other, v.Now)})
	}
	if v.Event != nil {
		f = append(f, fact{"event", describeEvent(*v.Event)})
	}
	if v.Nearest != nil {
		f = append(f, fact{"compared with", describeStory(*v.Nearest, v.Now)})
	}
	if v.Together && v.Event != nil && v.Event.Stories == 1 {
		f = append(f, fact{"now", "alone in its event"})
	} else if v.Together {
		f = append(f, fact{"now", "in one event"})
	} else {
		f = append(f, fact{"now", "in different events"})
	}
	if v.Happening != "" {
		f = append(f, fact{"happening", typeset.Clean(v.Happening)})
	}
	if v.Thread != "" {
		f = append(f, fact{"thread", typeset.Clean(v.Thread)})
	}
	if d := v.Duplicate; d != nil {
		f = append(f, fact{"texts", fmt.Sprintf("%s: Jaccard %.2f, contained %.2f, contains %.2f",
			typeset.Clean(d.Relation), d.Jaccard, d.Contained, d.Contains)})
	}
	p = append(p, f)
	if len(v.Needed) > 0 {
		p = append(p, paragraph("To be together they would need "+strings.Join(v.Needed, "; ")+"."))
	}
	p = append(p, v.Comparison.layout()...)
	return append(p, runnerUp(v.RunnerUp, v.Margin)...)
}

func describeStory(s StoryLine, now time.Time) string {
	return fmt.Sprintf("%s: %s (%s, %s)", typeset.Clean(s.ID), headline(s.Title, 0).text, typeset.Outlet(s.Source),
		typeset.RelativeAt(s.Published, s.Precision, now))
}

func describeEvent(e EventLine) string {
	return fmt.Sprintf("%s: %s (%s; %s)", typeset.Clean(e.ID), headline(e.Headline, 0).text,
		typeset.Plural(e.Stories, "story", "stories"), typeset.Outlets(e.Outlets, 0))
}

// mostShown is how many features and terms a table has before the rest are added up: those at the end decide nothing.
// The other formats have all of them.
const mostShown = 12

func (c Comparison) layout() page {
	relation := "reaches"
	if c.Probability < c.Threshold {
		relation = "is below"
	}
	p := page{paragraph(fmt.Sprintf("Probability %.3f %s the threshold of %.3f.", c.Probability, relation, c.Threshold))}
	if l := c.Linkage; l != nil && l.Stories > 0 {
		s := fmt.Sprintf("Linkage: near to %d of %s, mean link %.3f; over a tightness of %.3f that is %.3f, and %.3f joins", l.Linked,
			typeset.Plural(l.Stories, "story", "stories"), l.MeanLink, l.Tightness, l.Score, l.Bound)
		if l.Missing > 0 {
			s += fmt.Sprintf(" (the mean link lacks %.3f)", l.Missing)
		}
		p = append(p, paragraph(s+"."))
	}
	p = append(p, gateTable(c.Gates)...)
	if len(c.Aspects) > 0 {
		most := 0.0
		for _, a := range c.Aspects {
			most = max(most, abs(a.Contribution))
		}
		g := grid{cols: []col{{name: "what"}, {name: "contribution", right: true}, {name: "", drop: 1}}}
		for _, a := range c.Aspects {
			g.rows = append(g.rows, []cell{text(a.Name), signed(a.Contribution), {text: bar(a.Contribution, most)}})
		}
		p = append(p, heading{text: "What spoke for and against", sub: true}, g)
	}
	if len(c.Models) > 0 {
		g := grid{cols: []col{
			{name: "model"}, {name: "score", right: true}, {name: "probability", right: true}, {name: "sees", flex: 16, drop: 1},
		}}
		for _, m := range c.Models {
			g.rows = append(g.rows, []cell{text(m.Name), signed(m.Score), {text: fmt.Sprintf("%.3f", m.Probability)}, styled(m.Sees, dim)})
		}
		p = append(p, heading{text: "Models", meta: "--json has all features of each", sub: true}, g)
	}
	if len(c.Features) > 0 {
		g := featureGrid(c.Features, c.Bias, c.Score)
		p = append(p, heading{text: "Features", meta: "of the pair, and what its neighbourhoods made of them", sub: true}, g)
	}
	if len(c.Shared) > 0 {
		g := grid{cols: []col{{name: "shared", flex: 16}, {name: "kind"}, {name: "weight", right: true}}}
		for _, x := range c.Shared[:min(len(c.Shared), mostShown)] {
			g.rows = append(g.rows, []cell{text(x.Text), styled(x.Kind, dim), {text: fmt.Sprintf("%.3f", x.Weight)}})
		}
		meta := ""
		if len(c.Shared) > mostShown {
			meta = fmt.Sprintf("the first %d of %d", mostShown, len(c.Shared))
		}
		p = append(p, heading{text: "Shared terms", meta: meta, sub: true}, g)
	} else {
		p = append(p, paragraph("They share no term that weighs anything."))
	}
	return p
}

func gateTable(list []GateLine) page {
	if len(list) == 0 {
		return nil
	}
	g := grid{cols: []col{
		{name: "gate"},
		{name: "passed"},
		{name: "measured", right: true, drop: 1},
		{name: "bound", right: true, drop: 2},
		{name: "reason", flex: 24},
	}}
	for _, x := range list {
		passed := text("yes")
		if !x.Passed {
			passed = styled("no", alert)
		}
		var measured, bound cell
		if x.Measured != nil && x.Bound != nil {
			sign := ">= "
			if x.AtMost {
				sign = "<= "
			}
			measured, bound = cell{text: fmt.Sprintf("%.3f", *x.Measured)}, cell{text: fmt.Sprintf("%s%.3f", sign, *x.Bound)}
		}
		g.rows = append(g.rows, []cell{text(x.Name), passed, measured, bound, text(x.Reason)})
	}
	return page{heading{text: "Gates", sub: true}, g}
}

func signed(f float64) cell { return cell{text: fmt.Sprintf("%+.3f", f)} }

func abs(f float64) float64 { return max(f, -f) }

// barCells is the length of the longest bar of a table of contributions.
const barCells = 12

// bar draws a contribution as a length, so that the eye finds what decided.
func bar(value, most float64) string {
	if most == 0 {
		return ""
	}
	n := int(abs(value)/most*barCells + 0.5)
	if value < 0 {
		return strings.Repeat("-", n)
	}
	return strings.Repeat("+", n)
}

func runnerUp(c *CandidateLine, margin *float64) page {
	if c == nil {
		return page{paragraph("No other event came into question.")}
	}
	f := facts{{"event", describeEvent(c.Event)}, {"probability", fmt.Sprintf("%.3f", c.Probability)}}
	if margin != nil {
		f = append(f, fact{"margin", fmt.Sprintf("%+.3f", *margin)})
	}
	if c.Why != "" {
		f = append(f, fact{"why not", typeset.Clean(c.Why)})
	}
	return page{heading{text: "Runner-up", sub: true}, f}
}

func (v ExplainView) records() records {
	other, event := "", ""
	if v.Other != nil {
		other = v.Other.ID
	}
	if v.Event != nil {
		event = v.Event.ID
	}
	r := comparisonRecords(&v.Comparison)
	r.cols = append([]string{"story", "other", "event"}, r.cols...)
	for i, row := range r.rows {
		r.rows[i] = append([]any{v.Story.ID, other, event}, row...)
	}
	return r
}

func comparisonRecords(c *Comparison) records {
	r := records{cols: []string{"feature", "weight", "value", "contribution", "note", "model"}}
	if c == nil {
		return r
	}
	if len(c.Models) == 0 {
		r.add("", c.Bias, c.Features)
	}
	for _, m := range slices.Backward(c.Models) { // the one that decides first
		r.add(m.Name, m.Bias, m.Features)
	}
	return r
}

func (r *records) add(model string, bias float64, features []FeatureLine) {
	for _, x := range features {
		r.rows = append(r.rows, []any{x.Name, x.Weight, x.Value, x.Contribution, x.Note, model})
	}
	r.rows = append(r.rows, []any{"bias", nil, nil, bias, nil, model})
}

func (v ExplainView) lines() []any { return []any{v} }

func (v MatchView) layout() page {
	p := page{heading{text: typeset.Clean(v.Verdict)}}
	title := "text"
	if t := typeset.Clean(v.Title); t != "" {
		title = t
	}
	f := facts{
		{"matched", fmt.Sprintf("%s (%s, %s)", title, typeset.Clean(v.Lang), typeset.Plural(v.Words, "word", "words"))},
		{"searched", fmt.Sprintf("%s in %s, %s to %s", typeset.Plural(v.Searched.Stories, "story", "stories"),
			typeset.Plural(v.Searched.Events, "event", "events"), typeset.Absolute(v.Searched.From, "", v.Now), typeset.Absolute(v.Searched.To, "", v.Now))},
	}
	if v.Event != nil {
		f = append(f, fact{"event", describeEvent(v.Event.Event)},
			fact{"probability", fmt.Sprintf("%.3f", v.Event.Probability)})
		if v.Event.Why != "" {
			f = append(f, fact{"because", typeset.Clean(v.Event.Why)})
		}
	}
	if v.Thread != nil {
		f = append(f, fact{"thread", fmt.Sprintf("%s: %s, %s", typeset.Clean(v.Thread.ID), headline(v.Thread.Headline, 0).text,
			typeset.Plural(v.Thread.Beats, "event", "events"))})
	}
	p = append(p, f)
	if len(v.Copies) > 0 {
		p = append(p, heading{text: "Copies of it", sub: true}, copiesGrid(v.Copies, v.Now))
	}
	if m := v.Nearest; m != nil {
		f := facts{}
		switch {
		case m.Story != nil:
			f = append(f, fact{"story", describeStory(*m.Story, v.Now)}, fact{"jaccard", fmt.Sprintf("%.3f", m.Jaccard)})
		case m.Event != nil:
			f = append(f, fact{"event", describeEvent(*m.Event)}, fact{"probability", fmt.Sprintf("%.3f", m.Probability)})
		}
		p = append(p, heading{text: "Nearest miss", sub: true}, append(f, fact{"why not", typeset.Clean(m.Why)}))
	}
	if v.Comparison != nil {
		p = append(p, v.Comparison.layout()...)
	}
	if v.RunnerUp != nil {
		p = append(p, runnerUp(v.RunnerUp, v.Margin)...)
	}
	return p
}

// copiesGrid lists stories that share text with something.
func copiesGrid(list []MatchCopy, now time.Time) grid {
	g := grid{cols: []col{
		{name: "outlet", flex: 10, soft: 20},
		{name: "published", drop: 4},
		{name: "headline", flex: 24, soft: 40},
		{name: "relation"},
		{name: "jaccard", right: true, drop: 1},
		{name: "contained", right: true, drop: 2},
		{name: "contains", right: true, drop: 3},
		{name: "story", flex: 15, soft: 20},
	}}
	for _, c := range list {
		g.rows = append(g.rows, []cell{
			text(typeset.Outlet(c.Source)), styled(typeset.RelativeAt(c.Published, c.Precision, now), dim),
			linked(c.Title, c.URL, 0), text(c.Relation), fraction(c.Jaccard), fraction(c.Contained),
			fraction(c.Contains), styled(c.ID, dim),
		})
	}
	return g
}

// records lists what the text matches, one row each, so that a batch of matches can be joined.
func (v MatchView) records() records {
	r := records{cols: []string{"match", "id", "title", "source", "relation", "jaccard", "contained", "contains", "probability"}}
	for _, c := range v.Copies {
		r.rows = append(r.rows, []any{"copy", c.ID, c.Title, c.Source, c.Relation, c.Jaccard, c.Contained, c.Contains, nil})
	}
	candidate := func(kind string, c *CandidateLine) {
		if c != nil {
			r.rows = append(r.rows, []any{kind, c.Event.ID, c.Event.Headline, c.Event.Source, nil, nil, nil, nil, c.Probability})
		}
	}
	candidate("event", v.Event)
	candidate("runner-up", v.RunnerUp)
	if m := v.Nearest; m != nil {
		switch {
		case m.Story != nil:
			r.rows = append(r.rows, []any{"nearest miss", m.Story.ID, m.Story.Title, m.Story.Source, nil, m.Jaccard, nil, nil, nil})
		case m.Event != nil:
			r.rows = append(r.rows, []any{"nearest miss", m.Event.ID, m.Event.Headline, m.Event.Source, nil, nil, nil, nil, m.Probability})
		}
	}
	return r
}

func (v MatchView) lines() []any { return []any{v} }

// featureGrid lists the features of a linear decision, the first ones in full.
func featureGrid(list []FeatureLine, bias, score float64) grid {
	g := grid{cols: []col{
		{name: "feature"},
		{name: "weight", right: true},
		{name: "value", right: true},
		{name: "contribution", right: true},
		{name: "", drop: 2},
		{name: "of", flex: 10, drop: 1},
	}}
	most := 0.0
	for _, x := range list {
		most = max(most, abs(x.Contribution))
	}
	for _, x := range list[:min(len(list), mostShown)] {
		g.rows = append(g.rows, []cell{
			text(x.Name), signed(x.Weight),
			{text: fmt.Sprintf("%.3f", x.Value)},
			signed(x.Contribution),
			{text: bar(x.Contribution, most)},
			styled(x.Note, dim),
		})
	}
	if more := list[min(len(list), mostShown):]; len(more) > 0 {
		sum := 0.0
		for _, x := range more {
			sum += x.Contribution
		}
		g.rows = append(g.rows, []cell{
			styled(typeset.Plural(len(more), "other", "others"), dim), {}, {}, signed(sum), {text: bar(sum, most)}, {},
		})
	}
	g.rows = append(g.rows,
		[]cell{styled("bias", dim), {}, {}, signed(bias), {}, {}},
		[]cell{styled("score", bold), {}, {}, signed(score), {}, {}})
	return g
}
