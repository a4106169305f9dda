package event

import (
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

const (
	// consensusStories is how many stories a side needs before its names are a consensus.
	consensusStories = 3
	// consensusShare is how many of them have to have a name in the headline.
	consensusShare = .6
)

// rivals reports whether two clusters are about others: each has a name that most of its headlines agree on and that no
// story of the other has anywhere. Two meetings of one premier on one day are told in much the same words.
//
// Headlines alone have no room for a name that an article would mention, so that its absence says nothing: sides of
// which most stories have no body are no rivals.
func (c *Clusterer) rivals(a, b []int32) bool {
	for _, side := range [2][]int32{a, b} {
		bodies := 0
		for _, i := range side {
			if c.stories[i].features.flags&flagBody != 0 {
				bodies++
			}
		}
		if len(side) < consensusStories || float64(bodies) < consensusShare*float64(len(side)) {
			return false
		}
	}
	return c.exclusive(a, b) && c.exclusive(b, a)
}

// exclusive reports whether most headlines of a have a name that no story of b has.
func (c *Clusterer) exclusive(a, b []int32) bool {
	counts := make(map[text.Term]int)
	for _, i := range a {
		f := &c.stories[i].features
		for k, t := range f.terms {
			if name, title, _, _ := unpackCounts(f.tf[k]); name && title > 0 {
				counts[t]++
			}
		}
	}
	for t, n := range counts {
		if float64(n) < consensusShare*float64(len(a)) {
			continue
		}
		if !slices.ContainsFunc(b, func(i int32) bool {
			_, has := slices.BinarySearch(c.stories[i].features.terms, t)
			return has
		}) {
			return true
		}
	}
	return false
}
