package event

import "sort"

// span is which stories a search has to look at: of those that are numbered in the order of time, some that lie side by
// side, and all that are not. What the window has left behind is in the lists of the index for as long as it is resident,
// and in a store of years it is nearly all that they hold; this steps over it. The zero span is everything.
type span struct {
	from, to int32 // of the stories in order
	rest     int32 // the first of the others
}

// span returns the stories that may be within the window of a day, and some more.
func (c *Clusterer) span(day float64) span {
	const slack = 1 // far more than rounding comes to; what is within the window is asked exactly where it counts
	far := c.window + slack
	n := c.ordered
	from := sort.Search(n, func(i int) bool { return c.glances[i].day >= day-far })
	to := from + sort.Search(n-from, func(i int) bool { return c.glances[from+i].day > day+far })
	return span{int32(from), int32(to), int32(n)}
}

// extend counts the story that was numbered last among those in order where it is one.
func (c *Clusterer) extend() {
	i := len(c.glances) - 1
	if g := &c.glances[i]; c.ordered == i && g.dated && (i == 0 || g.day >= c.glances[i-1].day) {
		c.ordered++
	}
}

// cut returns what a list, which is in the order of numbers, has of a span.
func (s span) cut(list []posting) (near, rest []posting) {
	if s.from == 0 && s.to == s.rest {
		return list, nil
	}
	from := firstPosting(list, s.from)
	to := from + firstPosting(list[from:], s.to)
	after := to + firstPosting(list[to:], s.rest)
	return list[from:to], list[after:]
}

// firstPosting is the place of the first story of at least the given number.
func firstPosting(list []posting, story int32) int {
	lo, hi := 0, len(list)
	// Most lists lie on one side: a word is in the news for a while.
	if hi == 0 || list[0].story() >= story {
		return 0
	}
	if list[hi-1].story() < story {
		return hi
	}
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if list[m].story() < story {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}
