package neardup

import (
	"slices"
	"time"
)

// Expire drops the index segments that end before the time, and the groups all of whose stories lie in them. A group
// with a younger member stays whole, so that expiry changes no group and tells nothing. Groups whose representative is
// forgotten go too, whatever segment they lie in: who has let go of their stories may bring them again by Restore.
func (d *Detector) Expire(before time.Time, forgotten func(id string) bool) {
	limit := before.UnixMilli()
	d.index.drop(limit)
	expired := func(milli int64) bool { return (d.spans.slot(milli)+1)*d.spans.width <= limit }

	young := make(map[uint32]bool) // representatives with a member that stays
	for n := range d.stories {
		if s := &d.stories[n]; s.live && !expired(s.milli) {
			young[s.rep] = true
		}
	}
	gone := make(map[uint32]bool)
	for n := range d.stories {
		if s := &d.stories[n]; s.live && (!young[s.rep] || forgotten(d.stories[s.rep].id)) {
			d.unlink(uint32(n))
			delete(d.ids, s.id)
			gone[uint32(n)] = true
		}
	}
	for _, n := range d.dead { // removed before, and not told yet: what they belonged to is gone
		if s := &d.stories[n]; gone[s.rep] {
			s.placed = false
		}
	}
	for n := range d.stories {
		if gone[uint32(n)] {
			d.unkeep(uint32(n))
			d.stories[n] = story{}
			d.spare = append(d.spare, uint32(n))
		}
	}
	d.outlived = false
	for c := range d.classes {
		k := &d.classes[c]
		if len(k.slots) > 0 {
			k.slots = slices.DeleteFunc(k.slots, func(s key) bool { return (s.slot+1)*d.spans.width <= limit })
		}
		if k.head != none && len(k.slots) == 0 && k.kind >= Short && k.kind != free {
			d.outlived = true
		}
		if k.head == none && len(k.slots) == 0 && k.kind != free {
			d.endClass(uint32(c))
		}
	}
}

// free marks a class whose place can be used again.
const free = Kind(255)

// endClass forgets a class that has no story and no entry in the index.
func (d *Detector) endClass(c uint32) {
	d.disown(c)
	d.cut(c)
	d.leaveSeries(c)
	d.classes[c] = class{kind: free, head: none, first: none, series: none}
	d.unused = append(d.unused, c)
}

// release makes the places of ended stories free again.
func (d *Detector) release() {
	for _, n := range d.dead {
		d.unkeep(n)
		d.stories[n] = story{}
		d.spare = append(d.spare, n)
	}
	d.dead = d.dead[:0]
}
