package event

import (
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// rankKey is less for a term of more weight, at equal weight for a lesser term: numbers are ordered faster than structures.
// Weights must not be negative, so that their bits are in their order.
func rankKey(t text.Term, weight float32) uint64 {
	return uint64(^math.Float32bits(weight))<<32 | uint64(t)
}

// selectLeast moves the k least numbers to the front, in no order there, and returns the greatest of them: quickselect
// with the median of three, linear where a sort is not.
func selectLeast(a []uint64, k int) uint64 {
	lo, hi := 0, len(a)-1
	for lo < hi {
		m := lo + (hi-lo)/2
		if a[m] < a[lo] {
			a[m], a[lo] = a[lo], a[m]
		}
		if a[hi] < a[lo] {
			a[hi], a[lo] = a[lo], a[hi]
		}
		if a[hi] < a[m] {
			a[hi], a[m] = a[m], a[hi]
		}
		pivot := a[m]
		i, j := lo, hi
		for i <= j {
			for a[i] < pivot {
				i++
			}
			for pivot < a[j] {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k-1 <= j:
			hi = j
		case k-1 >= i:
			lo = i
		default:
			return a[k-1]
		}
	}
	return a[k-1]
}

// sortSpread sorts at most maxTerms numbers whose high bits are spread as those of a hash are: each goes to where its first
// bits belong, which leaves a few neighbours to be exchanged. Any others it sorts too.
func sortSpread(a []uint64) {
	if len(a) > maxTerms {
		slices.Sort(a)
		return
	}
	const shift = 56
	var ends [1 << (64 - shift)]uint8
	for _, x := range a {
		ends[x>>shift]++
	}
	sum := uint8(0)
	for i := range ends {
		sum += ends[i]
		ends[i] = sum
	}
	var buf [maxTerms]uint64
	for _, x := range a {
		ends[x>>shift]--
		buf[ends[x>>shift]] = x
	}
	for i, x := range buf[:len(a)] {
		for i > 0 && a[i-1] > x {
			a[i] = a[i-1]
			i--
		}
		a[i] = x
	}
}

// queue hands out numbers, the least first, for who needs a few of many: making it is linear.
type queue []uint64

func (q queue) heapify() {
	for i := len(q)/2 - 1; i >= 0; i-- {
		q.sink(i)
	}
}

// pop takes the least out; there must be one.
func (q *queue) pop() uint64 {
	h := *q
	least, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	h.sink(0)
	*q = h
	return least
}

func (q queue) sink(i int) {
	for {
		k := 2*i + 1
		if k >= len(q) {
			return
		}
		if k+1 < len(q) && q[k+1] < q[k] {
			k++
		}
		if q[i] <= q[k] {
			return
		}
		q[i], q[k] = q[k], q[i]
		i = k
	}
}
