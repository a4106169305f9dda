package neardup

import (
	"context"
	"slices"
)

// class is the set of live stories with the same words. It is read as its first story is, with the furniture of that story's
// source and its headline: where another story becomes the first, all is measured anew, and where its keys are others another
// class takes its place. A class without stories stays as long as the index holds it, and is nobody's.
type class struct {
	exact   [16]byte
	head    uint32 // one story of the list, none where there is none
	first   uint32 // first story in order
	words   uint32
	kind    Kind
	stale   bool   // first is another than when the class was measured
	keys    uint64 // hash of the keys under which the index has it; 0 where it has it under several
	entered uint32 // round of the last entry into the index; 0 never
	asked   uint32 // round in which its candidates were looked for; 0 never since it was taken up
	series  uint32 // place in Detector.series, none outside
	slots   []key  // segments that hold it
}

// classOf finds the class of a print, or makes one. A story without a word is a class of its own.
func (d *Detector) classOf(p *Print) uint32 {
	if p.Kind != Empty {
		if c, ok := d.exact[p.Exact]; ok {
			return c
		}
	}
	return d.newClass(p.Exact, p.Words, p.Kind)
}

func (d *Detector) newClass(exact [16]byte, words uint32, kind Kind) uint32 {
	var c uint32
	if k := len(d.unused); k > 0 {
		c, d.unused = d.unused[k-1], d.unused[:k-1]
	} else {
		c = uint32(len(d.classes))
		d.classes = append(d.classes, class{})
	}
	d.classes[c] = class{exact: exact, head: none, first: none, words: words, kind: kind, series: none}
	if kind != Empty {
		d.exact[exact] = c
	}
	return c
}

// disown lets the next story with the words of a class found another.
func (d *Detector) disown(c uint32) {
	if k := &d.classes[c]; d.exact[k.exact] == c {
		delete(d.exact, k.exact)
	}
}

// push takes a story into its class.
func (d *Detector) push(c, n uint32) {
	k := &d.classes[c]
	d.stories[n].next = k.head
	k.head = n
	first := k.first == none || d.order(n).compare(d.order(k.first)) < 0
	if first {
		k.first = n
	}
	if k.kind < Short {
		return
	}
	switch {
	case first && k.entered > 0:
		d.shift(c)
	case !slices.Contains(k.slots, d.spans.key(d.stamp(n))):
		d.shifted = append(d.shifted, c)
	}
}

// shift marks a class that another story is the first of.
func (d *Detector) shift(c uint32) {
	d.classes[c].stale = true
	d.shifted = append(d.shifted, c)
}

// unlink takes a story out of its class.
func (d *Detector) unlink(n uint32) {
	k := &d.classes[d.stories[n].class]
	for p := &k.head; *p != none; p = &d.stories[*p].next {
		if *p == n {
			*p = d.stories[n].next
			break
		}
	}
	d.stories[n].next = none
	if k.first != n {
		return
	}
	k.first = k.head
	for m := k.head; m != none; m = d.stories[m].next {
		if d.order(m).compare(d.order(k.first)) < 0 {
			k.first = m
		}
	}
}

// renew has a stale class measured again: as it is where the index has it under the keys of its first story, else as another
// class that takes its place, whose entries in the index then find nobody. It returns the class.
func (d *Detector) renew(c uint32, keys *Keys) uint32 {
	for _, e := range d.edges[c] {
		d.dirty[e.to] = true
	}
	d.cut(c)
	k := &d.classes[c]
	k.stale = false
	if k.keys != keys.hash() {
		c = d.replace(c)
		k = &d.classes[c]
	}
	k.asked, k.entered = 0, d.round
	d.dirty[c] = true
	return c
}

// replace puts a class that the index does not know in the place of one.
func (d *Detector) replace(c uint32) uint32 {
	old := d.classes[c]
	to := d.newClass(old.exact, old.words, old.kind)
	d.classes[to].head, d.classes[to].first = old.head, old.first
	for n := old.head; n != none; n = d.stories[n].next {
		d.stories[n].class = to
	}
	if old.series != none {
		d.addToSeries(old.series, to)
		d.leaveSeries(c)
	}
	d.classes[c].head, d.classes[c].first = none, none
	return to
}

// cut forgets what was measured of a class.
func (d *Detector) cut(c uint32) {
	for _, e := range d.edges[c] {
		rest := slices.DeleteFunc(d.edges[e.to], func(o edge) bool { return o.to == c })
		if len(rest) == 0 {
			delete(d.edges, e.to)
		} else {
			d.edges[e.to] = rest
		}
	}
	delete(d.edges, c)
	delete(d.dirty, c)
	d.cache.remove(c)
}

// enter puts the classes that have shifted into the index as their first stories are read, renews the stale ones, and lets
// them be looked up at their new times.
func (b *batch) enter(ctx context.Context) error {
	d := b.d
	list := d.shifted
	d.shifted = nil
	slices.Sort(list)
	for _, c := range slices.Compact(list) {
		if d.classes[c].head == none {
			continue
		}
		keys, err := b.keys(ctx, d.classes[c].first)
		if err != nil {
			return err
		}
		again := d.classes[c].stale
		if again {
			c = d.renew(c, keys)
		}
		for _, at := range d.times(c) {
			if d.enter(c, at, keys) || again {
				b.questions = append(b.questions, question{class: c, at: at, keys: keys})
			}
		}
	}
	d.index.seal()
	return nil
}

// keys are those of a live story, of the batch or read anew.
func (b *batch) keys(ctx context.Context, n uint32) (*Keys, error) {
	if it := b.items[n]; it != nil {
		return &it.Print.Keys, nil
	}
	title, body, err := b.text(ctx, n)
	if err != nil {
		return nil, err
	}
	print := b.d.Prepare(Doc{Source: b.d.names[b.d.stories[n].source], Title: title, Text: body}, &b.workers[0])
	return &print.Keys, nil
}

// enter puts a class into the segment of a time, and reports whether it was not there.
func (d *Detector) enter(c uint32, at stamp, keys *Keys) bool {
	k, slot := &d.classes[c], d.spans.key(at)
	if slices.Contains(k.slots, slot) {
		return false
	}
	k.slots = append(k.slots, slot)
	switch sum := keys.hash(); {
	case len(k.slots) == 1:
		k.keys = sum
	case k.keys != sum:
		k.keys = 0
	}
	k.entered = d.round
	d.index.add(c, at, keys)
	return true
}

func (d *Detector) stamp(n uint32) stamp { return stamp{d.stories[n].milli, d.stories[n].undated} }

// times returns the first time in each segment that holds the class, until the next call.
func (d *Detector) times(c uint32) []stamp {
	list := d.when[:0]
	for n := d.classes[c].head; n != none; n = d.stories[n].next {
		list = append(list, d.stamp(n))
	}
	d.when = list
	if len(list) == 1 {
		return list
	}
	slices.SortFunc(list, func(a, b stamp) int {
		return compareKeys(key{a.undated, a.milli}, key{b.undated, b.milli})
	})
	return slices.CompactFunc(list, func(a, b stamp) bool { return d.spans.key(a) == d.spans.key(b) })
}
