package event

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPlacesFindLikeALinearSearch(t *testing.T) {
	var p places
	rapid.Check(t, func(t *rapid.T) {
		// Few values, many of which fall on one slot.
		key := rapid.Custom(func(t *rapid.T) uint32 {
			return rapid.Uint32Range(0, 40).Draw(t, "slot") + placeSlots*rapid.Uint32Range(0, 7).Draw(t, "round")
		})
		keys := rapid.SliceOfNDistinct(key, 0, maxTerms, rapid.ID[uint32]).Draw(t, "keys")
		p.reset(len(keys))
		for _, k := range keys {
			p.add(k)
		}
		for _, k := range append(rapid.SliceOf(key).Draw(t, "others"), keys...) {
			if got, want := p.find(k), slices.Index(keys, k); got != want {
				t.Fatalf("%d is at %d, want %d", k, got, want)
			}
		}
	})
}
