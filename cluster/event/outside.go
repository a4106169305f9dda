package event

import (
	"fmt"
	"math"
)

// outside prepares a text that is not resident for being judged: its vector, its neighbours, and their links. It is nil
// for a language of which nothing is resident. self is the resident story of the same id, or -1.
func (c *Clusterer) outside(it Item) (s *story, self int32) {
	l := c.languages[it.Features.lang]
	if l == nil {
		return nil, -1
	}
	c.freeze()
	s, self = newStory(it, l), -1
	if i, ok := c.byID[it.ID]; ok {
		self = i
	}
	v := c.vector(s)
	c.parallel(1, 1, func(_ int, p *probe) {
		s.list = &neighbours{edges: c.scanAs(s, v, self, p)}
	})
	targets := make([]int32, len(s.list.edges))
	for k, e := range s.list.edges {
		targets[k] = e.to
	}
	c.widen(targets, 0, 1)
	s.list.order(-1, c.stories)
	s.second = &neighbours{edges: make([]edge, len(s.list.edges))}
	c.reconsider(s, -1, &places{}) // all of it, for want of a number to be entered by
	s.second.order(-1, c.stories)
	return s, self
}

// ExplainItem compares a text that is not resident with a resident story and keeps every step.
func (c *Clusterer) ExplainItem(it Item, b string) (Explanation, error) {
	out := Explanation{A: it.ID, B: b, GapDays: -1}
	j, ok := c.byID[b]
	if !ok {
		return out, fmt.Errorf("explain: story %q: %w", b, ErrUnknown)
	}
	s, _ := c.outside(it)
	o := c.stories[j]
	if s == nil || s.lang != o.lang {
		return out, nil
	}
	if s.dated() && o.dated() {
		out.GapDays = math.Abs(s.day - o.day)
	}
	c.widen([]int32{j}, 0, 1)
	c.steps(&out, s, o, -1, j)
	return out, nil
}

// steps fills in how two stories of one language compare; their lists have to be prepared.
func (c *Clusterer) steps(out *Explanation, s, o *story, i, j int32) {
	out.Language = true
	var x [pairFeatures]float64
	pairVector(s, o, c.vector(s), c.vector(o), &x)
	p := c.judge(s.lang, &x)
	like := likeness(s, o, &x, p.score)
	p = p.weigh(like)
	out.Pair = float64(p.score)
	out.PairParts = explainRate(contributions(x[:], c.model.pair[:], pairNames[:]), s.lang.shift)
	at := s.list.rank(j, p.score)
	out.Candidate = at < len(s.list.edges) && s.list.edges[at].to == j
	var y [contextFeatures]float64
	contextVector(s.list, o.list, i, j, p.score, &y)
	out.First = c.model.context.logit(&y)
	out.FirstParts = contributions(y[:], c.model.context[:], contextNames[:])
	contextVector(s.second, o.second, i, j, float32(out.First), &y)
	out.Context = c.model.review.logit(&y) + float64(p.review)
	out.Parts = explainLikeness(contributions(y[:], c.model.review[:], contextNames[:]), like)
	if out.Thin = x[pfCosArticle] < thinArticle; !out.Thin {
		out.Link = c.model.link(out.Context)
	}
	out.Shared = sharedTerms(s, o, c.vector(s), c.vector(o))
	out.Article = x[pfCosArticle]
	out.Gates = c.pairGates(out, s, o)
}
