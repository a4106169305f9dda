package event

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSelectFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 80).Draw(t, "a")
		k := rapid.IntRange(1, len(a)).Draw(t, "k")
		want := slices.Sorted(slices.Values(a))[:k]
		selectFirst(a, k, func(a, b *int) bool { return *a < *b })
		if got := slices.Sorted(slices.Values(a[:k])); !slices.Equal(got, want) {
			t.Fatalf("first %d are %v, want %v", k, got, want)
		}
	})
}
