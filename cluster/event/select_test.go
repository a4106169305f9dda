package event

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSelectLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Uint64Range(0, 50), 1, 80).Draw(t, "a")
		k := rapid.IntRange(1, len(a)).Draw(t, "k")
		want := slices.Sorted(slices.Values(a))[:k]
		most := selectLeast(a, k)
		if got := slices.Sorted(slices.Values(a[:k])); !slices.Equal(got, want) || most != want[k-1] {
			t.Fatalf("first %d are %v up to %d, want %v", k, got, most, want)
		}
	})
}

func TestRankKeysOrderByWeightThenTerm(t *testing.T) {
	ranked := []uint64{rankKey(9, 3.5), rankKey(2, 1), rankKey(3, 1), rankKey(1, .25), rankKey(1, 0)}
	if !slices.IsSorted(ranked) {
		t.Errorf("keys %x are out of order", ranked)
	}
}

func TestSortSpreadIsASort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Hashes, and numbers that all begin alike, up to more than it has room for.
		number := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 40))
		a := rapid.SliceOfN(number, 0, maxTerms+2).Draw(t, "numbers")
		want := slices.Sorted(slices.Values(a))
		if sortSpread(a); !slices.Equal(a, want) {
			t.Fatalf("got %v, want %v", a, want)
		}
	})
}

// Candidates are kept in a heap while they come; it must hold what a full sort would.
func TestKeepBestIsTheTopOfASort(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 40).Draw(rt, "limit")
		scores := rapid.SliceOf(rapid.IntRange(0, 30)).Draw(rt, "scores")
		var all, kept []found
		for i, s := range scores {
			x := found{int32(i), float32(s)}
			all = append(all, x)
			kept = keepBest(kept, x, limit)
		}
		slices.SortFunc(all, byFound)
		slices.SortFunc(kept, byFound)
		if want := all[:min(limit, len(all))]; !slices.Equal(want, kept) {
			rt.Fatalf("kept %v, want %v", kept, want)
		}
	})
}

func TestQueueHandsOutInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOf(rapid.Uint64Range(0, 40)).Draw(t, "numbers")
		q := queue(slices.Clone(numbers))
		q.heapify()
		got := make([]uint64, 0, len(numbers))
		for len(q) > 0 {
			got = append(got, q.pop())
		}
		slices.Sort(numbers)
		if !slices.Equal(got, numbers) {
			t.Fatalf("got %v, want %v", got, numbers)
		}
	})
}
