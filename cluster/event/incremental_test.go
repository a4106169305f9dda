package event

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func clusterAll(t testing.TB, c *Clusterer) Changes {
	t.Helper()
	ch, err := c.Cluster(context.Background(), 2)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// TestRestoredTicksLinkEveryNeighbour drives the lazy lists: after Restore nothing is computed, and every tick meets
// stories whose lists are made on the way.
func TestRestoredTicksLinkEveryNeighbour(t *testing.T) {
	items := newsroom(21, 60, 6)
	r := rand.New(rand.NewPCG(5, 5))
	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	known := map[string]string{}
	for from := 0; from < len(items); from += 25 {
		c := mustNew(t)
		old := make([]Item, 0, from)
		for _, it := range items[:from] {
			it.Event = known[it.ID]
			old = append(old, it)
		}
		c.Restore(old)
		if c.Waiting() != 0 || c.Len() != len(old) {
			t.Fatalf("%d of %d restored, %d waiting", c.Len(), len(old), c.Waiting())
		}
		c.Add(items[from:min(len(items), from+25)])
		clusterAll(t, c)
		known = eventsOf(c, items[:min(len(items), from+25)])
	}
	c := mustNew(t)
	c.Add(items)
	settle(t, c, 1)
	agree, pairs := 0, 0
	for i, a := range items {
		for _, b := range items[:i] {
			x, y := known[a.ID] == known[b.ID], c.EventOf(a.ID) == c.EventOf(b.ID)
			if x || y {
				pairs++
				if x && y {
					agree++
				}
			}
		}
	}
	if agree*10 < pairs*9 {
		t.Errorf("ticks over restored stories agree with one settlement on %d of %d pairs", agree, pairs)
	}
}

func TestChangesDescribeTheState(t *testing.T) {
	items := newsroom(31, 30, 5)
	c := mustNew(t)
	state := map[string]Event{}
	apply := func(ch Changes) {
		for _, r := range ch.Ended {
			if _, ok := state[r.From]; !ok {
				t.Fatalf("%s ended and was never there", r.From)
			}
			delete(state, r.From)
		}
		for _, e := range ch.Events {
			state[e.ID] = e
		}
		for _, r := range ch.Ended {
			if _, ok := state[r.To]; r.To != "" && !ok {
				t.Fatalf("%s redirects to %s, which is not there", r.From, r.To)
			}
		}
	}
	for from := 0; from < len(items); from += 10 {
		c.Add(items[from:min(len(items), from+10)])
		if from == 30 {
			c.Remove(items[3].ID)
		}
		apply(clusterAll(t, c))
	}
	apply(settle(t, c, 1))
	members := map[string]string{}
	for id, e := range state {
		for _, m := range e.Members {
			if other, twice := members[m]; twice {
				t.Fatalf("%s is in %s and %s", m, other, id)
			}
			members[m] = id
		}
		if e.Founder != e.Members[0] || e.ID != EventID(e.Founder) {
			t.Errorf("after a settlement %s is named by %s, not its founder %s", e.ID, e.Members[0], e.Founder)
		}
	}
	want := eventsOf(c, items)
	delete(want, items[3].ID)
	if diff := cmp.Diff(want, members); diff != "" {
		t.Errorf("the changes do not add up to the state (-state +changes):\n%s", diff)
	}
}

func TestAddReplacesAnOlderVersion(t *testing.T) {
	items := newsroom(41, 10, 4)
	c := mustNew(t)
	c.Add(items)
	clusterAll(t, c)
	before := c.EventOf(items[0].ID)
	c.Add(items[:1])
	clusterAll(t, c)
	if got := c.EventOf(items[0].ID); got != before || c.Len() != len(items) {
		t.Errorf("event %s became %s, %d stories", before, got, c.Len())
	}
}

func TestCancelledClusterSaysSo(t *testing.T) {
	c := mustNew(t)
	c.Add(newsroom(1, 5, 3))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Cluster(ctx, 1); err == nil {
		t.Error("no error from a cancelled clustering")
	}
}

func TestStoriesWithoutTermsStayAlone(t *testing.T) {
	c := mustNew(t)
	f, s := NewFeaturiser(), &Scratch{}
	for i := range 5 {
		c.Add([]Item{{ID: fmt.Sprint("x", i), Features: f.Features(Doc{Title: "!!!", Lang: "en"}, s)}})
	}
	settle(t, c, 1)
	seen := map[string]bool{}
	for i := range 5 {
		seen[c.EventOf(fmt.Sprint("x", i))] = true
	}
	if len(seen) != 5 {
		t.Errorf("five empty stories are in %d events", len(seen))
	}
}
