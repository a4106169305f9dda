package neardup

import (
	"cmp"
	"context"
	"slices"
)

// batch is the work of one Add.
type batch struct {
	d         *Detector
	texts     Texts
	workers   []Scratch
	items     map[uint32]*Item // of this batch, by story
	added     []uint32         // stories in order
	questions []question
}

func newBatch(d *Detector, texts Texts, workers int) *batch {
	return &batch{d: d, texts: texts, workers: make([]Scratch, workers), items: make(map[uint32]*Item)}
}

func (b *batch) take(n uint32, it *Item) {
	b.items[n] = it
	b.added = append(b.added, n)
}

// question is a class to look up, at one time.
type question struct {
	class uint32
	at    stamp
	keys  *Keys
	found []uint32
	cut   bool
}

type pair struct{ a, b uint32 }

// close measures every pair of classes that the batch brings together, and every pair inside the components that it
// touches: classes taken up by Restore are looked up only then. It returns the classes of those components.
func (b *batch) close(ctx context.Context) ([]uint32, error) {
	d := b.d
	ask := b.questions
	touched := make(map[uint32]bool)
	for _, n := range b.added {
		touched[d.stories[n].class] = true
	}
	for c := range d.dirty {
		touched[c] = true
	}
	clear(d.dirty)
	for {
		pairs, err := b.lookUp(ctx, ask)
		if err != nil {
			return nil, err
		}
		if err := b.verify(ctx, pairs); err != nil {
			return nil, err
		}
		list := d.component(touched)
		if ask, err = b.unasked(ctx, list); err != nil || len(ask) == 0 {
			return list, err
		}
		for _, c := range list {
			touched[c] = true
		}
		d.round++
	}
}

// unasked makes the questions of the classes of a component that were never looked up.
func (b *batch) unasked(ctx context.Context, list []uint32) ([]question, error) {
	d := b.d
	var ask []question
	for _, c := range list {
		k := &d.classes[c]
		if k.asked > 0 || k.kind < Short || k.head == none {
			continue
		}
		keys, err := b.keys(ctx, k.first)
		if err != nil {
			return nil, err
		}
		for _, at := range d.times(c) {
			ask = append(ask, question{class: c, at: at, keys: keys})
		}
	}
	return ask, nil
}

// lookUp asks the index and returns the pairs that were not measured before, each once, in order.
func (b *batch) lookUp(ctx context.Context, ask []question) ([]pair, error) {
	d := b.d
	err := parallel(ctx, len(b.workers), len(ask), func(_, i int) error {
		q := &ask[i]
		q.found = d.index.query(nil, q.at, q.keys, d.params.BucketCap)
		q.found, q.cut = d.nearest(q.found, q.class, q.at)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var pairs []pair
	for i := range ask {
		q := &ask[i]
		d.stats.Queried++
		d.stats.Candidates += len(q.found)
		if q.cut {
			d.stats.Capped++
		}
		entered := d.classes[q.class].entered
		for _, c := range q.found {
			if asked := d.classes[c].asked; asked > 0 && asked >= entered && asked < d.round {
				continue
			}
			pairs = append(pairs, pair{min(q.class, c), max(q.class, c)})
		}
	}
	for i := range ask {
		d.classes[ask[i].class].asked = d.round
	}
	slices.SortFunc(pairs, func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return slices.Compact(pairs), nil
}

// withExpired adds the classes of representatives that have left the index while their groups run on.
func (d *Detector) withExpired(found []uint32) []uint32 {
	for _, c := range found[:len(found):len(found)] {
		for n := d.classes[c].head; n != none; n = d.stories[n].next {
			if r := &d.stories[d.stories[n].rep]; r.live && len(d.classes[r.class].slots) == 0 {
				found = append(found, r.class)
				break
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// nearest sorts candidates, drops repeats, dead classes and the class itself, and keeps the BucketCap nearest in time.
func (d *Detector) nearest(found []uint32, self uint32, at stamp) ([]uint32, bool) {
	slices.Sort(found)
	found = slices.Compact(found)
	if d.outlived {
		found = d.withExpired(found)
	}
	found = slices.DeleteFunc(found, func(c uint32) bool { return c == self || d.classes[c].head == none })
	if len(found) <= d.params.BucketCap {
		return found, false
	}
	type near struct {
		class uint32
		gap   int64
		first order
	}
	list := make([]near, len(found))
	for i, c := range found {
		list[i] = near{class: c, gap: 1 << 62, first: d.order(d.classes[c].first)}
		for n := d.classes[c].head; n != none; n = d.stories[n].next {
			s := &d.stories[n]
			gap := max(s.milli-at.milli, at.milli-s.milli)
			if s.undated || at.undated {
				gap = 0
			}
			list[i].gap = min(list[i].gap, gap)
		}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.gap, b.gap), a.first.compare(b.first))
	})
	found = found[:d.params.BucketCap]
	for i := range found {
		found[i] = list[i].class
	}
	slices.Sort(found)
	return found, true
}
