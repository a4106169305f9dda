package thread

import (
	"math/bits"

	"github.com/samestory/samestory/cluster/text"
)

// spare is the memory of tables that were outgrown or are needed no more. A linking makes thousands, most of which double
// several times, and what it leaves behind is collected while pages are to be answered. A nil spare has none and keeps none.
type spare struct {
	cells [bits.UintSize + 1][]cells // by the length of their size in bits
}

type cells struct {
	keys []text.Term
	vals []float64
}

// take returns the memory of an empty table of a size.
func (s *spare) take(size int) ([]text.Term, []float64) {
	if s != nil {
		list := &s.cells[bits.Len(uint(size))]
		if n := len(*list); n > 0 && len((*list)[n-1].keys) == size {
			c := (*list)[n-1]
			*list = (*list)[:n-1]
			clear(c.keys)
			clear(c.vals)
			return c.keys, c.vals
		}
	}
	return make([]text.Term, size), make([]float64, size)
}

// give takes back what nobody looks at any more.
func (s *spare) give(keys []text.Term, vals []float64) {
	if s != nil && len(keys) > 0 {
		list := &s.cells[bits.Len(uint(len(keys)))]
		*list = append(*list, cells{keys, vals})
	}
}
