package happening

import (
	"cmp"
	"slices"
	"time"
)

const (
	// gramProbes and otherProbes are by how many of its heaviest terms of a space an event is found. Half as many again
	// find as much, at half the cost again.
	gramProbes  = 8
	otherProbes = 8
	// followed is how many postings of one other language an event follows, those of its rarest terms first. A term
	// whose postings do not fit any more is left alone: it is too common to point at anything.
	followed = 64
	// tries is how many events are looked at more closely, those first that share the most.
	tries = 8
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
	dated  []bool
	slots  map[uint64]int32 // of a term in a space: where in lists its postings are
	lists  [][]postings     // one for each language that has the term
	query  scattered
	mass   []float32 // accumulator per event
	found  []int32
	best   []int32   // the heaviest of them
	lookup [][]probe // of each language
}

// postings are the events of a term in order; what has left the window is cut off in front.
type postings struct {
	lang  int32
	front int64 // when the first of them ended: it says whether there is anything to cut without a look at the event
	at    []int32
}

type probe struct {
	at     []int32
	weight float32
	key    uint64
}

func newIndex(all []profile, window time.Duration) *index {
	x := &index{
		all: all, window: int64(window / time.Second), slots: make(map[uint64]int32),
		mass: make([]float32, len(all)), first: make([]int64, len(all)), last: make([]int64, len(all)),
		dated: make([]bool, len(all)),
	}
	for i := range all {
		x.langs = max(x.langs, all[i].lang+1)
		if !all[i].Undated {
			x.dated[i], x.first[i], x.last[i] = true, all[i].First.Unix(), all[i].Last.Unix()
		}
	}
	x.lookup = make([][]probe, x.langs)
	return x
}

func key(space int, e entry) uint64 { return uint64(space)<<32 | uint64(e.term) }

// heaviest returns the terms of a space that an event is posted under, by weight.
func (p *profile) heaviest(space int, buf vector) vector {
	most := otherProbes
	if space == gramSpace {
		most = gramProbes
	}
	v := buf[:0]
	for _, e := range p.unit[space] {
		k := len(v)
		for k > 0 && heavier(e, v[k-1]) {
			k--
		}
		if k == most {
			continue
		}
		if len(v) == most {
			v = v[:most-1]
		}
		v = slices.Insert(v, k, e)
	}
	return v
}

func heavier(a, b entry) bool {
	return a.weight > b.weight || a.weight == b.weight && a.term < b.term
}

// pairs calls yield with the pairs of events that share a rare term and lie within the window, the earlier one first.
func (x *index) pairs(yield func(a, b int32, like float32)) {
	var buf vector
	var terms [spaces]vector
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
		x.post(int32(i), &terms)
		for lang := range x.lookup {
			x.follow(int32(i), x.lookup[lang])
		}
		x.query.fill(p.unit[gramSpace])
		for _, a := range x.heaviestFound() {
			if like := x.likeness(&x.all[a], p); like >= likenessLeast {
				yield(a, int32(i), like)
			}
		}
		for _, a := range x.found {
			x.mass[a] = 0
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

// post looks up what other languages have under the terms of an event, and posts it there itself.
func (x *index) post(i int32, terms *[spaces]vector) {
	own := int32(x.all[i].lang)
	oldest := x.first[i] - x.window
	for lang := range x.lookup {
		x.lookup[lang] = x.lookup[lang][:0]
	}
	for space := range spaces {
		for _, e := range terms[space] {
			k := key(space, e)
			slot, ok := x.slots[k]
			if !ok {
				slot = int32(len(x.lists))
				x.slots[k] = slot
				x.lists = append(x.lists, nil)
			}
			lists := x.lists[slot]
			posted := false
			for n := range lists {
				l := &lists[n]
				if l.lang == own {
					if len(l.at) == 0 {
						l.front = x.last[i]
					}
					l.at = append(l.at, i)
					posted = true
					continue
				}
				// Events come in order of their first reports: what is over by now stays so.
				for x.dated[i] && len(l.at) > 0 && l.front < oldest {
					if l.at = l.at[1:]; len(l.at) > 0 {
						l.front = x.last[l.at[0]]
					}
				}
				if len(l.at) > 0 {
					x.lookup[l.lang] = append(x.lookup[l.lang], probe{l.at, e.weight, k})
				}
			}
			if !posted {
				x.lists[slot] = append(lists, postings{own, x.last[i], []int32{i}})
			}
		}
	}
}

// follow adds the events of one language, those of the rarest terms first.
func (x *index) follow(i int32, lookup []probe) {
	dated, oldest := x.dated[i], x.first[i]-x.window
	slices.SortFunc(lookup, func(a, b probe) int {
		if c := len(a.at) - len(b.at); c != 0 {
			return c
		}
		return cmp.Compare(a.key, b.key)
	})
	left := followed
	for _, l := range lookup {
		if left -= len(l.at); left < 0 {
			return
		}
		for _, k := range l.at {
			if x.dated[k] != dated || dated && x.last[k] < oldest {
				continue
			}
			if x.mass[k] == 0 {
				x.found = append(x.found, k)
			}
			x.mass[k] += l.weight * l.weight
		}
	}
}
