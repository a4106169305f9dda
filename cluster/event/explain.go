package event

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// ErrUnknown reports a story or event that is not resident.
var ErrUnknown = errors.New("not resident")

// Contribution is one term of a linear score: the decision itself, since the sum of all of them is the logit.
type Contribution struct {
	Feature string
	Value   float64
	Weight  float64
	Amount  float64 // Value * Weight
}

// SharedTerm is a term that both texts have and what it adds to the article cosine. The word behind it is found by
// hashing the words of the texts.
type SharedTerm struct {
	Term   text.Term
	Amount float64
	Name   bool
}

// Explanation says how two resident stories were compared.
type Explanation struct {
	A, B       string
	Language   bool           // the two are of one language; otherwise nothing below is set
	GapDays    float64        // -1 where a story has no date
	Pair       float64        // logit of the pair model
	PairParts  []Contribution // largest amount first
	First      float64        // logit of the context model, which sees the neighbours by the pair model
	FirstParts []Contribution
	Context    float64 // logit of the review, which sees the neighbours by the context model: the decision
	Parts      []Contribution
	Link       float64 // probability that linkage averages
	Candidate  bool    // the search proposed the pair; otherwise linkage counts the link as 0
	Thin       bool    // the texts share next to nothing: the link is 0 whatever the logit says
	SameEvent  bool
	Shared     []SharedTerm // largest first, at most 20
	Article    float64      // cosine of the two articles, 0..1
	Series     string       // the series that both are editions of, which keeps them apart; empty for most pairs
	Gates      []Gate
}

// Evidence is what decided, in terms that somebody can check: the features of the pair, what the neighbourhoods made of
// their sum, and the embeddings. The amounts add up to Context.
func (x *Explanation) Evidence() []Contribution {
	if len(x.Parts) == 0 {
		return nil
	}
	out, around := x.PairParts, x.Context-x.Pair
	for _, p := range x.Parts {
		if p.Feature == embeddingFeature {
			out, around = insertPart(slices.Clone(out), p), around-p.Amount
		}
	}
	return insertPart(slices.Clone(out), Contribution{"neighbours", 1, around, around})
}

const explainTerms = 20

// Explain compares two resident stories and keeps every step.
func (c *Clusterer) Explain(a, b string) (Explanation, error) {
	out := Explanation{A: a, B: b, GapDays: -1}
	i, ok := c.byID[a]
	if !ok {
		return out, fmt.Errorf("explain: story %q: %w", a, ErrUnknown)
	}
	j, ok := c.byID[b]
	if !ok {
		return out, fmt.Errorf("explain: story %q: %w", b, ErrUnknown)
	}
	c.freeze()
	s, o := c.stories[i], c.stories[j]
	out.SameEvent = s.event != nil && s.event == o.event
	if s.dated() && o.dated() {
		out.GapDays = math.Abs(s.day - o.day)
	}
	if s.lang != o.lang {
		out.Gates = c.pairGates(&out, s, o)
		return out, nil
	}
	c.widen([]int32{i, j}, 0, 1)
	c.steps(&out, s, o, i, j)
	return out, nil
}

func contributions(x, w []float64, names []string) []Contribution {
	out := make([]Contribution, 0, len(x))
	for i := range x {
		if x[i] != 0 {
			out = append(out, Contribution{names[i], x[i], w[i], x[i] * w[i]})
		}
	}
	slices.SortFunc(out, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Amount), math.Abs(a.Amount)), cmp.Compare(a.Feature, b.Feature))
	})
	return out
}

func sharedTerms(a, b *story, va, vb *vector) []SharedTerm {
	var out []SharedTerm
	d := float64(va.norm[viewArticle]) * float64(vb.norm[viewArticle])
	for i, t := range a.features.terms {
		j, ok := slices.BinarySearch(b.features.terms, t)
		if !ok || va.idf[i] == 0 {
			continue
		}
		pa, pb := a.features.tf[i], b.features.tf[j]
		w := float64(va.idf[i])
		amount := w * w * float64(viewWeights[pa][viewArticle]*viewWeights[pb][viewArticle]) / d
		name, _, _, _ := unpackCounts(pa & pb)
		out = append(out, SharedTerm{t, amount, name})
	}
	slices.SortFunc(out, func(a, b SharedTerm) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Term, b.Term))
	})
	return out[:min(len(out), explainTerms)]
}

// Verdict says how a resident story stands to an event.
type Verdict struct {
	Story, Event string
	Member       bool
	Threshold    float64    // what the score of the tried event has to reach, for a story that comes last
	Judged       Candidate  // the event, scored without the story where it is a member
	RunnerUp     *Candidate // the best other event; nil where no other has a candidate
	Margin       float64    // score of the event less that of the runner-up
	Gates        []Gate
}

// Tried is the event that the figures of an explanation are about: the one that was asked for, and of a story that is
// its event alone the nearest other one. It is never nil.
func (v *Verdict) Tried() *Candidate {
	if v.Member && v.Judged.Stories == 0 && v.RunnerUp != nil {
		return v.RunnerUp
	}
	return &v.Judged
}

// ExplainEvent judges a resident story against an event as if the story came last. Linkage joins the best pairs first
// and may have decided on a smaller event than the one it became, so that a member can score below the threshold.
func (c *Clusterer) ExplainEvent(storyID, eventID string) (Verdict, error) {
	out := Verdict{Story: storyID, Event: eventID}
	i, ok := c.byID[storyID]
	if !ok {
		return out, fmt.Errorf("explain: story %q: %w", storyID, ErrUnknown)
	}
	e, ok := c.cells[eventID]
	if !ok {
		return out, fmt.Errorf("explain: event %q: %w", eventID, ErrUnknown)
	}
	c.freeze()
	s := c.stories[i]
	asked := c.joining(s.lang)
	out.Member = s.event == e
	c.link([]int32{i}, 0, reviewLeast, 1)
	out.Judged = Candidate{Event: eventID, Tightness: 1}
	for _, cand := range c.rankEvents(s, i) {
		switch {
		case cand.Event == eventID:
			out.Judged = cand
		case out.RunnerUp == nil:
			out.RunnerUp = &cand
		}
	}
	if out.Judged.Stories == 0 {
		if out.Judged.Stories = len(e.members); out.Member {
			out.Judged.Stories--
		}
	}
	out.Threshold = asked.at(1, out.Tried().Stories)
	out.Gates = c.eventGates(out.Tried(), out.Threshold)
	if own := s.event; own != nil && own != e {
		out.Gates = append(out.Gates, rule(GateRivals, !c.rivals(own.members, e.members)))
	}
	if s.loose {
		nearest := out.Member || out.RunnerUp == nil || out.Judged.Score >= out.RunnerUp.Score
		out.Gates = append(out.Gates, rule(GateRoundups, nearest))
	}
	if out.RunnerUp != nil {
		out.Margin = out.Judged.Score - out.RunnerUp.Score
	} else {
		out.Margin = out.Judged.Score
	}
	return out, nil
}
