package event

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A pair is scored once where both of its stories are at work: the lists are those that every story's own scan gives,
// with the stories whose scan it is in.
func TestListsHoldBothWaysOfEveryScan(t *testing.T) {
	c, items := settled(t)
	want := make([]map[int32]float32, len(items))
	for i := range want {
		want[i] = map[int32]float32{}
	}
	edges := 0
	for i := range c.stories {
		for _, e := range c.scan(int32(i), &probe{}) {
			want[i][e.to], want[e.to][int32(i)] = e.pair.score, e.pair.score
			edges++
		}
	}
	if edges < len(items) {
		t.Fatalf("%d neighbours of %d stories: the fixture says nothing", edges, len(items))
	}
	for i, s := range c.stories {
		got := map[int32]float32{}
		for _, e := range s.list.edges {
			got[e.to] = e.pair.score
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("list of %s (-scans +list):\n%s", s.id, diff)
		}
	}
}

// The context model scores a pair once for both of its stories.
func TestSecondListsHoldWhatEachSideWouldScore(t *testing.T) {
	c, _ := settled(t)
	seen := 0
	for i, s := range c.stories {
		for _, e := range s.second.edges {
			var x [contextFeatures]float64
			o := c.stories[e.to]
			at := s.list.edges[indexOf(s.list.edges, e.to)]
			contextVector(s.list, o.list, int32(i), e.to, at.pair.score, &x)
			if got, want := e.pair.score, float32(c.model.context.logit(&x)); got != want {
				t.Errorf("%s and %s: %v, want %v", s.id, o.id, got, want)
			}
			seen++
		}
		if len(s.second.edges) != len(s.list.edges) {
			t.Errorf("%s has %d neighbours, and %d in the second list", s.id, len(s.list.edges), len(s.second.edges))
		}
	}
	if seen == 0 {
		t.Fatal("no second list: the fixture says nothing")
	}
}

func indexOf(edges []edge, to int32) int {
	for i, e := range edges {
		if e.to == to {
			return i
		}
	}
	return -1
}
