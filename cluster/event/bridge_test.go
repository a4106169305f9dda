package event

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A round-up of two events is near to the stories of both. Two events that are a little alike are joined through it by
// linkage alone, and are not when it waits until they are there.
func TestRoundUpsBringNoEventsTogether(t *testing.T) {
	t.Parallel()
	// 0 and 1 report a ferry that sank, 2 and 3 a bank that was sold on the same day, 4 is the evening round-up.
	bonds := []bond{
		{0, 1, .95},
		{2, 3, .95},
		{0, 2, .42},
		{0, 3, .42},
		{1, 2, .42},
		{1, 3, .42},
		{0, 4, .9},
		{1, 4, .9},
		{2, 4, .88},
		{3, 4, .88},
	}
	const threshold, density = .5, 1.25
	if diff := cmp.Diff([]int32{0, 0, 0, 0, 0}, linkage(5, bonds, alike(threshold, density), nil)); diff != "" {
		t.Fatalf("the fixture is no bridge (-want +got):\n%s", diff)
	}
	loose := []bool{false, false, false, false, true}
	if diff := cmp.Diff([]int32{0, 0, 2, 2, 0}, linkApart(loose, bonds, threshold, alike(threshold, density), nil)); diff != "" {
		t.Errorf("with the round-up apart (-want +got):\n%s", diff)
	}
}

// Live pages without reports beside them are an event as any stories are.
func TestLivePagesAmongThemselves(t *testing.T) {
	t.Parallel()
	bonds := []bond{{0, 1, .9}, {0, 2, .1}, {1, 2, .1}}
	got := linkApart([]bool{true, true, true}, bonds, .5, alike(.5, .5), nil)
	if diff := cmp.Diff([]int32{0, 0, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever is loose, the others are clustered as if it were not there, and nothing depends on the order of the bonds.
func TestLooseStoriesChangeNothingAmongTheOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "stories")
		loose := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "loose")
		var bonds, firm []bond
		for a := range n {
			for b := a + 1; b < n; b++ {
				l := bond{int32(a), int32(b), rapid.Float64Range(0, 1).Draw(t, "link")}
				bonds = append(bonds, l)
				if !loose[a] && !loose[b] {
					firm = append(firm, l)
				}
			}
		}
		got, want := linkApart(loose, bonds, .5, alike(.5, .5), nil), linkage(n, firm, alike(.5, .5), nil)
		for a := range n {
			for b := range n {
				if !loose[a] && !loose[b] && (got[a] == got[b]) != (want[a] == want[b]) {
					t.Fatalf("%d and %d: %v, without loose stories %v", a, b, got, want)
				}
			}
		}
		shuffled := rapid.Permutation(bonds).Draw(t, "order")
		if n > 1 && len(got) == n {
			again := linkApart(loose, shuffled, .5, alike(.5, .5), nil)
			for i := range got {
				if got[i] != again[i] {
					t.Fatalf("in another order %v, was %v", again, got)
				}
			}
		}
	})
}
