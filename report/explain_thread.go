package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/thread"
	"github.com/samestory/samestory/report/internal/typeset"
)

// ThreadExplainView says why an event is in a thread, or why not.
type ThreadExplainView struct {
	Meta
	Event    EventLine  `json:"event"`
	Thread   ThreadLine `json:"thread"`
	Verdict  string     `json:"verdict"`
	Together bool       `json:"together"`
	Link     *ThreadTie `json:"link"`  // the event's place in the thread; null where it has none
	Names    []string   `json:"names"` // specific names of the core of the thread that recur
	Terms    []string   `json:"terms"` // words of the kind of event that recur
	Score    float64    `json:"score"` // similarity of the event to the core, 0..1
	Days     float64    `json:"days"`  // between the event and the last story that the thread had by then
	Gates    []GateLine `json:"gates"` // in the order in which they are asked; empty for the founding event
	Needed   []string   `json:"needed"`
	// Features are what the learned weights made of the event as a follow-up, greatest absolute contribution first; empty
	// where a gate was shut before.
	Features    []FeatureLine `json:"features"`
	Bias        float64       `json:"bias"`
	Odds        float64       `json:"odds"`        // bias plus all contributions
	Probability float64       `json:"probability"` // of a follow-up, 0..1; 0 where features is empty
	Rival       string        `json:"rival"`       // thread that takes the event and is nearer to it; empty where there is none
	RivalBy     float64       `json:"rival_score"` // similarity to that one
	// Overrides are orders of editors that say something of the event and others of the thread, and hold.
	Overrides []OverrideLine `json:"overrides"`
}

// ThreadTie is the place of an event in a thread.
type ThreadTie struct {
	Kind  string  `json:"kind"`
	Score float64 `json:"score"`
}

// ExplainThread shows how an event stands to a thread.
func ExplainThread(r Reader, x *cluster.ThreadExplanation, now time.Time) (ThreadExplainView, error) {
	v := ThreadExplainView{
		Meta: newMeta("explain thread", now), Together: x.Link != nil, Names: list(x.Names()), Terms: list(x.Terms()),
		Score: round(x.Score), Days: round(x.Gap.Hours() / 24), Gates: []GateLine{}, Needed: []string{}, Overrides: []OverrideLine{}, Rival: x.Rival,
		RivalBy: round(x.RivalScore), Features: []FeatureLine{},
	}
	line, err := eventByID(r, x.Event, now)
	if err != nil {
		return v, err
	}
	v.Event = *line
	c, err := readThread(r, x.Thread, now)
	if err != nil {
		return v, err
	}
	v.Thread = c.line
	if v.Overrides, err = v.orders(r); err != nil {
		return v, err
	}
	if x.Link != nil {
		v.Link = &ThreadTie{Kind: x.Link.Kind, Score: round(x.Link.Score)}
		if x.Link.Kind == thread.Founding {
			v.Verdict = "In the thread: the event founded it."
			return v, nil
		}
		if x.Link.Kind == cluster.LinkCounterpart {
			v.Names, v.Terms = list(x.Link.Names), list(x.Link.Terms)
			v.Verdict = fmt.Sprintf("In the thread, as %s: an event of it reports the same in another language (probability %.2f)",
				x.Link.Kind, x.Link.Score)
			if common := enumerate(slices.Concat(v.Names, v.Terms)); common != "" {
				v.Verdict += "; both have " + common
			}
			v.Verdict += "."
			return v, nil
		}
	}
	for _, g := range x.Gates {
		v.Gates = append(v.Gates, threadGate(g, x))
		if !g.Passed && g.Figures && x.Link == nil {
			v.Needed = append(v.Needed, threadNeed(g))
		}
	}
	v.addFeatures(x)
	if verdict, ok := ordered(v.Overrides, v.Together, "In the thread", "Not in the thread"); ok && (!v.Together || v.Link.Kind == cluster.LinkPinned) {
		v.Needed, v.Verdict = []string{}, verdict
		return v, nil
	}
	v.Verdict = threadVerdict(&v, x)
	return v, nil
}

