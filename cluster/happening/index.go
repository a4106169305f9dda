package happening

import (
	"cmp"
	"slices"
	"time"
)

const (
	// gramProbes and otherProbes are by how many of its heaviest terms of a space an event is found.
	gramProbes  = 24
	otherProbes = 12
	// followed is how many postings of one other language an event follows, those of its rarest terms first. A term
	// whose postings do not fit any more is left alone: it is too common to point at anything.
	followed = 64
	// tries is how many events are looked at more closely, those first that share the most, and kept how many of them
	// are pairs in the end.
	tries = 16
	kept  = 8
	// likenessLeast is what a pair has to have in common to be one.
	likenessLeast = .02
)

// index finds earlier events of other languages that share rare terms.
type index struct {
	all    []profile
	langs  int
	window int64   // seconds
	first  []int64 // of an event, seconds; the comparison of times is most of what the index does
	last   []int64
	lists  map[uint64]*postings // of a term in a space and a language
	mass   []float32            // accumulator per event
	found  []int32
	best   []int32 // the heaviest of them
	lookup []probe
}

// postings are the events of a term in order; what has left the window is cut off in front.
type postings struct{ at []int32 }

type probe struct {
	list   *postings
	weight float32
	key    uint64
}

func newIndex(all []profile, window time.Duration) *index {
	x := &index{
		all: all, window: int64(window / time.Second), lists: make(map[uint64]*postings),
		mass: make([]float32, len(all)), first: make([]int64, len(all)), last: make([]int64, len(all)),
	}
	for i := range all {
		x.langs = max(x.langs, all[i].lang+1)
		if !all[i].Undated {
			x.first[i], x.last[i] = all[i].First.Unix(), all[i].Last.Unix()
		}
	}
	return x
}

func key(lang, space int, e entry) uint64 {
	return uint64(lang)<<40 | uint64(space)<<32 | uint64(e.term)
}

// heaviest returns the terms of a space that an event is posted under, by weight.
func (p *profile) heaviest(space int, buf vector) vector {
	most := otherProbes
	if space == gramSpace {
		most = gramProbes
	}
	v := append(buf[:0], p.unit[space]...)
	if len(v) > most {
		slices.SortFunc(v, func(a, b entry) int {
			return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
		})
		v = v[:most]
	}
	return v
}

// pairs calls yield with the pairs of events that share a rare term and lie within the window, the earlier one first.
func (x *index) pairs(yield func(a, b int32, like float32)) {
	var buf vector
	var terms [spaces]vector
	var near []neighbour
	for i := range x.all {
		p := &x.all[i]
		for space := range spaces {
			if space == kindSpace || space == headSpace {
				continue // event words are too few and too common to find anything by, the headline is in the grams
			}
			buf = p.heaviest(space, buf)
			terms[space] = append(terms[space][:0], buf...)
		}
		x.found = x.found[:0]
		for lang := range x.langs {
			if lang != p.lang {
				x.follow(int32(i), lang, &terms)
			}
		}
		for space := range spaces {
			for _, e := range terms[space] {
				k := key(p.lang, space, e)
				list := x.lists[k]
				if list == nil {
					list = &postings{}
					x.lists[k] = list
				}
				list.at = append(list.at, int32(i))
			}
		}
		near = near[:0]
		for _, a := range x.heaviestFound() {
			if like := likeness(&x.all[a], p); like >= likenessLeast {
				near = append(near, neighbour{a, like})
			}
		}
		for _, a := range x.found {
			x.mass[a] = 0
		}
		if len(near) > kept {
			slices.SortFunc(near, func(a, b neighbour) int {
				return cmp.Or(cmp.Compare(b.like, a.like), cmp.Compare(a.at, b.at))
			})
			near = near[:kept]
		}
		for _, n := range near {
			yield(n.at, int32(i), n.like)
		}
	}
}

// heaviestFound returns the events found that share the most, the first tries of them in order.
func (x *index) heaviestFound() []int32 {
	best := x.best[:0]
	for _, a := range x.found {
		k := len(best)
		for k > 0 && (x.mass[best[k-1]] < x.mass[a] || x.mass[best[k-1]] == x.mass[a] && best[k-1] > a) {
			k--
		}
		if k == tries {
			continue
		}
		if len(best) == tries {
			best = best[:tries-1]
		}
		best = slices.Insert(best, k, a)
	}
	x.best = best
	return best
}

// follow adds the events of one language under the terms of an event.
func (x *index) follow(i int32, lang int, terms *[spaces]vector) {
	undated := x.all[i].Undated
	oldest := x.first[i] - x.window
	x.lookup = x.lookup[:0]
	for space := range spaces {
		for _, e := range terms[space] {
			k := key(lang, space, e)
			list := x.lists[k]
			if list == nil {
				continue
			}
			// Events come in order of their first reports: what is over by now stays so.
			for !undated && len(list.at) > 0 && x.last[list.at[0]] < oldest {
				list.at = list.at[1:]
			}
			if len(list.at) > 0 {
				x.lookup = append(x.lookup, probe{list, e.weight, k})
			}
		}
	}
	slices.SortFunc(x.lookup, func(a, b probe) int {
		return cmp.Or(cmp.Compare(len(a.list.at), len(b.list.at)), cmp.Compare(a.key, b.key))
	})
	left := followed
	for _, l := range x.lookup {
		if left -= len(l.list.at); left < 0 {
			return
		}
		for _, k := range l.list.at {
			if x.all[k].Undated != undated || !undated && x.last[k] < oldest {
				continue
			}
			if x.mass[k] == 0 {
				x.found = append(x.found, k)
			}
			x.mass[k] += l.weight * l.weight
		}
	}
}
