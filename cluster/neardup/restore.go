package neardup

import (
	"fmt"
	"slices"
)

// Restore takes up stories of earlier runs, in one call, before the first Add. Nothing is looked up or compared: their
// groups stand as they were stored until a batch touches them. Restore the whole of a group or nothing of it. An id that
// is live gives ErrDuplicateID.
func (d *Detector) Restore(items []Item) error {
	d.round++
	d.chooseEngine(len(items))
	if len(d.stories) == 0 {
		d.stories, d.classes = make([]story, 0, len(items)), make([]class, 0, len(items))
		d.ids, d.exact = make(map[string]uint32, len(items)), make(map[[16]byte]uint32, len(items))
	}
	reps := make(map[string]uint32) // of the groups of two or more
	for i := range items {
		if items[i].Copy.Relation != Origin {
			reps[items[i].Group] = none
		}
	}
	places := make([]uint32, len(items))
	for i := range items {
		it := &items[i]
		if _, live := d.ids[it.ID]; live {
			return fmt.Errorf("%w: %q", ErrDuplicateID, it.ID)
		}
		n := d.insert(it)
		places[i] = n
		s := &d.stories[n]
		s.placed = true
		s.relation = it.Copy.Relation
		s.jaccard, s.inside, s.contains = float32(it.Copy.Jaccard), float32(it.Copy.Contained), float32(it.Copy.Contains)
		if it.Copy.Relation == Origin {
			s.jaccard, s.inside, s.contains = 1, 1, 1
			if it.Group != "" {
				d.keep(n, it.Group)
			}
			if _, ok := reps[it.Group]; ok {
				reps[it.Group] = n
			}
		}
		if it.Series != "" {
			s.series = it.Series
			d.restoreSeries(s.class, it.Series)
		}
	}
	d.enterRestored(items, places)
	for i, n := range places {
		it := &items[i]
		if rep, ok := reps[it.Group]; ok && rep != n && rep != none {
			d.stories[n].rep = rep
			d.restoreEdge(d.stories[n].class, d.stories[rep].class, it.Copy)
		}
	}
	for i := range d.series {
		s := &d.series[i]
		s.renamed, s.kept = false, false
		d.keepName(uint32(i))
	}
	return nil
}

// enterRestored puts the classes of restored stories into the index. A class whose first story has changed by them stays
// stale until the next Add, which may read texts; one whose first story was there before is held in new segments by the
// keys of what came, which are mostly the same.
func (d *Detector) enterRestored(items []Item, places []uint32) {
	for i, n := range places {
		if c := d.stories[n].class; d.classes[c].first == n && d.classes[c].kind >= Short {
			for _, at := range d.times(c) {
				d.enter(c, at, &items[i].Print.Keys)
			}
		}
	}
	for i, n := range places {
		if c := d.stories[n].class; d.classes[c].kind >= Short {
			d.enter(c, d.stamp(n), &items[i].Print.Keys)
		}
	}
	d.shifted = slices.DeleteFunc(d.shifted, func(c uint32) bool { return !d.classes[c].stale })
	d.index.seal()
}

func (d *Detector) restoreSeries(c uint32, id string) {
	if d.classes[c].series != none {
		return
	}
	n, ok := d.named[id]
	if !ok {
		n = d.newSeries()
		d.named[id] = n
		d.series[n].id = id
	}
	d.addToSeries(n, c)
}

// restoreEdge keeps what an earlier run decided of a story and its representative, until the two are measured again.
func (d *Detector) restoreEdge(c, rep uint32, with Copy) {
	if c == rep {
		return
	}
	e := evidence{
		jaccard: float32(with.Jaccard), contained: float32(with.Contained), contains: float32(with.Contains),
		shared: uint32(d.params.InsideMin),
	}
	d.setEdge(c, edge{to: rep, evidence: e})
	d.setEdge(rep, edge{to: c, evidence: e.mirror()})
}
