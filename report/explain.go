package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/neardup"
)

// Explain shows how two stories compare, or, where other is empty, how a story compares with an event.
func Explain(r Reader, x *cluster.PairExplanation, story, other, eventID string, now time.Time) (ExplainView, error) {
	v := ExplainView{
		Meta: newMeta("explain", now), Comparison: comparison(&x.Event, x.Shared, x.Verdict.Threshold), Overrides: []OverrideLine{},
	}
	s, err := r.Story(story)
	if err != nil {
		return v, err
	}
	v.Story = storyLine(&s)
	copies := false
	if other != "" {
		o, err := r.Story(other)
		if err != nil {
			return v, err
		}
		line := storyLine(&o)
		v.Other = &line
		v.Together = s.Placement.Event != "" && s.Placement.Event == o.Placement.Event
		v.Duplicate = textEvidence(x.Copy)
		eventID, copies = o.Placement.Event, s.Placement.Group == o.Placement.Group
	} else {
		line, err := eventByID(r, eventID, now)
		if err != nil {
			return v, err
		}
		v.Event = line
		v.Together = s.Placement.Event == line.ID
		v.Comparison.Probability = min(1, x.Verdict.Tried().Score)
		if x.B != "" {
			near, err := r.Story(x.B)
			if err != nil {
				return v, err
			}
			line := storyLine(&near)
			v.Nearest = &line
		}
	}
	if v.Thread, err = commonThread(r, s.Placement.Event, eventID); err != nil {
		return v, err
	}
	happening, told, err := commonHappening(r, s.Placement.Event, eventID)
	if err != nil {
		return v, err
	}
	v.Happening = happening
	if up := x.Verdict.RunnerUp; up != nil {
		if v.RunnerUp, err = candidate(r, up, now); err != nil {
			return v, err
		}
		margin := round(x.Verdict.Margin)
		v.Margin = &margin
	}
	v.Comparison.Gates = gates(x)
	v.Comparison.Linkage = linkage(&x.Verdict)
	if v.Overrides, err = v.orders(r); err != nil {
		return v, err
	}
	if verdict, ok := v.ordered(); ok {
		v.Needed, v.Verdict = []string{}, verdict
		return v, nil
	}
	v.Needed = needed(x, v.Together)
	v.Verdict = explainVerdict(&v, x, copies, told)
	return v, nil
}

// explainVerdict says in a sentence what was decided and why; told is the evidence for what both report in two languages.
func explainVerdict(v *ExplainView, x *cluster.PairExplanation, copies bool, told string) string {
	yes, no := "Together", "Apart"
	if v.Event != nil {
		yes, no = "In the event", "Not in the event"
	}
	switch {
	case copies:
		return "Together: their texts are copies of each other."
	case v.Happening != "":
		what := "these stories are in different events"
		if v.Event != nil {
			what = "the story is not in this event"
		}
		return fmt.Sprintf("The same happening in two languages: %s, but both report %s; %s.", what, v.Happening, told)
	case v.Event != nil && alone(x):
		return aloneVerdict(v, x)
	case v.Together:
		return yes + ": " + togetherBecause(v, x) + "."
	}
	reasons := against(x)
	if shutGate(x.Verdict.Gates, event.GateRivals) {
		reasons = []string{"most headlines of each event agree on a name that the other never has"}
	}
	common := forThem(x, v.exact())
	standing := linkageClause(v, x)
	if standing != "" {
		reasons = append(reasons, standing)
	}
	if len(reasons) == 0 {
		reasons = append(reasons, fmt.Sprintf("their link of %.2f is below %.2f", v.Comparison.Probability, v.Comparison.Threshold))
	}
	if common == "" {
		return no + ": " + strings.Join(reasons, ", and ") + "."
	}
	return no + ": the texts " + common + ", but " + strings.Join(reasons, ", and ") + "."
}

// linkageClause says how a story stands to the event that it is not in.
func linkageClause(v *ExplainView, x *cluster.PairExplanation) string {
	l := v.Comparison.Linkage
	up := x.Verdict.RunnerUp
	switch {
	case l == nil || !x.Event.Language || shut(x.Event.Gates):
		return ""
	case l.Missing == 0 && up != nil && up.Joins && up.Score > l.Score:
		return fmt.Sprintf("another event is nearer to it (%s, by %.2f)", up.Event, up.Score-l.Score)
	case l.Missing == 0 && v.Event == nil && v.Comparison.Probability >= v.Comparison.Threshold:
		return "other stories around them are nearer"
	case l.Missing == 0:
		return "it would join now, but the stories of the event were joined among themselves first"
	case l.Stories > 1 && l.Linked == 0:
		return fmt.Sprintf("it is near to none of the %d stories of the event", l.Stories)
	case l.Stories > 1:
		return fmt.Sprintf("its mean link to the %d stories of the event is %.2f, where %.2f is needed", l.Stories, l.MeanLink,
			l.MeanLink+l.Missing)
	}
	return fmt.Sprintf("their link is %.2f, where %.2f is needed", l.MeanLink, l.MeanLink+l.Missing)
}

// shut reports whether a gate that has nothing to do with scores keeps two stories apart.
func shut(gates []event.Gate) bool {
	return slices.ContainsFunc([]string{event.GateLanguage, event.GateSeries, event.GateWindow, event.GateThin}, func(name string) bool {
		return shutGate(gates, name)
	})
}

