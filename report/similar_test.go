package report

import (
	"testing"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/report/internal/fixture"
)

// sampleSimilar is what a desk finds near to the lead of the attack: its own event, which is left out, another one, an event
// of which no story is near by itself, and two texts that share some of it.
func sampleSimilar(t *testing.T, r Reader) View {
	t.Helper()
	m := &cluster.Match{
		Stories: 14,
		Events: []event.Candidate{
			{Event: fixture.Attack, Score: 0.9, Needed: 0.46, Pairs: []event.PairScore{{Story: "noord-551", Link: 0.9}}},
			{Event: fixture.Bridge, Score: 0.21, Needed: 0.4612345, Pairs: []event.PairScore{{Story: "ferryman-12", Link: 0.3}}},
			{Event: fixture.Hostile, Score: 1.2, Needed: 0.5},
		},
	}
	m.Copies.Matches = []neardup.Match{
		{Placement: neardup.Placement{ID: fixture.Reprint}, Jaccard: 0.96, Contained: 0.98, Contains: 0.97, Verdict: "copies", Relation: cluster.Reprint},
		{Placement: neardup.Placement{ID: "ferryman-12"}, Jaccard: 0.12, Contained: 0.2, Contains: 0.3, Verdict: "apart", Conflicts: []string{"numbers"}},
	}
	v, err := Similar(r, m, fixture.Lead, Window{From: fixture.Now.AddDate(0, 0, -14), To: fixture.Now, Events: 9}, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSimilar(t *testing.T) {
	v := sampleSimilar(t, fixture.Newsroom()).(SimilarView)
	if v.Event == nil || v.Event.ID != fixture.Attack || len(v.Events) != 2 || v.Events[0].Event.ID != fixture.Bridge {
		t.Errorf("events %+v", v.Events)
	}
	if v.Events[0].Nearest == nil || v.Events[0].Nearest.ID != "ferryman-12" || v.Events[1].Nearest != nil || v.Events[1].Probability != 1 {
		t.Errorf("nearest stories %+v", v.Events)
	}
	if len(v.Stories) != 2 || v.Stories[1].Relation != "no copy: numbers differ" || v.Stories[0].Event != fixture.Attack {
		t.Errorf("stories %+v", v.Stories)
	}
	if _, err := Similar(fixture.Newsroom(), &cluster.Match{}, "nope", Window{}, fixture.Now); !notFound(err) {
		t.Errorf("a story that is not there: %v", err)
	}
}
