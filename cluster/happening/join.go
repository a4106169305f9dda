package happening

import (
	"cmp"
	"slices"
)

// likely is a pair that the model takes for one happening.
type likely struct {
	couple
	p float64
}

// join unites events along likely pairs, strongest first.
func join(s *surroundings, score func(a, b int32) float64, p *Params) []Happening {
	var list []likely
	for _, c := range s.pairs {
		if q := score(c.a, c.b); q >= p.Likely {
			list = append(list, likely{c, q})
		}
	}
	slices.SortFunc(list, func(x, y likely) int {
		return cmp.Or(cmp.Compare(y.p, x.p), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	j := joiner{
		all: s.all, score: score, params: p, group: make([]int32, len(s.all)), members: make(map[int32][]int32),
	}
	for i := range j.group {
		j.group[i] = int32(i)
	}
	held := make(map[int32][]likely) // by their earlier event
	for _, l := range list {
		a, b := j.group[l.a], j.group[l.b]
		if a == b || j.unite(a, b) {
			held[l.a] = append(held[l.a], l)
		}
	}
	var out []Happening
	for i := range s.all {
		members := j.members[int32(i)]
		if len(members) < 2 {
			continue
		}
		var h Happening
		for _, k := range members {
			h.Events = append(h.Events, s.all[k].ID)
			links := held[k]
			slices.SortFunc(links, func(x, y likely) int { return cmp.Compare(x.b, y.b) })
			for _, l := range links {
				h.Links = append(h.Links, counterpart(&s.all[l.a], &s.all[l.b], l.p))
			}
		}
		out = append(out, h)
	}
	return out
}

func counterpart(a, b *profile, p float64) Counterpart {
	return Counterpart{
		A: a.ID, B: b.ID, P: p, Gap: gap(a.Event, b.Event), Shared: sharedWords(a, b), Terms: sharedKinds(a, b),
	}
}

// joiner unites groups of events. A group is named by its first event.
type joiner struct {
	all     []profile
	score   func(a, b int32) float64
	params  *Params
	group   []int32
	members map[int32][]int32 // of groups of two and more
}

func (j *joiner) of(g int32) []int32 {
	if m := j.members[g]; m != nil {
		return m
	}
	return []int32{g}
}

// joinMost bounds the pairs that a join looks at. Groups whose pairs are more are not joined: no happening is told by
// that many events of each language.
const joinMost = 1 << 12

// unite joins two groups if all that it brings together agrees: events of one language must be close in time and share
// words, those of different languages must be likely counterparts on the whole. One event that hangs between two
// happenings would join them otherwise.
func (j *joiner) unite(a, b int32) bool {
	ma, mb := j.of(a), j.of(b)
	if len(ma)*len(mb) > joinMost {
		return false
	}
	sum, n := 0.0, 0
	for _, i := range ma {
		for _, k := range mb {
			p, q := &j.all[i], &j.all[k]
			if p.lang == q.lang {
				if gap(p.Event, q.Event) > j.params.Spread || alike(p, q) < j.params.Alike {
					return false
				}
				continue
			}
			sum += j.score(i, k)
			n++
		}
	}
	if n > 0 && sum/float64(n) < j.params.Mean {
		return false
	}
	into, from := min(a, b), max(a, b)
	members := slices.Concat(ma, mb)
	slices.Sort(members)
	for _, i := range members {
		j.group[i] = into
	}
	delete(j.members, from)
	j.members[into] = members
	return true
}

// alike compares two events of one language.
func alike(p, q *profile) float64 {
	return max(p.unit[gramSpace].dot(q.unit[gramSpace]), p.unit[hanSpace].dot(q.unit[hanSpace]))
}
