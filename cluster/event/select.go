package event

// selectFirst moves the k first elements under a total order to the front, in no order there: quickselect with the
// median of three, linear where a sort is not.
func selectFirst[T any](a []T, k int, before func(a, b *T) bool) {
	lo, hi := 0, len(a)-1
	for lo < hi {
		m := lo + (hi-lo)/2
		if before(&a[m], &a[lo]) {
			a[m], a[lo] = a[lo], a[m]
		}
		if before(&a[hi], &a[lo]) {
			a[hi], a[lo] = a[lo], a[hi]
		}
		if before(&a[hi], &a[m]) {
			a[hi], a[m] = a[m], a[hi]
		}
		pivot := a[m]
		i, j := lo, hi
		for i <= j {
			for before(&a[i], &pivot) {
				i++
			}
			for before(&pivot, &a[j]) {
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
			return
		}
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
