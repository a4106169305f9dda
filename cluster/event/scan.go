package event

import (
	"math"
	"slices"
)

// scanAll scores the given stories against their candidates. A pair that both of its stories propose is in the list of
// one of them only: scores are symmetric.
func (c *Clusterer) scanAll(of []int32, workers int) [][]edge {
	if len(c.marks) < len(c.stories) {
		c.marks = append(c.marks, make([]int32, len(c.stories)-len(c.marks))...)
	}
	// The place of a story among those given, counted on from the marks of others, which are all lower.
	first := c.mark + 1
	for k, i := range of {
		c.marks[i] = first + int32(k)
	}
	c.mark += int32(len(of))
	found := make([][]int32, len(of))
	c.parallel(len(of), workers, func(k int, p *probe) {
		s := c.stories[of[k]]
		near := c.candidates(&s.features, c.vector(s), s.day, s.dated(), of[k], s.lang.index, p)
		found[k] = make([]int32, len(near))
		for at, f := range near {
			found[k][at] = f.story
		}
		slices.Sort(found[k])
	})
	lists := make([][]edge, len(of))
	c.parallel(len(of), workers, func(k int, p *probe) {
		i := of[k]
		own := p.own[:0]
		for _, o := range found[k] {
			if at := c.marks[o] - first; at >= 0 && int(at) < k {
				if _, both := slices.BinarySearch(found[at], i); both {
					continue
				}
			}
			own = append(own, o)
		}
		p.own = own
		lists[k] = c.compareWith(c.stories[i], c.vector(c.stories[i]), own, p)
	})
	return lists
}

// scan scores a story against its candidates.
func (c *Clusterer) scan(i int32, p *probe) []edge {
	s := c.stories[i]
	return c.scanAs(s, c.vector(s), i, p)
}

// scanAs scores a story that may not be resident; self is its number, -1 where it has none.
func (c *Clusterer) scanAs(s *story, v *vector, self int32, p *probe) []edge {
	p.own = p.own[:0]
	for _, f := range c.candidates(&s.features, v, s.day, s.dated(), self, s.lang.index, p) {
		p.own = append(p.own, f.story)
	}
	return c.compareWith(s, v, p.own, p)
}

// compareWith scores a story against others and returns those that are neighbours.
func (c *Clusterer) compareWith(s *story, v *vector, others []int32, p *probe) []edge {
	edges := make([]edge, 0, len(others)/2)
	p.work.Candidates += len(others)
	p.places.take(&s.features)
	var x [pairFeatures]float64
	for _, other := range others {
		o := c.stories[other]
		if s.series != "" && s.series == o.series {
			p.work.Series++
			continue // editions of one series tell of different days
		}
		p.places.pairVector(s, o, v, c.lengths(o), &x)
		judged := c.judge(s.lang, &x)
		if judged.score <= edgeFloor {
			p.work.Floor++
			continue
		}
		judged = judged.weigh(likeness(s, o, &x, judged.score))
		if x[pfCosArticle] < thinArticle {
			p.work.Thin++
			judged.review = float32(math.Inf(-1))
		}
		edges = append(edges, edge{to: other, pair: judged})
	}
	return edges
}
