package event

import "slices"

// around returns the given stories and all their neighbours, sorted, with lists computed and in order for all of them.
func (c *Clusterer) around(of []int32, workers int) []int32 {
	c.computeLists(of, false, workers)
	out := c.gather(of, func(s *story, note func(int32)) {
		for i := range s.list.edges {
			note(s.list.edges[i].to)
		}
	})
	c.computeLists(out, false, workers)
	c.parallel(len(out), workers, func(k int, _ *probe) {
		if s := c.stories[out[k]]; s.list.dirty {
			s.list.order(out[k], c.stories)
		}
	})
	return out
}

// gather returns the given stories and those that more notes of each, without the gone ones, each once and sorted.
func (c *Clusterer) gather(of []int32, more func(s *story, note func(int32))) []int32 {
	if len(c.marks) < len(c.stories) {
		c.marks = append(c.marks, make([]int32, len(c.stories)-len(c.marks))...)
	}
	c.mark++
	out := make([]int32, 0, 2*len(of))
	note := func(i int32) {
		if c.marks[i] != c.mark && !c.stories[i].gone {
			c.marks[i] = c.mark
			out = append(out, i)
		}
	}
	for _, i := range of {
		note(i)
		more(c.stories[i], note)
	}
	slices.Sort(out)
	return out
}

// widen makes the second lists of the given stories, the same neighbours scored by the context model, where they have
// none, or one from before a change of their own list, or one from before the given clustering. A second list sees the
// neighbourhoods of the neighbours too; that those have changed elsewhere does not make it stale.
func (c *Clusterer) widen(of []int32, since int32, workers int) {
	stale := make([]int32, 0, len(of))
	for _, i := range of {
		if s := c.stories[i]; s.second == nil || s.list == nil || s.second.of != s.list.version || s.second.round < since {
			stale = append(stale, i)
		}
	}
	if len(stale) == 0 {
		return
	}
	for _, i := range stale {
		if c.stories[i].second == nil {
			c.widened = append(c.widened, i)
		}
	}
	c.around(stale, workers)
	c.mark++
	for _, i := range stale {
		s := c.stories[i]
		s.second = &neighbours{edges: make([]edge, len(s.list.edges)), of: s.list.version, round: c.round}
		for k := range s.second.edges {
			s.second.edges[k].to = nobody
		}
		c.marks[i] = c.mark
	}
	c.parallel(len(stale), workers, func(k int, p *probe) {
		c.reconsider(c.stories[stale[k]], stale[k], &p.places)
	})
	c.parallel(len(stale), workers, func(k int, p *probe) {
		s := c.stories[stale[k]]
		c.complete(s, stale[k], &p.places)
		s.second.order(stale[k], c.stories)
	})
}

// nobody is no story: what stands for it is not worked out yet.
const nobody = -1

// marked reports whether a story is one of those that the step at hand works on; self may be -1.
func (c *Clusterer) marked(i int32) bool { return i >= 0 && c.marks[i] == c.mark }

// reconsider fills the second list of a story with the scores of its neighbours by the context model. The score of two
// stories that both have a mark is worked out once, at the one with the lower number, which enters it into the list of
// the other: no two workers write to one place, and the other need not look for itself there, which takes as long as the
// score. Where the lists differ nothing is entered, and complete has to follow.
func (c *Clusterer) reconsider(s *story, self int32, at *places) {
	at.surround(s.list)
	marked := c.marked(self)
	for k := range s.list.edges {
		e := &s.list.edges[k]
		both := marked && c.marked(e.to)
		if both && e.to < self {
			continue
		}
		o := c.stories[e.to]
		there := o.list.rank(self, e.pair.score)
		logit := c.reconsidered(s, o, k, there, at)
		s.second.edges[k] = edge{to: e.to, pair: pair{score: logit, review: e.pair.review}}
		if both && o.list.stands(there, self, e.pair.score) {
			o.second.edges[there] = edge{to: self, pair: pair{score: logit, review: o.list.edges[there].pair.review}}
		}
	}
}

// complete works out what reconsider has left.
func (c *Clusterer) complete(s *story, self int32, at *places) {
	taken := false
	for k := range s.second.edges {
		if s.second.edges[k].to != nobody {
			continue
		}
		if !taken {
			at.surround(s.list)
			taken = true
		}
		e := &s.list.edges[k]
		o := c.stories[e.to]
		logit := c.reconsidered(s, o, k, o.list.rank(self, e.pair.score), at)
		s.second.edges[k] = edge{to: e.to, pair: pair{score: logit, review: e.pair.review}}
	}
}

