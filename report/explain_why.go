package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/report/internal/typeset"
)

// The aspects that features are added up by, so that a reader sees what kind of evidence decided.
const (
	aspectWords      = "words"
	aspectNames      = "names"
	aspectTime       = "time"
	aspectNeighbours = "neighbours"
	aspectForm       = "form"
	aspectRate       = "base rate" // how common one event is among near stories of the store
	aspectEmbedding  = "embedding"
)

// aspectOf sorts a feature by its name. What combines time with something else counts there.
func aspectOf(feature string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(feature, w) })
	}
	switch {
	case feature == aspectRate, feature == aspectNeighbours, feature == aspectEmbedding:
		return feature
	case has("shared neighbours", "shared squared", "crowd", "behind", "rank", "common", "score"):
		return aspectNeighbours
	case feature == "near in time", has("gap", "day", "fading", "*near"):
		return aspectTime
	case has("name"):
		return aspectNames
	case has("title", "article", "lead", "body", "coverage", "mass", "rarest", "min/max"):
		return aspectWords
	}
	return aspectForm
}

func aspects(evidence []event.Contribution) []AspectLine {
	sums := make(map[string]float64)
	for _, p := range evidence {
		if p.Feature != "bias" {
			sums[aspectOf(p.Feature)] += p.Amount
		}
	}
	out := []AspectLine{}
	for name, sum := range sums {
		out = append(out, AspectLine{name, round(sum)})
	}
	slices.SortFunc(out, func(a, b AspectLine) int {
		return cmp.Or(cmp.Compare(abs(b.Contribution), abs(a.Contribution)), strings.Compare(a.Name, b.Name))
	})
	return out
}

const (
	// namedWords is how many shared words a sentence names.
	namedWords = 4
	// tellingShare is how much of the weight of the first shared word another must have to be named.
	tellingShare = .2
	// someWords is the article cosine below which two texts are said to share few words.
	someWords = .25
	// farDays is the gap from which time is worth a clause, in days.
	farDays = 1.5
)

// forThem says what two texts have in common, and whether they came out together. exact is whether both are known to the
// minute.
func forThem(x *cluster.PairExplanation, exact bool) string {
	if shutGate(x.Event.Gates, event.GateThin) {
		return ""
	}
	words := sharedWords(x.Shared)
	clause := ""
	switch {
	case words == "":
	case x.Event.Article < someWords:
		clause = "share a few words (" + words + ")"
	default:
		clause = "share " + words
	}
	if x.Event.GapDays >= 0 && x.Event.GapDays < farDays {
		when := "appeared within " + span(x.Event.GapDays)
		if !exact {
			when = "appeared on one day"
			if x.Event.GapDays >= .5 {
				when = "appeared on one day or the next"
			}
		}
		if clause == "" {
			return when
		}
		clause += " and " + when
	}
	return clause
}

