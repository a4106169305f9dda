package event

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func settled(t *testing.T) (*Clusterer, []Item) {
	t.Helper()
	items := newsroom(11, 25, 6)
	c := mustNew(t)
	c.Add(items)
	settle(t, c, 1)
	return c, items
}

func sum(parts []Contribution) (s float64) {
	for _, p := range parts {
		s += p.Amount
	}
	return s
}

func TestExplanationIsTheDecision(t *testing.T) {
	c, items := settled(t)
	together := 0
	for i, a := range items[:20] {
		for _, b := range items[:i] {
			x, err := c.Explain(a.ID, b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(sum(x.PairParts)-x.Pair) > 1e-3 || math.Abs(sum(x.FirstParts)-x.First) > 1e-3 ||
				math.Abs(sum(x.Parts)-x.Context) > 1e-3 {
				t.Errorf("%s and %s: parts add up to %.4f, %.4f and %.4f, logits are %.4f, %.4f and %.4f",
					a.ID, b.ID, sum(x.PairParts), sum(x.FirstParts), sum(x.Parts), x.Pair, x.First, x.Context)
			}
			if x.SameEvent != (c.EventOf(a.ID) == c.EventOf(b.ID)) {
				t.Errorf("%s and %s: same event is %v", a.ID, b.ID, x.SameEvent)
			}
			if x.SameEvent {
				together++
				if len(x.Shared) == 0 {
					t.Errorf("%s and %s share an event and no term", a.ID, b.ID)
				}
			}
			back, err := c.Explain(b.ID, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			if back.Link != x.Link {
				t.Errorf("%s and %s: link %v one way, %v the other", a.ID, b.ID, x.Link, back.Link)
			}
		}
	}
	if together == 0 {
		t.Fatal("no pair of one event: the fixture says nothing")
	}
}

func TestExplainUnknown(t *testing.T) {
	c, items := settled(t)
	if _, err := c.Explain(items[0].ID, "nobody"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown story: %v", err)
	}
	if _, err := c.ExplainEvent("nobody", c.EventOf(items[0].ID)); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown story: %v", err)
	}
	if _, err := c.ExplainEvent(items[0].ID, "e0"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown event: %v", err)
	}
}

func TestVerdictPrefersTheOwnEvent(t *testing.T) {
	c, items := settled(t)
	sizes := map[string]int{}
	for _, it := range items {
		sizes[c.EventOf(it.ID)]++
	}
	for _, it := range items {
		own := c.EventOf(it.ID)
		if sizes[own] < 3 {
			continue
		}
		v, err := c.ExplainEvent(it.ID, own)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Member || v.Judged.Event != own || len(v.Judged.Pairs) == 0 || v.Margin <= 0 {
			t.Errorf("%s in %s: %+v", it.ID, own, v)
		}
	}
}

func TestMatchFindsTheEventAndStoresNothing(t *testing.T) {
	c, items := settled(t)
	before := eventsOf(c, items)
	found := 0
	for _, it := range items {
		probe := it
		probe.ID = "unseen"
		candidates := c.Match(probe)
		if len(candidates) > 0 && candidates[0].Event == c.EventOf(it.ID) && candidates[0].Joins {
			found++
		}
	}
	if found < len(items)*9/10 {
		t.Errorf("%d of %d stories told again match their own event", found, len(items))
	}
	if got := c.Match(Item{ID: "x", Features: Features{lang: "xx"}}); len(got) != 0 {
		t.Errorf("a language without stories matches %+v", got)
	}
	if _, err := c.Cluster(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, eventsOf(c, items)); diff != "" {
		t.Errorf("matching changed events:\n%s", diff)
	}
}

// Second lists come and go between ticks; whatever is there, every story can be judged.
func TestVerdictsNeedNoSecondLists(t *testing.T) {
	items := newsroom(12, 30, 6)
	c := mustNew(t)
	for from := 0; from < len(items); from += 20 {
		c.Add(items[from:min(len(items), from+20)])
		clusterAll(t, c)
		for k, it := range items[:min(len(items), from+20)] {
			for i, s := range c.stories {
				if (i+k+from)%3 == 0 {
					s.second = nil
				}
			}
			v, err := c.ExplainEvent(it.ID, c.EventOf(it.ID))
			if err != nil || !v.Member {
				t.Fatalf("%s: %+v, %v", it.ID, v, err)
			}
			it.ID = "another"
			if found := c.Match(it); len(found) == 0 {
				t.Errorf("a copy of %s matches nothing", items[k].ID)
			}
		}
	}
}
