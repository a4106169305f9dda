package happening

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

// Looking terms up says what running through two vectors side by side says, to the last bit, whatever was in the table
// before.
func TestScattered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) vector {
			n := rapid.IntRange(0, 400).Draw(t, name)
			weights := make(map[text.Term]float32)
			for range n {
				// Small terms meet in both vectors; large ones fall into slots that are taken.
				term := text.Term(rapid.OneOf(rapid.Uint32Range(0, 40), rapid.Uint32()).Draw(t, "term"))
				weights[term] = rapid.Float32Range(.01, 1).Draw(t, "weight")
			}
			var v vector
			for term, w := range weights {
				v = append(v, entry{term, w})
			}
			slices.SortFunc(v, func(a, b entry) int { return cmp.Compare(a.key(), b.key()) })
			return v
		}
		var s scattered
		for range 3 {
			a, b := draw("query"), draw("other")
			s.fill(a)
			if got, want := s.dot(b), b.dot(a); got != want {
				t.Fatalf("cosine %v, want %v", got, want)
			}
		}
	})
}

// The heaviest terms are those that sorting by weight puts first.
func TestHeaviest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p profile
		for i := range rapid.IntRange(0, 30).Draw(t, "terms") {
			w := rapid.SampledFrom([]float32{.1, .2, .3}).Draw(t, "weight")
			p.unit[gramSpace] = append(p.unit[gramSpace], entry{text.Term(i), w})
		}
		want := slices.Clone(p.unit[gramSpace])
		slices.SortStableFunc(want, func(a, b entry) int {
			switch {
			case a.weight > b.weight:
				return -1
			case a.weight < b.weight:
				return 1
			}
			return 0
		})
		want = want[:min(len(want), gramProbes)]
		if got := p.heaviest(gramSpace, nil); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
