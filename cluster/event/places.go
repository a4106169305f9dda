package event

import "slices"

// places finds where numbers stand in a short list of different ones: the terms of one text, or the stories around one,
// which are looked up from hundreds of others. Going through two sorted lists at once takes a branch at every step that
// nobody can predict; this takes one that hardly ever hits.
type places struct {
	keys  []uint32
	slots [placeSlots]uint8 // open addressing, place plus one
	maybe [1 << 8]uint8     // of another list: the places of what may be in this one
}

const placeSlots = 1 << 11

// reset starts another list of at most maxTerms numbers.
func (p *places) reset(n int) {
	p.keys = slices.Grow(p.keys[:0], n)
	clear(p.slots[:])
}

func (p *places) add(key uint32) {
	p.keys = append(p.keys, key)
	i := key % placeSlots
	for p.slots[i] != 0 {
		i = (i + 1) % placeSlots
	}
	p.slots[i] = uint8(len(p.keys))
}

// may returns 1 for a number that may be in the list, 0 for most that are not. It takes no branch: what a slot holds is at
// most maxTerms, 1<<7.
func (p *places) may(key uint32) uint8 { return (p.slots[key%placeSlots] + 1<<7 - 1) >> 7 }

// find returns the place of a number, -1 where it is not in the list.
func (p *places) find(key uint32) int {
	for i := key % placeSlots; ; i = (i + 1) % placeSlots {
		k := p.slots[i]
		if k == 0 {
			return -1
		}
		if p.keys[k-1] == key {
			return int(k - 1)
		}
	}
}
