package happening

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

// Entries are in order of their terms, of one term the heaviest first, of which alone distinct leaves any.
func TestSorter(t *testing.T) {
	var s sorter
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Custom(func(t *rapid.T) entry {
			return entry{text.Term(rapid.Uint32Range(0, 9).Draw(t, "term") << 29), rapid.Float32Range(0, 4).Draw(t, "weight")}
		})).Draw(t, "entries")
		want := slices.Clone(list)
		slices.SortFunc(want, func(a, b entry) int { return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(b.weight, a.weight)) })
		same := gocmp.AllowUnexported(entry{})
		got := slices.Clone(list)
		if s.entries(got); gocmp.Diff(want, got, same) != "" {
			t.Errorf("in order (-want +got):\n%s", gocmp.Diff(want, got, same))
		}
		want = slices.CompactFunc(want, func(a, b entry) bool { return a.term == b.term })
		if got := s.distinct(list); gocmp.Diff(want, got, same) != "" {
			t.Errorf("distinct (-want +got):\n%s", gocmp.Diff(want, got, same))
		}
	})
}
