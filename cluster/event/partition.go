package event

import (
	"context"
	"slices"
)

const (
	// boundShare of the threshold of linkage is the link that makes two stories one component. Merges over weaker links alone
	// do not happen: figures with .4 to .7 are the same to the third digit.
	boundShare = .6
	// maxComponent is the size above which a component is cut at a higher bound first, so that one hot day cannot make
	// linkage quadratic in the size of the store.
	maxComponent = 3000
)

// reachTies is how many ties a tick follows from its own stories, see spread.
const reachTies = 1

// spread visits the seeds, what is tied to them over at most the given number of ties, and the other members of every
// event on the way, and computes the ties of what it visits. The result is sorted.
//
// In a large store nearly all stories hang together by some chain of ties, so that a tick must not follow them to the
// end: what is several ties away would come out the same but for what far neighbours say. Whole events are visited, so
// that a partition of the visited stories fits those that were not.
func (c *Clusterer) spread(ctx context.Context, seeds []int32, hops int, least float32, workers int) ([]int32, error) {
	seen := make([]bool, len(c.stories))
	for _, i := range seeds {
		seen[i] = true
	}
	visited := slices.Clone(seeds)
	bound := float32(boundShare * c.threshold())
	c.round++
	for frontier := seeds; len(frontier) > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var next []int32
		visit := func(i int32) {
			if !seen[i] && !c.stories[i].gone {
				seen[i] = true
				next = append(next, i)
			}
		}
		if hops > 0 {
			hops--
			c.link(frontier, c.round, least, workers)
			for _, i := range frontier {
				for _, t := range c.stories[i].ties {
					if t.link >= bound {
						visit(t.to)
					}
				}
			}
		}
		for _, i := range frontier {
			c.companions(i, visit)
		}
		for k := 0; k < len(next); k++ {
			c.companions(next[k], visit)
		}
		slices.Sort(next)
		visited = append(visited, next...)
		frontier = next
	}
	slices.Sort(visited)
	c.link(visited, c.round, least, workers) // lists that were computed on the way may have made earlier links stale
	return visited, nil
}

// companions visits what has to be seen with a story: the rest of its event, and what editors put with it.
func (c *Clusterer) companions(i int32, visit func(int32)) {
	if e := c.stories[i].event; e != nil {
		for _, m := range e.members {
			visit(m)
		}
	}
	for _, m := range c.edits.with(i) {
		visit(m)
	}
}

// group is a cluster on its way to an identity: its stories in their order.
type group struct {
	members  []int32
	cohesion float64
}

// partition cuts the visited stories into clusters, ordered by their first story.
func (c *Clusterer) partition(visited []int32) []group {
	var out []group
	c.edits.leave(c, visited)
	c.cutComponents(visited, boundShare*c.threshold(), &out)
	for i := range out {
		slices.SortFunc(out[i].members, c.compare)
	}
	slices.SortFunc(out, func(a, b group) int { return c.compare(a.members[0], b.members[0]) })
	return out
}

// cutComponents appends the clusters of the components that links of at least bound make of the stories.
func (c *Clusterer) cutComponents(stories []int32, bound float64, out *[]group) {
	local := make(map[int32]int32, len(stories))
	for k, i := range stories {
		local[i] = int32(k)
	}
	sets := newSets(len(stories))
	for k, i := range stories {
		for _, e := range c.stories[i].ties {
			if e.to > i && float64(e.link) >= bound {
				if t, ok := local[e.to]; ok {
					sets.union(int32(k), t)
				}
			}
		}
	}
	for k, i := range stories {
		for _, m := range c.edits.with(i) {
			if t, ok := local[m]; ok {
				sets.union(int32(k), t)
			}
		}
	}
	components := make([][]int32, len(stories))
	for k, i := range stories {
		r := sets.find(int32(k))
		components[r] = append(components[r], i)
	}
	for _, comp := range components {
		switch {
		case len(comp) == 0:
		case len(comp) == 1:
			*out = append(*out, group{members: comp, cohesion: 1})
		case len(comp) > maxComponent && bound < .95:
			c.cutComponents(comp, bound+(1-bound)/4, out)
		default:
			c.cutComponent(comp, out)
		}
	}
}

// cutComponent runs linkage inside one component.
func (c *Clusterer) cutComponent(comp []int32, out *[]group) {
	slices.Sort(comp)
	var bonds []bond
	for a, i := range comp {
		for _, e := range c.stories[i].ties {
			if e.to < i {
				continue
			}
			if b, ok := slices.BinarySearch(comp, e.to); ok {
				bonds = append(bonds, bond{int32(a), int32(b), float64(e.link)})
			}
		}
	}
	names := c.linkComponent(comp, bonds)
	groups := make([]group, len(comp))
	for k, n := range names {
		groups[n].members = append(groups[n].members, comp[k])
	}
	for _, b := range bonds {
		if names[b.a] == names[b.b] {
			groups[names[b.a]].cohesion += b.link
		}
	}
	for _, g := range groups {
		n := len(g.members)
		switch {
		case n == 0:
			continue
		case n == 1:
			g.cohesion = 1
		default:
			g.cohesion /= float64(n*(n-1)) / 2
		}
		*out = append(*out, g)
	}
}

// sets is a union-find over 0..n-1 in which the least member names its set.
type sets []int32

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}

func (s sets) find(i int32) int32 {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) union(a, b int32) {
	a, b = s.find(a), s.find(b)
	if a > b {
		a, b = b, a
	}
	s[b] = a
}
