package happening

import (
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// sorter orders entries as numbers, which takes half the time of comparing their parts. It belongs to one goroutine; the
// zero value is ready.
type sorter struct{ keys []uint64 }

// entries orders by term, the heaviest of one first. No weight is negative, so that their bits are in their order.
func (s *sorter) entries(v []entry) {
	if len(v) < 2 {
		return
	}
	s.keys = s.keys[:0]
	for _, e := range v {
		s.keys = append(s.keys, uint64(e.term)<<32|uint64(^math.Float32bits(e.weight)))
	}
	slices.Sort(s.keys)
	for i, k := range s.keys {
		v[i] = entry{text.Term(k >> 32), math.Float32frombits(^uint32(k))}
	}
}

// distinct orders by term and keeps the heaviest of each.
func (s *sorter) distinct(v []entry) []entry {
	s.entries(v)
	return slices.CompactFunc(v, func(a, b entry) bool { return a.term == b.term })
}