// exact reports whether the times of both stories are known to the minute.
func (v *ExplainView) exact() bool {
	other := v.Other
	if other == nil {
		other = v.Nearest
	}
	return v.Story.Precision == cluster.Exact.String() && other != nil && other.Precision == cluster.Exact.String()
}

func togetherBecause(v *ExplainView, x *cluster.PairExplanation) string {
	common := forThem(x, v.exact())
	if common == "" {
		common = "are near to each other"
	}
	out := "the texts " + common
	if l := v.Comparison.Linkage; l != nil && l.Stories > 1 {
		out += fmt.Sprintf("; the mean link to the %d other stories of the event is %.2f", l.Stories, l.MeanLink)
	} else {
		out += fmt.Sprintf("; their link is %.2f", x.Event.Link)
	}
	l := v.Comparison.Linkage
	switch {
	case v.Margin != nil && *v.Margin < 0:
		out += fmt.Sprintf(", although it is by itself nearer to %s, which did not take it", v.RunnerUp.Event.ID)
	case v.Event == nil && x.Event.Link < v.Comparison.Threshold:
		out += ", which is not enough by itself: other stories near to both joined them"
	case l != nil && l.Missing > 0:
		out += ", less than a story needs that comes last: it joined when the event was smaller"
	}
	return out
}

// alone reports whether a story has no company in the event that it was judged against.
func alone(x *cluster.PairExplanation) bool { return x.Verdict.Member && x.Verdict.Judged.Stories == 0 }

// aloneVerdict says of a story that is its event alone why it did not join the nearest one.
func aloneVerdict(v *ExplainView, x *cluster.PairExplanation) string {
	if v.RunnerUp == nil {
		return "Alone in its event: no other event came into question."
	}
	up := x.Verdict.RunnerUp
	out := fmt.Sprintf("Alone in its event: the nearest is %s, with a score of %.2f where %.2f is needed", up.Event, up.Score, x.Verdict.Threshold)
	if common := forThem(x, v.exact()); common != "" {
		out += "; the texts " + common
	}
	if reasons := against(x); len(reasons) > 0 {
		out += ", but " + strings.Join(reasons, ", and ")
	}
	return out + "."
}

// comparison turns what the event stage says into numbers that add up: the bias and the contributions are the score.
func comparison(x *event.Explanation, shared []cluster.SharedWord, threshold float64) Comparison {
	c := Comparison{
		Probability: x.Link, Threshold: threshold, Shared: []TermLine{}, Gates: []GateLine{}, Models: []ModelLine{},
		Aspects: aspects(x.Evidence()),
	}
	c.Bias, c.Features = features(x.Evidence())
	c.Score = x.Context
	for _, w := range shared {
		kind := "word"
		if w.Name {
			kind = "name"
		}
		c.Shared = append(c.Shared, TermLine{Text: w.Word, Kind: kind, Weight: round(w.Amount)})
	}
	if x.Language {
		c.Models = []ModelLine{
			modelLine("pair", "the two texts and their times", x.Pair, logistic(x.Pair), x.PairParts),
			modelLine("context", "also which stories are near to each by the pair model", x.First, logistic(x.First), x.FirstParts),
			modelLine("review", "the same by the context model; it decides", x.Context, x.Link, x.Parts),
		}
	}
	return c
}

func modelLine(name, sees string, score, probability float64, parts []event.Contribution) ModelLine {
	m := ModelLine{Name: name, Sees: sees, Score: score, Probability: round(probability)}
	m.Bias, m.Features = features(parts)
	return m
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func features(parts []event.Contribution) (bias float64, list []FeatureLine) {
	list = []FeatureLine{}
	for _, p := range parts {
		if p.Feature == "bias" {
			bias = p.Amount
			continue
		}
		list = append(list, FeatureLine{Name: p.Feature, Weight: p.Weight, Value: p.Value, Contribution: p.Amount, Note: aspectOf(p.Feature)})
	}
	return bias, list
}

func textEvidence(m *neardup.Match) *Evidence {
	if m == nil {
		return nil
	}
	relation := m.Relation.String()
	switch m.Verdict {
	case "editions":
		relation = "editions of a series"
	case "apart", "strangers":
		relation = "no copy"
		if len(m.Conflicts) > 0 {
			relation = "no copy: " + strings.Join(m.Conflicts, ", ") + " differ"
		}
	}
	return &Evidence{Relation: relation, Jaccard: round(m.Jaccard), Contained: round(m.Contained), Contains: round(m.Contains)}
}

func eventByID(r Reader, id string, now time.Time) (*EventLine, error) {
	ev, err := r.Event(id)
	if err != nil {
		return nil, err
	}
	m, err := loadEvent(r, ev, now)
	if err != nil {
		return nil, err
	}
	return &m.line, newNamer(r).fill(&m.line)
}

// commonThread is the thread that two events share, empty where they share none.
func commonThread(r Reader, a, b string) (string, error) {
	if a == "" || b == "" {
		return "", nil
	}
	ea, err := r.Event(a)
	if err != nil {
		return "", err
	}
	eb, err := r.Event(b)
	if err != nil || ea.Thread != eb.Thread {
		return "", err
	}
	return ea.Thread, nil
}

func candidate(r Reader, c *event.Candidate, now time.Time) (*CandidateLine, error) {
	line, err := eventByID(r, c.Event, now)
	if err != nil {
		return nil, err
	}
	return &CandidateLine{
		Event: *line, Probability: round(min(1, c.Score)),
		Why: fmt.Sprintf("mean link %.3f to its stories, over its tightness %.3f", c.Mean, c.Tightness),
	}, nil
}
