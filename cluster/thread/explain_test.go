package thread_test

import (
	"slices"
	"testing"

	"github.com/samestory/samestory/cluster/thread"
)

// What Explain says agrees with what Link does: the gates of the way by names are passed exactly where the rule takes
// that way, and the event is a member exactly where a way was open and no other thread was nearer.
func TestExplainAgreesWithLink(t *testing.T) {
	for _, name := range []string{"station", "languages", "undated"} {
		events, idf := eventsOf(loadFixture(t, "testdata/"+name+".jsonl"))
		threads := thread.Link(events, idf, thread.DefaultParams())
		asked, passed := 0, 0
		for _, th := range threads {
			for _, e := range events {
				j, ok := thread.Explain(events, idf, thread.DefaultParams(), e.ID, th.ID)
				if !ok {
					t.Fatalf("%s: %s and %s are not known", name, e.ID, th.ID)
				}
				at := slices.IndexFunc(th.Links, func(r thread.Relation) bool { return r.Event == e.ID })
				if (at >= 0) != (j.Link != nil) {
					t.Errorf("%s: %s in %s: link %v", name, e.ID, th.ID, j.Link)
				}
				if th.Links[0].Event == e.ID {
					continue // it founded the thread
				}
				asked++
				open, loose := true, false
				for _, g := range j.Gates {
					switch g.Name {
					case thread.GateRoundup:
						loose = !g.Passed
					case thread.GateText, thread.GateBest:
					default:
						open = open && g.Passed
					}
				}
				if open != j.Named {
					t.Errorf("%s: %s in %s: gates say %v, the rule %v: %+v", name, e.ID, th.ID, open, j.Named, j.Gates)
				}
				if joins := (j.Named || j.Text) && !loose && j.Rival == ""; joins != (at >= 0) {
					t.Errorf("%s: %s in %s: explained as %v, linked as %v: %+v", name, e.ID, th.ID, joins, at >= 0, j)
				}
				if j.Named {
					passed++
				}
			}
		}
		if asked == 0 || passed == 0 && name != "undated" {
			t.Errorf("%s: %d asked, %d passed", name, asked, passed)
		}
	}
}

func TestExplainWhatIsNotThere(t *testing.T) {
	events, idf := eventsOf(loadFixture(t, "testdata/station.jsonl"))
	if _, ok := thread.Explain(events, idf, thread.DefaultParams(), "e-attack-en-1", "t0000000000"); ok {
		t.Error("an unknown thread is explained")
	}
	if _, ok := thread.Explain(events, idf, thread.DefaultParams(), "nope", thread.ID("attack-en-1")); ok {
		t.Error("an unknown event is explained")
	}
}
