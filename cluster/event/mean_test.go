package event

import (
	"testing"
)

// The mean link counts pairs without a link as 0, goes both ways, and is of resident stories alone.
func TestMeanLink(t *testing.T) {
	c := &Clusterer{byID: map[string]int32{"a": 0, "b": 1, "x": 2, "y": 3}}
	c.stories = []*story{
		{id: "a", ties: []tie{{2, .5}, {3, .25}}},
		{id: "b", ties: []tie{{2, .25}}},
		{id: "x", ties: []tie{{0, .5}, {1, .25}}},
		{id: "y", ties: []tie{{0, .25}}},
	}
	for _, tt := range []struct {
		a, b []string
		mean float64
		ok   bool
	}{
		{[]string{"a", "b"}, []string{"x", "y"}, .25, true},
		{[]string{"x", "y", "gone"}, []string{"b", "a"}, .25, true},
		{[]string{"a"}, []string{"x"}, .5, true},
		{[]string{"b"}, []string{"y"}, 0, true},
		{[]string{"a"}, []string{"gone"}, 0, false},
		{[]string{"a", "b"}, []string{"b", "x"}, 0, false},
		{nil, []string{"x"}, 0, false},
	} {
		if mean, ok := c.MeanLink(tt.a, tt.b); mean != tt.mean || ok != tt.ok {
			t.Errorf("%v and %v: %v, %t, want %v, %t", tt.a, tt.b, mean, ok, tt.mean, tt.ok)
		}
	}
}
