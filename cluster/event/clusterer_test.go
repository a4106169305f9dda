package event

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newsroom invents stories: each happening has a vocabulary of its own over a common one, and is told several times.
func newsroom(seed uint64, happenings, most int) []Item {
	r := rand.New(rand.NewPCG(seed, 1))
	common := []string{"officials", "said", "people", "local", "week", "early", "morning", "reported", "statement", "area"}
	syllables := []string{"bor", "dal", "fen", "gar", "hol", "kem", "lun", "mar", "nor", "pel", "quin", "rav", "sol", "tev", "vor", "zan"}
	word := func() string {
		w := ""
		for range 2 + r.IntN(2) {
			w += syllables[r.IntN(len(syllables))]
		}
		return w
	}
	f, s := NewFeaturiser(), &Scratch{}
	start := time.Date(2031, 5, 1, 6, 0, 0, 0, time.UTC)
	var items []Item
	for h := range happenings {
		own := make([]string, 24)
		for i := range own {
			own[i] = word()
		}
		at := start.Add(time.Duration(r.IntN(20*24)) * time.Hour)
		for n := range 1 + r.IntN(most) {
			pick := func(k int) string {
				out := ""
				for range k {
					w := own[r.IntN(len(own))]
					if r.IntN(3) == 0 {
						w = common[r.IntN(len(common))]
					}
					out += w + " "
				}
				return out
			}
			d := Doc{
				ID: fmt.Sprintf("h%02d-%d", h, n), Title: pick(7), Text: pick(60), Lang: "en",
				Time: at.Add(time.Duration(r.IntN(30)) * time.Hour), Undated: r.IntN(10) == 0,
			}
			items = append(items, Item{ID: d.ID, Time: d.Time, Undated: d.Undated, Features: f.Features(d, s)})
		}
	}
	return items
}

func mustNew(t testing.TB) *Clusterer {
	t.Helper()
	c, err := New(DefaultParams(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func eventsOf(c *Clusterer, items []Item) map[string]string {
	out := map[string]string{}
	for _, it := range items {
		out[it.ID] = c.EventOf(it.ID)
	}
	return out
}

func settle(t testing.TB, c *Clusterer, workers int) Changes {
	t.Helper()
	ch, err := c.Settle(context.Background(), workers, true)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestSettleDoesNotDependOnOrderBatchesOrWorkers(t *testing.T) {
	items := newsroom(7, 40, 6)
	c := mustNew(t)
	c.Add(items)
	settle(t, c, 1)
	want := eventsOf(c, items)
	distinct := map[string]bool{}
	for _, e := range want {
		distinct[e] = true
	}
	if len(distinct) < 20 || len(distinct) > len(items)*3/4 {
		t.Fatalf("%d events of %d stories: the fixture says nothing", len(distinct), len(items))
	}
	r := rand.New(rand.NewPCG(3, 3))
	for round := range 6 {
		mixed := append([]Item{}, items...)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		c := mustNew(t)
		for len(mixed) > 0 {
			n := min(len(mixed), 1+r.IntN(40))
			c.Add(mixed[:n])
			mixed = mixed[n:]
			if _, err := c.Cluster(context.Background(), 1+round%3); err != nil {
				t.Fatal(err)
			}
		}
		settle(t, c, 1+round%3)
		if diff := cmp.Diff(want, eventsOf(c, items)); diff != "" {
			t.Fatalf("round %d differs (-one batch +shuffled):\n%s", round, diff)
		}
	}
}
