package thread

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

// A table that is made of what others left behind has the same terms in the same places as one that is made anew, since in
// which order the weights of a mean are added up depends on these.
func TestTablesOfSpareMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s spare
		for range 4 {
			anew, again := table{}, table{spare: &s}
			if n := rapid.IntRange(0, 200).Draw(t, "reserved"); n > 0 {
				anew.reserve(n)
				again.reserve(n)
			}
			for _, x := range rapid.SliceOfN(rapid.Uint32Range(1, 500), 0, 300).Draw(t, "terms") {
				anew.add(text.Term(x), float64(x))
				again.add(text.Term(x), float64(x))
			}
			if diff := cmp.Diff(anew.keys, again.keys) + cmp.Diff(anew.vals, again.vals); diff != "" || anew.n != again.n {
				t.Fatalf("%d and %d terms (-anew +again):\n%s", anew.n, again.n, diff)
			}
			again.drop()
		}
	})
}
