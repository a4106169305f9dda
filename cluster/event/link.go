package event

import "slices"

// around returns the given stories and all their neighbours, sorted, with lists computed and in order for all of them.
func (c *Clusterer) around(of []int32, workers int) []int32 {
	c.computeLists(of, workers, false)
	seen := make(map[int32]bool, 2*len(of))
	out := make([]int32, 0, 2*len(of))
	note := func(i int32) {
		if !seen[i] && !c.stories[i].gone {
			seen[i] = true
			out = append(out, i)
		}
	}
	for _, i := range of {
		note(i)
		for _, e := range c.stories[i].list.edges {
			note(e.to)
		}
	}
	slices.Sort(out)
	c.computeLists(out, workers, false)
	c.parallel(len(out), workers, func(k int, _ *probe) {
		if s := c.stories[out[k]]; s.list.dirty {
			s.list.order(s, out[k], c.stories)
		}
	})
	return out
}

// widen makes the second lists of the given stories: the same neighbours, scored by the context model.
func (c *Clusterer) widen(of []int32, workers int) {
	c.around(of, workers)
	c.parallel(len(of), workers, func(k int, _ *probe) {
		s := c.stories[of[k]]
		if s.second == nil || s.second.made != c.generation {
			s.second = c.reconsider(s, of[k])
			s.second.made = c.generation
		}
	})
}

// reconsider scores the neighbours of a story with the context model.
func (c *Clusterer) reconsider(s *story, self int32) *neighbours {
	out := &neighbours{edges: make([]edge, len(s.list.edges))}
	var x [contextFeatures]float64
	for k, e := range s.list.edges {
		o := c.stories[e.to]
		contextVector(s, o, s.list, o.list, self, e.to, e.pair.score, &x)
		logit := c.model.context.relate(e.pair.context, &x)
		out.edges[k] = edge{to: e.to, thin: e.thin, pair: pair{score: float32(logit), review: e.pair.review}}
	}
	out.order(s, self, c.stories)
	return out
}

// link computes the links of the given stories to their neighbours. A list that is computed on the way enters itself
// into others, so that a story may gain neighbours which have to be widened too.
func (c *Clusterer) link(of []int32, workers int) {
	for n := -1; ; {
		around := c.around(of, workers)
		if len(around) == n {
			break
		}
		n = len(around)
		c.widen(around, workers)
	}
	c.parallel(len(of), workers, func(k int, _ *probe) {
		if s := c.stories[of[k]]; s.second.linked != c.generation {
			c.review(s, of[k])
			s.second.linked = c.generation
		}
	})
}

// review sets the links of one story; the second lists of its neighbours must be there.
func (c *Clusterer) review(s *story, self int32) {
	var x [contextFeatures]float64
	for k := range s.second.edges {
		e := &s.second.edges[k]
		if e.thin {
			e.link = 0
			continue
		}
		o := c.stories[e.to]
		contextVector(s, o, s.second, o.second, self, e.to, e.pair.score, &x)
		e.link = float32(c.model.link(c.model.review.relate(e.pair.review, &x)))
	}
}

// thinArticle is the article cosine below which two stories are never linked, whatever their time and their neighbours
// say. Two short stories of one day that share a word looked like one event where a day has only the two: of 900 strangers
// mixed into the updates of eight sagas 132 were joined with one, and 8 are (docs/QUALITY.md).
const thinArticle = .08
