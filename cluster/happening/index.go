package happening

import (
	"cmp"
	"slices"
	"time"
)

const (
	// probes is how many of its heaviest terms of each kind an event is found by.
	gramProbes  = 24
	otherProbes = 12
	// postingCap is how many events of one language a term is followed to, latest first.
	postingCap = 48
	// tries is how many events are compared exactly, those first that share the most.
	tries = 32
)

// posting is a term of a language.
type posting struct {
	lang, space int
	term        uint32
}

// index finds earlier events of other languages that share heavy terms.
type index struct {
	all   []profile
	langs int
	lists map[posting][]int32
	mass  []float32 // accumulator per event
	found []int32
}

func newIndex(all []profile) *index {
	langs := 0
	for i := range all {
		langs = max(langs, all[i].lang+1)
	}
	return &index{all: all, langs: langs, lists: make(map[posting][]int32), mass: make([]float32, len(all))}
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

// pairs calls yield with every pair of events that share a heavy term and lie within the window, the earlier one first.
func (x *index) pairs(window time.Duration, yield func(a, b int32)) {
	var buf vector
	for i := range x.all {
		p := &x.all[i]
		x.found = x.found[:0]
		for space := range spaces {
			if space == kindSpace || space == headSpace {
				continue // event words are too few and too common to find anything by, the headline is in the grams
			}
			buf = p.heaviest(space, buf)
			for _, e := range buf {
				x.follow(p, space, e, window)
			}
			for _, e := range buf {
				at := posting{p.lang, space, uint32(e.term)}
				x.lists[at] = append(x.lists[at], int32(i))
			}
		}
		slices.SortFunc(x.found, func(a, b int32) int {
			return cmp.Or(cmp.Compare(x.mass[b], x.mass[a]), cmp.Compare(a, b))
		})
		for k, a := range x.found {
			x.mass[a] = 0
			if k < tries {
				yield(a, int32(i))
			}
		}
	}
}

// follow adds the events of other languages under one term.
func (x *index) follow(p *profile, space int, e entry, window time.Duration) {
	for lang := range x.langs {
		if lang == p.lang {
			continue
		}
		list := x.lists[posting{lang, space, uint32(e.term)}]
		for _, i := range list[max(0, len(list)-postingCap):] {
			other := &x.all[i]
			if other.Undated != p.Undated || gap(other.Event, p.Event) > window {
				continue
			}
			if x.mass[i] == 0 {
				x.found = append(x.found, i)
			}
			x.mass[i] += e.weight * e.weight
		}
	}
}
