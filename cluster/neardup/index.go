package neardup

import (
	"math"
	"slices"
	"time"
)

// index finds the classes that share a band key with a story. Entries are put into segments by time, so that expiry
// drops segments. The two engines give the same candidates after capping, but for the fingerprint extras of flat, which
// verification removes.
type index interface {
	// add takes one class into the segment of its time; it is searchable after seal.
	add(class uint32, at stamp, keys *Keys)
	seal()
	// query appends the classes that share a key with keys, in any order, repeats allowed: those within reach of the
	// time, the nearest limit of them per key at least. Many goroutines may query a sealed index.
	query(dst []uint32, at stamp, keys *Keys, limit int) []uint32
	// drop removes the segments that end before the time.
	drop(before int64)
	len() int
}

// stamp is the place of a story in time, as far as the index cares. Undated stories are within reach of every time.
type stamp struct {
	milli   int64
	undated bool
}

// spans cuts time into segments.
type spans struct {
	width  int64 // milliseconds of one segment
	window int64 // milliseconds two stories may lie apart
}

// segmentsPerWindow balances the segments a query visits (twice as many, and one) against what a straddling segment
// keeps after its first story has expired.
const segmentsPerWindow = 4

func newSpans(window time.Duration) spans {
	w := window.Milliseconds()
	return spans{width: max(w/segmentsPerWindow, 1), window: w}
}

// slot is the number of the segment that a time falls into.
func (s spans) slot(milli int64) int64 {
	n := milli / s.width
	if milli < 0 && n*s.width != milli {
		n--
	}
	return n
}

// key identifies a segment.
type key struct {
	undated bool
	slot    int64
}

func (s spans) key(at stamp) key { return key{at.undated, s.slot(at.milli)} }

// reach is the range of segments, inclusive, whose dated stories may be compared with a story.
func (s spans) reach(at stamp) (from, to int64) {
	if at.undated {
		return math.MinInt64, math.MaxInt64
	}
	return s.slot(at.milli - s.window), s.slot(at.milli + s.window)
}

// board holds segments of one engine in order.
type board[S any] struct {
	keys []key
	list []S
}

func compareKeys(a, b key) int {
	switch {
	case a.undated != b.undated:
		if a.undated {
			return 1
		}
		return -1
	case a.slot < b.slot:
		return -1
	case a.slot > b.slot:
		return 1
	}
	return 0
}

// at returns the segment of a key, made by fresh where there is none.
func (b *board[S]) at(k key, fresh func() S) *S {
	i, ok := slices.BinarySearchFunc(b.keys, k, compareKeys)
	if !ok {
		b.keys = slices.Insert(b.keys, i, k)
		b.list = slices.Insert(b.list, i, fresh())
	}
	return &b.list[i]
}

// within calls f with the segments that a story can have candidates in.
func (b *board[S]) within(s spans, at stamp, f func(*S)) {
	from, to := s.reach(at)
	for i, k := range b.keys {
		if k.undated || k.slot >= from && k.slot <= to {
			f(&b.list[i])
		}
	}
}

// drop removes the segments that end before the time.
func (b *board[S]) drop(s spans, before int64) {
	n := 0
	for i, k := range b.keys {
		if (k.slot+1)*s.width <= before {
			continue
		}
		b.keys[n], b.list[n] = k, b.list[i]
		n++
	}
	clear(b.list[n:])
	b.keys, b.list = b.keys[:n], b.list[:n]
}

// indexEntry is one class in one segment.
type indexEntry struct {
	class uint32
	at    stamp
	keys  Keys
}
