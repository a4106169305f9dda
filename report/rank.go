package report

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"strings"
	"time"
)

// freshnessAge is how long after its last story an event is worth half: a day, the rhythm of a news desk.
const freshnessAge = 24 * time.Hour

// copyWeight is what a copy counts of an independent source: a reprint shows that an outlet found the event worth its
// space, and adds no report.
const copyWeight = 0.25

// ImportanceOf ranks events and threads:
//
//	importance = log2(1 + sources + copies/4) × 24 h / (24 h + age)
//
// where age is the time since the last story. One source reporting right now is 1. No size is too small to be ranked.
// The decay is slow at the far end on purpose: in an archive, where a day more or less means nothing, the number of
// sources decides.
func ImportanceOf(sources, copies int, age time.Duration) float64 {
	weight := math.Log2(1 + float64(sources) + copyWeight*float64(copies))
	freshness := float64(freshnessAge) / (float64(freshnessAge) + float64(max(age, 0)))
	return math.Round(weight*freshness*1e6) / 1e6
}

// round keeps four decimals: what is beyond them is noise, and would make outputs of different machines differ.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }

// rank is the place of an element in a list; a greater score comes first, then what is newer, then the smaller id.
type rank struct {
	score float64
	last  time.Time
	id    string
}

func (a rank) compare(b rank) int {
	return cmp.Or(cmp.Compare(b.score, a.score), b.last.Compare(a.last), strings.Compare(a.id, b.id))
}

// top keeps the first n elements of a list without holding the rest.
type top[T any] struct {
	n     int
	items rankHeap[T]
}

// admits reports whether an element of this rank would be kept. Asking with an upper bound of the score before the
// element is read from the store saves reading what cannot be shown.
func (t *top[T]) admits(r rank) bool {
	return t.n > 0 && (len(t.items) < t.n || r.compare(t.items[0].rank) < 0)
}

func (t *top[T]) add(r rank, v T) {
	if !t.admits(r) {
		return
	}
	if len(t.items) == t.n {
		heap.Pop(&t.items)
	}
	heap.Push(&t.items, rankedItem[T]{r, v})
}

// sorted returns what was kept, first element first, and never nil.
func (t *top[T]) sorted() []T {
	slices.SortFunc(t.items, func(a, b rankedItem[T]) int { return a.rank.compare(b.rank) })
	out := make([]T, len(t.items))
	for i := range t.items {
		out[i] = t.items[i].value
	}
	return out
}

type rankedItem[T any] struct {
	rank  rank
	value T
}

// rankHeap has the last element of the list on top, which is the one to give way.
type rankHeap[T any] []rankedItem[T]

func (h rankHeap[T]) Len() int           { return len(h) }
func (h rankHeap[T]) Less(i, j int) bool { return h[i].rank.compare(h[j].rank) > 0 }
func (h rankHeap[T]) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *rankHeap[T]) Push(x any)        { *h = append(*h, x.(rankedItem[T])) }
func (h *rankHeap[T]) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
