package cluster

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Figures in reasons are written as tables write them.
func TestHundredth(t *testing.T) {
	for x, want := range map[float64]string{0: ".00", .004: ".00", -.004: ".00", .456: ".46", 1: "1.00", -.31: "-.31", .996: "1.00"} {
		if got := hundredth(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}

func TestKindOf(t *testing.T) {
	for _, tt := range []struct {
		was, now, in, out []string
		kind              string
	}{
		{[]string{"a"}, []string{"a", "b"}, []string{"b"}, nil, Grew},
		{[]string{"a", "b"}, []string{"b"}, nil, []string{"a"}, Shrank},
		{[]string{"a", "b"}, []string{"c", "b"}, []string{"c"}, []string{"a"}, Changed},
		{[]string{"a", "b"}, []string{"b", "a"}, nil, nil, Renamed},
	} {
		in, out := difference(tt.was, tt.now)
		if d := cmp.Diff([][]string{tt.in, tt.out}, [][]string{in, out}); d != "" {
			t.Errorf("%v to %v (-want +got):\n%s", tt.was, tt.now, d)
		}
		if kind := kindOf(in, out); kind != tt.kind {
			t.Errorf("%v to %v: %s", tt.was, tt.now, kind)
		}
	}
}