// reconsidered is the score by the context model of the neighbour at place k of the first list, which surround has taken.
func (c *Clusterer) reconsidered(s, o *story, k, there int, at *places) float32 {
	var x [contextFeatures]float64
	at.contextVector(s.list, o.list, k, there, s.list.edges[k].pair.score, &x)
	return float32(c.model.context.logit(&x))
}

// link computes the ties of the given stories from second lists that are not older than the given clustering, looking
// at neighbours of at least the given logit of the context model. A list
// that is computed on the way enters itself into others, so that a story may gain neighbours that have to be seen too.
func (c *Clusterer) link(of []int32, since int32, least float32, workers int) {
	for scanned := -1; scanned != c.scanned; {
		scanned = c.scanned
		c.widen(of, since, workers)
		var open []int32
		for _, i := range of {
			if !c.stories[i].second.linked {
				open = append(open, i)
			}
		}
		fringe := c.gather(open, func(s *story, note func(int32)) {
			for i := range s.second.edges {
				e := &s.second.edges[i]
				if e.pair.score < least {
					break
				}
				note(e.to)
			}
		})
		c.widen(fringe, 0, workers)
	}
	c.tie(of, least, workers)
}

// tie makes the ties of those of some stories that have none from their present lists; the second lists of all nearer
// neighbours must be there. A link is the same from both sides, so that it is worked out once, as in reconsider.
func (c *Clusterer) tie(of []int32, least float32, workers int) {
	c.mark++
	var open []int32
	for _, i := range of {
		s := c.stories[i]
		if s.second.linked || c.marks[i] == c.mark {
			continue
		}
		c.marks[i] = c.mark
		open = append(open, i)
		s.ties = make([]tie, s.second.above(least))
		for k := range s.ties {
			s.ties[k].to = nobody
		}
	}
	c.parallel(len(open), workers, func(k int, p *probe) {
		c.review(c.stories[open[k]], open[k], &p.places)
	})
	c.parallel(len(open), workers, func(k int, p *probe) {
		s := c.stories[open[k]]
		c.completeTies(s, open[k], &p.places)
		s.second.linked, s.list.drift = true, 0
	})
}

// review works out the links of a story to its neighbours, as many as there is room for in its ties, but for those that the
// neighbour enters.
func (c *Clusterer) review(s *story, self int32, at *places) {
	at.surround(s.second)
	for k := range s.ties {
		e := &s.second.edges[k]
		both := c.marked(e.to)
		if both && e.to < self {
			continue
		}
		o := c.stories[e.to]
		there := o.second.rank(self, e.pair.score)
		link := c.reviewed(s, o, k, there, at)
		if link < linkLeast {
			link = 0
		}
		s.ties[k] = tie{e.to, float32(link)}
		if both && o.second.stands(there, self, e.pair.score) && o.second.edges[there].pair == e.pair {
			o.ties[there] = tie{self, float32(link)}
		}
	}
}

// completeTies works out what review has left and keeps the links that count.
func (c *Clusterer) completeTies(s *story, self int32, at *places) {
	taken, n := false, 0
	for k, t := range s.ties {
		if t.to == nobody {
			if !taken {
				at.surround(s.second)
				taken = true
			}
			e := &s.second.edges[k]
			o := c.stories[e.to]
			t = tie{to: e.to}
			if link := c.reviewed(s, o, k, o.second.rank(self, e.pair.score), at); link >= linkLeast {
				t.link = float32(link)
			}
		}
		if t.link > 0 {
			s.ties[n] = t
			n++
		}
	}
	s.ties = slices.Clone(s.ties[:n])
}

// reviewed is the link of the neighbour at place k of the second list, which surround has taken; there is the rank of the
// story in the list of that neighbour.
func (c *Clusterer) reviewed(s, o *story, k, there int, at *places) float64 {
	var x [contextFeatures]float64
	e := &s.second.edges[k]
	at.contextVector(s.second, o.second, k, there, e.pair.score, &x)
	return c.model.link(c.model.review.logit(&x) + float64(e.pair.review))
}

// secondMost is how many second lists are kept between clusterings, at about 1 KB each: a tick needs those of the last
// days.
const secondMost = 1 << 17

// narrow drops the second lists when there are many, and the neighbourhood vectors of their stories, which are made again
// from the first lists when they are needed.
func (c *Clusterer) narrow() {
	if len(c.widened) < secondMost {
		return
	}
	for _, i := range c.widened {
		s := c.stories[i]
		s.second = nil
		if s.list != nil {
			s.list.near, s.list.dirty = nil, true
		}
	}
	c.widened = c.widened[:0]
}

// thinArticle is the article cosine below which two stories are never linked, whatever their time and their neighbours
// say. Two short stories of one day that share a word looked like one event where a day has only the two: of 900 strangers
// mixed into the updates of eight sagas 132 were joined with one, and 8 are (docs/QUALITY.md).
const thinArticle = .08
