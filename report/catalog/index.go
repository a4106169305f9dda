package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/samestory/samestory/report"
)

// index finds slots by terms.
type index struct {
	ids      map[string]uint32
	terms    []string   // by number
	order    []uint32   // numbers in the order of the terms
	postings [][]uint32 // by number, slots in order
}

func newIndex() index { return index{ids: map[string]uint32{}} }

// termsOf are the different terms of some texts, in order.
func termsOf(texts []string) []string {
	var list []string
	for _, t := range texts {
		report.Terms(t, func(term string) { list = append(list, term) })
	}
	slices.Sort(list)
	list = slices.Compact(list)
	for i := range list {
		list[i] = strings.Clone(list[i]) // a term must not keep the text that it was in
	}
	return list
}

// merged is the order of the terms with those among more that are not there yet, which it gives too, both in order.
func (x *index) merged(more [][]string) (order []uint32, fresh []string) {
	for _, list := range more {
		for _, t := range list {
			if _, ok := x.ids[t]; !ok {
				fresh = append(fresh, t)
			}
		}
	}
	slices.Sort(fresh)
	fresh = slices.Compact(fresh)
	order = make([]uint32, 0, len(x.order)+len(fresh))
	left := x.order
	for k, t := range fresh {
		n := sort.Search(len(left), func(i int) bool { return x.terms[left[i]] >= t })
		order = append(append(order, left[:n]...), uint32(len(x.terms)+k))
		left = left[n:]
	}
	return append(order, left...), fresh
}

// extend takes in what merged gave.
func (x *index) extend(order []uint32, fresh []string) {
	for _, t := range fresh {
		x.ids[t] = uint32(len(x.terms))
		x.terms = append(x.terms, t)
		x.postings = append(x.postings, nil)
	}
	x.order = order
}

// add puts a slot, higher than any before, under terms that are all there.
func (x *index) add(slot uint32, terms []string) {
	for _, t := range terms {
		id := x.ids[t]
		x.postings[id] = append(x.postings[id], slot)
	}
}

// find gives the slots that have what is asked for, of n that there are.
func (x *index) find(needle report.Needle, n int) bitset {
	set := newBitset(n)
	put := func(id uint32) {
		for _, slot := range x.postings[id] {
			set.put(slot)
		}
	}
	if !needle.Prefix {
		if id, ok := x.ids[needle.Term]; ok {
			put(id)
		}
		return set
	}
	from := sort.Search(len(x.order), func(i int) bool { return x.terms[x.order[i]] >= needle.Term })
	for _, id := range x.order[from:] {
		if !strings.HasPrefix(x.terms[id], needle.Term) {
			break
		}
		put(id)
	}
	return set
}

// packed is the index with the slots renumbered, without those that went to gone, and without terms that nothing has.
func (x *index) packed(to []uint32) index {
	y := newIndex()
	for _, id := range x.order {
		var kept []uint32
		for _, slot := range x.postings[id] {
			if to[slot] != gone {
				kept = append(kept, to[slot])
			}
		}
		if kept != nil {
			n := uint32(len(y.terms))
			y.ids[x.terms[id]] = n
			y.terms, y.order, y.postings = append(y.terms, x.terms[id]), append(y.order, n), append(y.postings, kept)
		}
	}
	return y
}

// gone is where a slot is renumbered to that is empty.
const gone = ^uint32(0)

// bitset is a set of slots.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) put(i uint32)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i uint32) bool { return b[i/64]&(1<<(i%64)) != 0 }

// findAll gives a set for each needle, the longest term first.
func (x *index) findAll(needles []report.Needle, n int) []bitset {
	needles = slices.Clone(needles)
	slices.SortStableFunc(needles, func(a, b report.Needle) int { return cmp.Compare(len(b.Term), len(a.Term)) })
	sets := make([]bitset, len(needles))
	for i, needle := range needles {
		sets[i] = x.find(needle, n)
	}
	return sets
}