// against says what speaks against two texts, worst first: gates before models, and of the models what lowered the
// score most.
func against(x *cluster.PairExplanation) []string {
	var out []string
	for _, g := range x.Event.Gates {
		if g.Passed {
			continue
		}
		switch g.Name {
		case event.GateLanguage:
			return []string{"they are written in different languages, and events do not cross languages"}
		case event.GateSeries:
			return []string{"both are editions of series " + x.Event.Series + ", and editions of one series are never one event"}
		case event.GateWindow:
			out = append(out, span(x.Event.GapDays)+" lie between them, more than the window of "+span(g.Bound))
		case event.GateThin:
			out = append(out, fmt.Sprintf("their texts share next to nothing (similarity %.2f, %.2f is needed)", g.Measured, g.Bound))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, a := range aspects(x.Event.Evidence()) {
		if a.Contribution >= 0 {
			continue
		}
		switch a.Name {
		case aspectTime:
			if x.Event.GapDays >= farDays {
				out = append(out, span(x.Event.GapDays)+" lie between them")
			} else if x.Event.GapDays < 0 {
				out = append(out, "one of them has no date")
			}
		case aspectNeighbours:
			out = append(out, "the stories nearest to the one are not those nearest to the other")
		case aspectNames:
			out = append(out, "they name other people and places")
		case aspectWords:
			out = append(out, fmt.Sprintf("few of their words are the same (similarity %.2f)", x.Event.Article))
		}
	}
	if len(out) == 0 && x.Event.Article < someWords {
		out = append(out, fmt.Sprintf("few of their words are the same (similarity %.2f)", x.Event.Article))
	}
	return out[:min(len(out), 2)]
}

func shutGate(gates []event.Gate, name string) bool {
	return slices.ContainsFunc(gates, func(g event.Gate) bool { return g.Name == name && !g.Passed })
}

func sharedWords(shared []cluster.SharedWord) string {
	var words []string
	for _, w := range shared {
		if w.Amount < tellingShare*shared[0].Amount {
			break // they are in order
		}
		word := typeset.Clean(w.Word)
		if word != "" && !slices.ContainsFunc(words, func(o string) bool { return strings.EqualFold(o, word) }) {
			words = append(words, word)
		}
		if len(words) == namedWords {
			break
		}
	}
	return enumerate(words)
}

func enumerate(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// span is a number of days in words.
func span(days float64) string {
	switch {
	case days < 1./24:
		return "the hour"
	case days < 2:
		return typeset.Plural(int(math.Ceil(days*24)), "hour", "hours")
	}
	return typeset.Plural(int(math.Round(days)), "day", "days")
}

// linkage is how a story stands to an event in figures, nil where no event was judged.
func linkage(v *event.Verdict) *LinkageLine {
	if v.Event == "" {
		return nil
	}
	j := v.Tried()
	l := &LinkageLine{
		Stories: j.Stories, Linked: j.Linked, MeanLink: round(j.Mean), Tightness: round(j.Tightness), Score: round(j.Score),
		Bound: v.Threshold,
	}
	if j.Score < v.Threshold {
		l.Missing = round(v.Threshold*j.Tightness - j.Mean)
	}
	return l
}

// needed says what would have to be different for the two to be together.
func needed(x *cluster.PairExplanation, together bool) []string {
	out := []string{}
	alone := x.Verdict.Member && x.Verdict.Tried() != &x.Verdict.Judged
	if together && !alone || x.A == x.B {
		return out
	}
	for _, g := range x.Event.Gates {
		if g.Passed {
			continue
		}
		switch g.Name {
		case event.GateLanguage:
			return append(out, "to be written in one language, whatever they say")
		case event.GateSeries:
			return append(out, "not to be editions of one series, whatever they say")
		case event.GateWindow:
			out = append(out, fmt.Sprintf("%.1f fewer days between them", g.Measured-g.Bound))
		case event.GateThin:
			out = append(out, fmt.Sprintf("texts with more in common: similarity %.3f, %.3f more", g.Bound, g.Bound-g.Measured))
		case event.GateFloor:
			out = append(out, fmt.Sprintf("a pair score of %.1f, %.2f more", g.Bound, g.Bound-g.Measured))
		case event.GateIndex:
			out = append(out, "a rare word or name in common, by which the search would propose the pair")
		}
	}
	if l := linkage(&x.Verdict); l != nil && l.Missing > 0 {
		what := fmt.Sprintf("a mean link of %.3f to the %s of the event in place of %.3f", l.MeanLink+l.Missing,
			typeset.Plural(l.Stories, "story", "stories"), l.MeanLink)
		if l.Stories == 1 {
			what = fmt.Sprintf("a link of %.3f in place of %.3f", l.MeanLink+l.Missing, l.MeanLink)
		}
		out = append(out, what)
	}
	if up := x.Verdict.RunnerUp; up != nil && !x.Verdict.Member && up.Score > x.Verdict.Judged.Score && up.Joins {
		out = append(out, fmt.Sprintf("to be nearer to it than to %s, which is ahead by %.3f", up.Event, up.Score-x.Verdict.Judged.Score))
	}
	return out
}
