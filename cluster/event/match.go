package event

import (
	"cmp"
	"slices"
	"time"
)

// Candidate is an event that a text might belong to.
type Candidate struct {
	Event     string
	Score     float64 // mean link to the members over the tightness of the event; joins at Needed and above
	Needed    float64
	Mean      float64 // mean link to the members
	Tightness float64 // factor that Mean is divided by, 1 for an event of one story
	Joins     bool
	Stories   int         // members that it was compared with
	Linked    int         // of these, how many are linked with it at all
	Pairs     []PairScore // the strongest members, best first, at most five
}

// PairScore is one link of a text to a resident story.
type PairScore struct {
	Story string
	Pair  float64 // logit of the context model
	Link  float64 // probability after the review
}

const matchPairs = 5

// Match judges a text that is not resident against the events, best first. Nothing is stored. It sees the vocabulary
// as it is frozen now, and neighbours through their present lists.
func (c *Clusterer) Match(it Item) []Candidate {
	s, self := c.outside(it)
	if s == nil {
		return nil
	}
	return c.rankEvents(s, self)
}

// rankEvents scores the events of a story's neighbours. self, where not -1, is left out of its own event.
func (c *Clusterer) rankEvents(s *story, self int32) []Candidate {
	type tally struct {
		cell   *cell
		sum    float64
		linked int
		pairs  []PairScore
	}
	var tallies []tally
	var near []int32
	for _, e := range s.second.edges {
		if e.pair.score >= reviewLeast && !c.stories[e.to].gone {
			near = append(near, e.to)
		}
	}
	c.widen(near, 0, 1) // the tick that made the ties may have looked at fewer
	var at places
	at.surround(s.second)
	for place := range s.second.edges {
		e := &s.second.edges[place]
		o := c.stories[e.to]
		if o.event == nil || o.gone || e.to == self {
			continue
		}
		k := slices.IndexFunc(tallies, func(t tally) bool { return t.cell == o.event })
		if k < 0 {
			k = len(tallies)
			tallies = append(tallies, tally{cell: o.event})
		}
		link := 0.0
		if e.pair.score >= reviewLeast {
			link = c.reviewed(s, o, place, o.second.rank(self, e.pair.score), &at)
		}
		if link >= linkLeast {
			tallies[k].sum += link
			tallies[k].linked++
		}
		tallies[k].pairs = append(tallies[k].pairs, PairScore{o.id, float64(e.pair.score), link})
	}
	asked := c.joining(s.lang)
	out := make([]Candidate, 0, len(tallies))
	for _, t := range tallies {
		n, within := 0, 0.0
		for _, m := range t.cell.members {
			if m == self {
				continue
			}
			n++
			within += 1 + c.linkSum(m, t.cell, self)
		}
		tight := within / float64(n*n)
		cand := Candidate{Event: t.cell.id, Needed: asked.at(1, n), Mean: t.sum / float64(n), Stories: n, Linked: t.linked}
		cand.Score = joinScore(t.sum, 1, n, 1, tight, c.model.density)
		if cand.Score > 0 {
			cand.Tightness = cand.Mean / cand.Score
		} else {
			cand.Tightness = 1
		}
		cand.Joins = cand.Score >= cand.Needed
		slices.SortStableFunc(t.pairs, func(a, b PairScore) int { return cmp.Compare(b.Link, a.Link) })
		cand.Pairs = t.pairs[:min(len(t.pairs), matchPairs)]
		out = append(out, cand)
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Event, b.Event))
	})
	return out
}

// linkSum is the sum of the links of a member to the others of its event, self left out.
func (c *Clusterer) linkSum(i int32, of *cell, self int32) float64 {
	if len(of.members) == 1 {
		return 0
	}
	c.link([]int32{i}, 0, reviewLeast, 1)
	sum := 0.0
	for _, t := range c.stories[i].ties {
		if c.stories[t.to].event == of && t.to != self {
			sum += float64(t.link)
		}
	}
	return sum
}

// Time returns the time of a resident story and whether it is known.
func (c *Clusterer) Time(id string) (time.Time, bool) {
	i, ok := c.byID[id]
	if !ok {
		return time.Time{}, false
	}
	return c.stories[i].time, c.stories[i].dated()
}
