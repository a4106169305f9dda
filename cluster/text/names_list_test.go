package text

import (
	"slices"
	"testing"
)

// The bits that tell most words from those in the list must let all of the list through.
func TestEveryListedWordIsFound(t *testing.T) {
	table, through := nameClasses(), 0
	for fold, want := range table.words {
		if got := table.of(fold); !slices.Equal(got, want) {
			t.Errorf("%q is listed as %v, found as %v", fold, want, got)
		}
	}
	for _, w := range []string{"warehouse", "tolmere", "flint", "brücke", "x", "", "花"} {
		if b := nameBit(w); table.sieve[b/64]&(1<<(b%64)) != 0 {
			through++
		}
	}
	if through > 3 {
		t.Errorf("%d of 7 words that are not listed are looked up", through)
	}
}
