package event

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// spreadOverYears gives stories times over years, some none, so that most of what shares words with a story is out of its window.
func spreadOverYears(items []Item) []Item {
	r := rand.New(rand.NewPCG(8, 8))
	for i := range items {
		items[i].Time = items[i].Time.AddDate(r.IntN(3), r.IntN(4), 0).Add(time.Duration(r.IntN(2)) * 90 * 24 * time.Hour)
		items[i].Undated = r.IntN(15) == 0
	}
	return items
}

// Stepping over what the window has left behind changes no candidate, neither in a settled store nor where ticks have
// numbered stories out of the order of time.
func TestStepsOverNothingWithinTheWindow(t *testing.T) {
	items := spreadOverYears(newsroom(17, 120, 6))
	c := mustNew(t)
	c.Add(items[:2*len(items)/3])
	settle(t, c, 1)
	for _, add := range [][]Item{nil, items[2*len(items)/3:]} {
		c.Add(add)
		clusterAll(t, c)
		var p, whole probe
		stepped := 0
		for i, s := range c.stories {
			got := append([]found{}, c.candidates(&s.features, c.vector(s), s.day, s.dated(), int32(i), s.lang.index, &p)...)
			n := c.ordered
			c.ordered = 0 // no story is known to be in order: none is stepped over
			want := append([]found{}, c.candidates(&s.features, c.vector(s), s.day, s.dated(), int32(i), s.lang.index, &whole)...)
			c.ordered = n
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(found{})); diff != "" {
				t.Fatalf("candidates of %s (-all +near):\n%s", s.id, diff)
			}
			stepped += len(whole.hit) - len(p.hit)
		}
		if stepped < 10*len(c.stories) {
			t.Errorf("%d of the stories that share words were stepped over: the fixture says little", stepped)
		}
	}
}

func TestSpanOfAList(t *testing.T) {
	list := []posting{newPosting(1, 1), newPosting(4, 2), newPosting(5, 1), newPosting(9, 3), newPosting(12, 1)}
	numbers := func(p []posting) (out []int32) {
		for _, e := range p {
			out = append(out, e.story())
		}
		return out
	}
	for _, c := range []struct {
		name       string
		span       span
		near, rest []int32
	}{
		{"everything", span{}, []int32{1, 4, 5, 9, 12}, nil},
		{"the whole of what is in order", span{0, 10, 10}, []int32{1, 4, 5, 9, 12}, nil},
		{"the middle", span{4, 6, 20}, []int32{4, 5}, nil},
		{"nothing", span{6, 9, 20}, nil, nil},
		{"the middle and what is in no order", span{2, 5, 9}, []int32{4}, []int32{9, 12}},
		{"only what is in no order", span{0, 0, 5}, nil, []int32{5, 9, 12}},
	} {
		t.Run(c.name, func(t *testing.T) {
			near, rest := c.span.cut(list)
			if diff := cmp.Diff([][]int32{c.near, c.rest}, [][]int32{numbers(near), numbers(rest)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}