// addFeatures lists what decided whether the event is a follow-up.
func (v *ThreadExplainView) addFeatures(x *cluster.ThreadExplanation) {
	if len(x.Features) == 0 {
		return
	}
	v.Bias, v.Odds, v.Probability = round(x.Bias), round(x.Odds), round(x.Probability())
	notes := map[string]string{
		"second name": "1 where two of the core recur", "event words": "half their number, 2 at most",
		"kind words":        "a third of the root of their weight",
		"similarity":        "of the texts, for their length",
		"silence":           "a third of the doublings of a day since the last story",
		"new names":         "share of the event's names that the core lacks",
		"names of the core": "share of them that recur",
	}
	for _, f := range x.Features {
		v.Features = append(v.Features, FeatureLine{
			Name: f.Name, Weight: round(f.Weight), Value: round(f.Value), Contribution: round(f.Weight * f.Value), Note: notes[f.Name],
		})
	}
	slices.SortStableFunc(v.Features, func(a, b FeatureLine) int { return cmp.Compare(abs(b.Contribution), abs(a.Contribution)) })
}

func threadVerdict(v *ThreadExplainView, x *cluster.ThreadExplanation) string {
	common := ""
	switch names, terms := enumerate(v.Names), enumerate(v.Terms); {
	case names != "" && terms != "":
		common = fmt.Sprintf("the names %s and the words %s of its core recur", names, terms)
	case names != "":
		common = fmt.Sprintf("of its core %s %s", names, plural(len(v.Names), "recurs", "recur"))
	case terms != "":
		common = fmt.Sprintf("the words %s of its core recur", terms)
	}
	if v.Together {
		if common == "" || v.Link.Kind == thread.Saga {
			return fmt.Sprintf("In the thread, as %s: its text is like that of the thread (%.2f).", v.Link.Kind, v.Link.Score)
		}
		return fmt.Sprintf("In the thread, as %s: %s, and the texts are similar (%.2f).", v.Link.Kind, common, v.Link.Score)
	}
	var reasons []string
	for i, g := range v.Gates {
		if g.Passed || x.Gates[i].Name == thread.GateText && len(reasons) > 0 {
			continue
		}
		reasons = append(reasons, threadReason(x.Gates[i], x))
	}
	why := enumerate(reasons)
	if why == "" {
		why = "the rule does not take it"
	}
	if common == "" {
		return "Not in the thread: " + why + "."
	}
	return "Not in the thread: " + common + ", but " + why + "."
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// threadReason says why a gate was shut.
func threadReason(g thread.Gate, x *cluster.ThreadExplanation) string {
	switch g.Name {
	case thread.GateRoundup:
		return "it is a round-up or a live page, which belongs to several threads and to none"
	case thread.GateOlder:
		return "the event is older than the thread"
	case thread.GateFounder:
		return "a round-up founded the thread, and takes nothing"
	case thread.GateNames:
		if g.Measured == 0 {
			return "no specific name of its core recurs"
		}
		return fmt.Sprintf("%.0f names are needed", g.Bound)
	case thread.GateKinds:
		return fmt.Sprintf("too little of what happened recurs (%.1f, and %.1f is needed)", g.Measured, g.Bound)
	case thread.GateEvents:
		return fmt.Sprintf("%s that %s what happened %s needed", typeset.Plural(int(g.Bound), "word", "words"),
			plural(int(g.Bound), "says", "say"), plural(int(g.Bound), "is", "are"))
	case thread.GateHeadline:
		return "none of the names stands in a headline"
	case thread.GateSimilar:
		return fmt.Sprintf("the texts are too far from each other (%.2f, and %.2f is needed)", g.Measured, g.Bound)
	case thread.GateFollow:
		return fmt.Sprintf("too little of the core recurs for a follow-up (probability %.2f, and %.2f is needed)", g.Measured, g.Bound)
	case thread.GateSilence:
		return fmt.Sprintf("%s lie between them, and at most %s may between languages", span(g.Measured), span(g.Bound))
	case thread.GateNative:
		return "the thread has a core in the language of the event, which decides"
	case thread.GateText:
		return fmt.Sprintf("its text is not like enough to that of the thread (%.3f, and at least %.3f is needed)", g.Measured, g.Bound)
	case thread.GateBest:
		return fmt.Sprintf("thread %s is nearer to it (%.2f)", x.Rival, x.RivalScore)
	}
	return g.Name
}

// threadNeed says what would have to be different for a gate to open.
func threadNeed(g thread.Gate) string {
	if g.Most {
		return fmt.Sprintf("%s: %.2f at most in place of %.2f", g.Name, g.Bound, g.Measured)
	}
	return fmt.Sprintf("%s: %.2f in place of %.2f", g.Name, g.Bound, g.Measured)
}

func threadGate(g thread.Gate, x *cluster.ThreadExplanation) GateLine {
	l := GateLine{Name: g.Name, Passed: g.Passed, AtMost: g.Most, Reason: threadPassed()[g.Name]}
	if !g.Passed {
		l.Reason = threadReason(g, x)
	}
	if g.Figures {
		measured, bound := round(g.Measured), round(g.Bound)
		l.Measured, l.Bound = &measured, &bound
	}
	return l
}

// threadPassed says what it means that a gate was open.
func threadPassed() map[string]string {
	return map[string]string{
		thread.GateRoundup: "it reports one event", thread.GateOlder: "the thread was there when the event came",
		thread.GateFounder: "a report founded the thread", thread.GateNames: "enough specific names of the core recur",
		thread.GateKinds: "enough of what happened recurs", thread.GateEvents: "enough words that say what happened recur",
		thread.GateHeadline: "one of the names stands in a headline", thread.GateSimilar: "the texts are near enough",
		thread.GateFollow:  "enough of the core recurs for a follow-up",
		thread.GateSilence: "it came soon enough", thread.GateNative: "it is the first in its language",
		thread.GateText: "its text is like that of a thread that has lasted some days",
		thread.GateBest: "no other thread that takes it is nearer",
	}
}

func (v ThreadExplainView) layout() page {
	f := facts{
		{"event", describeEvent(v.Event)},
		{"thread", fmt.Sprintf("%s: %s (%s)", typeset.Clean(v.Thread.ID), headline(v.Thread.Headline, 0).text, typeset.Plural(v.Thread.Beats, "event", "events"))},
	}
	if v.Link != nil {
		f = append(f, fact{"link", fmt.Sprintf("%s, score %.2f", v.Link.Kind, v.Link.Score)})
	}
	if common := strings.Join(append(append([]string{}, v.Names...), v.Terms...), ", "); common != "" {
		f = append(f, fact{"in common", typeset.Clean(common)})
	}
	if len(v.Gates) > 2 { // the thread was there
		f = append(f, fact{"similarity", fmt.Sprintf("%.3f", v.Score)}, fact{"silence", span(v.Days)})
	}
	if v.Rival != "" {
		f = append(f, fact{"nearer thread", fmt.Sprintf("%s, %.2f", typeset.Clean(v.Rival), v.RivalBy)})
	}
	p := page{heading{text: typeset.Clean(v.Verdict)}, f}
	if len(v.Needed) > 0 {
		p = append(p, paragraph("To be in the thread it would need "+strings.Join(v.Needed, "; ")+"."))
	}
	p = append(p, gateTable(v.Gates)...)
	if len(v.Features) > 0 {
		p = append(p, heading{text: "As a follow-up", meta: fmt.Sprintf("probability %.3f", v.Probability), sub: true},
			featureGrid(v.Features, v.Bias, v.Odds))
	}
	return p
}

func (v ThreadExplainView) records() records {
	r := records{cols: []string{"event", "thread", "gate", "passed", "measured", "bound", "reason"}}
	for _, g := range v.Gates {
		r.rows = append(r.rows, []any{v.Event.ID, v.Thread.ID, g.Name, g.Passed, figure(g.Measured), figure(g.Bound), g.Reason})
	}
	return r
}

func figure(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

func (v ThreadExplainView) lines() []any { return []any{v} }
