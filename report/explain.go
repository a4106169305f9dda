package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/neardup"
)

// Explain shows how two stories compare, or, where other is empty, how a story compares with an event.
func Explain(r Reader, x *cluster.PairExplanation, story, other, eventID string, now time.Time) (ExplainView, error) {
	v := ExplainView{Meta: newMeta("explain", now), Comparison: comparison(&x.Event, x.Shared, x.Verdict.Threshold)}
	s, err := r.Story(story)
	if err != nil {
		return v, err
	}
	v.Story = storyLine(&s)
	if other != "" {
		o, err := r.Story(other)
		if err != nil {
			return v, err
		}
		line := storyLine(&o)
		v.Other = &line
		v.Together = s.Placement.Event != "" && s.Placement.Event == o.Placement.Event
		v.Duplicate = textEvidence(x.Copy)
		if eventID = o.Placement.Event; s.Placement.Group == o.Placement.Group {
			v.Verdict = "Together: their texts are copies of each other."
		}
	} else {
		line, err := eventByID(r, eventID, now)
		if err != nil {
			return v, err
		}
		v.Event = line
		v.Together = s.Placement.Event == line.ID
		v.Comparison.Probability = min(1, x.Verdict.Judged.Score)
	}
	if v.Thread, err = commonThread(r, s.Placement.Event, eventID); err != nil {
		return v, err
	}
	told, why, err := commonHappening(r, s.Placement.Event, eventID)
	if err != nil {
		return v, err
	}
	v.Happening = told
	if up := x.Verdict.RunnerUp; up != nil {
		if v.RunnerUp, err = candidate(r, up, now); err != nil {
			return v, err
		}
		margin := round(x.Verdict.Margin)
		v.Margin = &margin
	}
	if v.Verdict == "" {
		v.Verdict = explainVerdict(&v, x, why)
	}
	v.Comparison.Gates = gates(x)
	return v, nil
}

func explainVerdict(v *ExplainView, x *cluster.PairExplanation, why string) string {
	what := "these stories are in different events"
	if v.Together {
		what = "these stories are in one event"
	}
	if v.Event != nil {
		what = "the story is not in this event"
		if v.Together {
			what = "the story is in this event"
		}
	}
	switch {
	case v.Happening != "":
		return fmt.Sprintf("The same happening in two languages: %s, but both report %s; %s.", what, v.Happening, why)
	case !x.Event.Language && x.A != x.B && v.Event == nil:
		return fmt.Sprintf("Apart: %s; they are written in different languages, and events do not cross languages.", what)
	case v.Together && v.Margin != nil && *v.Margin < 0:
		return fmt.Sprintf("Together: %s; by itself it is nearer to %s, but that one did not take it.", what, v.RunnerUp.Event.ID)
	case v.Together && v.Comparison.Probability < v.Comparison.Threshold:
		return fmt.Sprintf("Together: %s; not by themselves, but through others that are near to both.", what)
	case v.Together:
		return fmt.Sprintf("Together: %s, with probability %.2f.", what, v.Comparison.Probability)
	case v.Comparison.Probability >= v.Comparison.Threshold:
		return fmt.Sprintf("Apart: %s; they are near to each other, but other stories around them are nearer.", what)
	default:
		return fmt.Sprintf("Apart: %s; probability %.2f is below %.2f.", what, v.Comparison.Probability, v.Comparison.Threshold)
	}
}

// comparison turns what the event stage says into numbers that add up: the bias and the contributions are the score.
func comparison(x *event.Explanation, shared []cluster.SharedWord, threshold float64) Comparison {
	c := Comparison{Probability: x.Link, Threshold: threshold, Score: x.Context, Features: []FeatureLine{}, Shared: []TermLine{}, Gates: []GateLine{}}
	for _, p := range x.Parts {
		if p.Feature == "bias" {
			c.Bias = p.Amount
			continue
		}
		c.Features = append(c.Features, FeatureLine{Name: p.Feature, Weight: p.Weight, Value: p.Value, Contribution: p.Amount})
	}
	for _, w := range shared {
		kind := "word"
		if w.Name {
			kind = "name"
		}
		c.Shared = append(c.Shared, TermLine{Text: w.Word, Kind: kind, Weight: round(w.Amount)})
	}
	return c
}

// gates lists the rules that decide whatever the score is.
func gates(x *cluster.PairExplanation) []GateLine {
	if x.A == x.B {
		return []GateLine{{Name: "copy", Passed: true, Reason: "copies inherit the event of " + x.A}}
	}
	if x.B == "" {
		return []GateLine{{Name: "candidate", Passed: false, Reason: "no story of the event came into question for this one"}}
	}
	list := []GateLine{{Name: "language", Passed: x.Event.Language, Reason: "events are of one language"}}
	if x.Event.Language {
		reason := "the index proposed the pair"
		if !x.Event.Candidate {
			reason = "the index did not propose the pair: their link counts as 0"
		}
		list = append(list, GateLine{Name: "candidate", Passed: x.Event.Candidate, Reason: reason})
		reason = "the texts share enough words to be compared"
		if x.Event.Thin {
			reason = "the texts share next to nothing: their link counts as 0"
		}
		list = append(list, GateLine{Name: "shared words", Passed: !x.Event.Thin, Reason: reason})
	}
	return list
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
