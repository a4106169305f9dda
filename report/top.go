package report

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
	"time"
)

// Rank is the place of an element in a list: a greater score comes first, then what is newer, then the smaller id. No two
// elements of a list have the same.
type Rank struct {
	Score float64
	Last  time.Time // whole seconds
	ID    string
}

// Compare is less than 0 where a comes before b.
func (a Rank) Compare(b Rank) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), b.Last.Compare(a.Last), strings.Compare(a.ID, b.ID))
}

// Top keeps the first elements of a list without holding the rest.
type Top[T any] struct {
	n     int
	items rankHeap[T]
}

// NewTop makes a list that keeps n elements.
func NewTop[T any](n int) *Top[T] { return &Top[T]{n: n} }

// Admits reports whether an element of this rank would be kept. Asking with an upper bound of the score before the
// element is read from the store saves reading what cannot be shown.
func (t *Top[T]) Admits(r Rank) bool {
	return t.n > 0 && (len(t.items) < t.n || r.Compare(t.items[0].rank) < 0)
}

// Last is the rank of the last element that is kept, once there is no room for another.
func (t *Top[T]) Last() (r Rank, full bool) {
	if t.n == 0 || len(t.items) < t.n {
		return r, false
	}
	return t.items[0].rank, true
}

// worst is the rank of the last element that is kept, and false where there is none.
func (t *Top[T]) worst() (r Rank, ok bool) {
	if len(t.items) == 0 {
		return r, false
	}
	return t.items[0].rank, true
}

// Add takes in an element if it is among the first so far.
func (t *Top[T]) Add(r Rank, v T) {
	if !t.Admits(r) {
		return
	}
	if len(t.items) == t.n {
		heap.Pop(&t.items)
	}
	heap.Push(&t.items, rankedItem[T]{r, v})
}

// Sorted returns what was kept, first element first, and never nil. Nothing may be added after it.
func (t *Top[T]) Sorted() []T {
	slices.SortFunc(t.items, func(a, b rankedItem[T]) int { return a.rank.Compare(b.rank) })
	out := make([]T, len(t.items))
	for i := range t.items {
		out[i] = t.items[i].value
	}
	return out
}

type rankedItem[T any] struct {
	rank  Rank
	value T
}

// rankHeap has the last element of the list on top, which is the one to give way.
type rankHeap[T any] []rankedItem[T]

func (h rankHeap[T]) Len() int           { return len(h) }
func (h rankHeap[T]) Less(i, j int) bool { return h[i].rank.Compare(h[j].rank) > 0 }
func (h rankHeap[T]) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *rankHeap[T]) Push(x any)        { *h = append(*h, x.(rankedItem[T])) }
func (h *rankHeap[T]) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
