package happening

import "github.com/samestory/samestory/cluster/text"

// scattered is a vector spread over a table, to be compared with many others: their terms are looked up and the two are
// not run through side by side, where every step is a guess.
type scattered struct {
	keys    []text.Term
	weights []float32
	taken   []int32 // slots to be cleared
	zero    float32 // weight of the term 0, which marks a free slot
}

// fill puts a vector in the place of the one before.
func (s *scattered) fill(v vector) {
	for _, i := range s.taken {
		s.keys[i], s.weights[i] = 0, 0
	}
	s.taken, s.zero = s.taken[:0], 0
	if 4*len(v) > len(s.keys) {
		size := 1 << 8
		for size < 4*len(v) {
			size *= 2
		}
		s.keys, s.weights = make([]text.Term, size), make([]float32, size)
	}
	for _, e := range v {
		if e.term == 0 {
			s.zero = e.weight
			continue
		}
		i := s.slot(e.term)
		s.keys[i], s.weights[i] = e.term, e.weight
		s.taken = append(s.taken, int32(i))
	}
}

func (s *scattered) slot(t text.Term) int {
	mask := len(s.keys) - 1
	i := int(uint32(t)*2654435769>>12) & mask
	for s.keys[i] != 0 && s.keys[i] != t {
		i = (i + 1) & mask
	}
	return i
}

// dot is that of a vector and the one in the table, summed in the order of terms as vector.dot sums, to the last bit.
func (s *scattered) dot(v vector) float64 {
	if len(s.keys) == 0 {
		return 0
	}
	sum := 0.0
	for _, e := range v {
		w := s.zero
		if e.term != 0 {
			w = s.weights[s.slot(e.term)]
		}
		if w != 0 {
			sum += float64(e.weight) * float64(w)
		}
	}
	return sum
}
