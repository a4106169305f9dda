package text

import (
	"fmt"
	"testing"
)

func TestStripTakesFurnitureOffTheEdges(t *testing.T) {
	f, n := NewFurniture(), &Normaliser{}
	for i := range 20 {
		f.LearnText(n, fmt.Sprintf("Report number %d begins here.\nIt goes on with %d words of its own.\nSubscribe to the Lantern today.\n", i, i*7))
	}
	f.Trim()
	for _, c := range []struct{ name, in, want string }{
		{"at the end", "A bridge fell.\nNobody was hurt.\nSubscribe to the Lantern today.\n", "A bridge fell.\nNobody was hurt.\n"},
		{"in other case", "A bridge fell.\nNobody was hurt.\nSUBSCRIBE TO THE LANTERN TODAY\n", "A bridge fell.\nNobody was hurt.\n"},
		{"none", "A bridge fell.\nNobody was hurt.\n", "A bridge fell.\nNobody was hurt.\n"},
		{"nothing else", "Subscribe to the Lantern today.\n", "Subscribe to the Lantern today.\n"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := f.Strip(n, c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	var none *Furniture
	if got := none.Strip(n, "A bridge fell."); got != "A bridge fell." {
		t.Errorf("without a profile: %q", got)
	}
}
