package event

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What two stories are to each other is worked out at one of them and entered at the other. It must be what either would
// find by itself, in a settled store as where ticks have made some lists before others, on one worker as on several.
func TestPairsWorkedOutOnceAreThoseOfBothSides(t *testing.T) {
	items := newsroom(23, 40, 7)
	r := rand.New(rand.NewPCG(6, 6))
	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	for _, workers := range []int{1, 3} {
		c := mustNew(t)
		c.Add(items[:len(items)/2])
		settle(t, c, workers)
		sameFromBothSides(t, c, reviewLeast)
		restored := mustNew(t)
		for _, it := range items[:len(items)/2] {
			it.Event = c.EventOf(it.ID)
			restored.Restore([]Item{it})
		}
		for rest := range slices.Chunk(items[len(items)/2:], 9) {
			restored.Add(rest)
			if _, err := restored.Cluster(t.Context(), workers); err != nil {
				t.Fatal(err)
			}
			sameFromBothSides(t, restored, tickLeast)
		}
	}
}

// sameFromBothSides works out anew, one story at a time, the scores and links that a clustering has left.
func sameFromBothSides(t *testing.T, c *Clusterer, least float32) {
	t.Helper()
	var at places
	ties := 0
	for i, s := range c.stories {
		if s.gone || s.second == nil || !s.second.linked || s.list.dirty || s.second.of != s.list.version {
			continue
		}
		self := int32(i)
		at.surround(s.list)
		for k, e := range s.list.edges {
			o := c.stories[e.to]
			if o.list.dirty {
				continue // it has grown since
			}
			want := c.reconsidered(s, o, k, o.list.rank(self, e.pair.score), &at)
			n := slices.IndexFunc(s.second.edges, func(f edge) bool { return f.to == e.to })
			if n < 0 {
				t.Fatalf("%s has lost its neighbour %s", s.id, o.id)
			}
			if got := s.second.edges[n].pair.score; s.second.round == c.round && o.second != nil && o.second.round == c.round && got != want {
				t.Fatalf("%s and %s score %v, want %v", s.id, o.id, got, want)
			}
		}
		var want []tie
		at.surround(s.second)
		for k, e := range s.second.edges[:s.second.above(least)] {
			o := c.stories[e.to]
			if o.second == nil || o.second.round != s.second.round || s.second.round != c.round {
				want = nil
				break
			}
			if link := c.reviewed(s, o, k, o.second.rank(self, e.pair.score), &at); link >= linkLeast {
				want = append(want, tie{e.to, float32(link)})
			}
		}
		if want == nil {
			continue
		}
		ties += len(want)
		if diff := cmp.Diff(want, s.ties, cmp.AllowUnexported(tie{})); diff != "" {
			t.Fatalf("ties of %s (-alone +found):\n%s", s.id, diff)
		}
	}
	if ties == 0 {
		t.Error("no tie was looked at")
	}
}
