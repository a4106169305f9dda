package report

import (
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
)

// A mark is another one for whatever lists show, and no other for what they do not.
func TestMarks(t *testing.T) {
	r := fixture.Newsroom()
	e, err := r.Event(fixture.Attack)
	if err != nil {
		t.Fatal(err)
	}
	for what, x := range map[string]struct {
		change func(*cluster.Event)
		same   bool
	}{
		"thread":         {func(e *cluster.Event) { e.Thread = "t2" }, false},
		"representative": {func(e *cluster.Event) { e.Representative = e.Members[1] }, false},
		"language":       {func(e *cluster.Event) { e.Lang = "nl" }, false},
		"members":        {func(e *cluster.Event) { e.Members = e.Members[1:] }, false},
		"names":          {func(e *cluster.Event) { e.Names = nil }, false},
		"begin":          {func(e *cluster.Event) { e.First = e.First.Add(-time.Second) }, false},
		"end":            {func(e *cluster.Event) { e.Last = e.Last.Add(time.Second) }, false},
		"cohesion":       {func(e *cluster.Event) { e.Cohesion /= 2 }, false},
		"counterparts":   {func(e *cluster.Event) { e.Counterparts = []cluster.Counterpart{{Event: "e"}} }, true},
	} {
		y := e
		x.change(&y)
		if (MarkOfEvent(&y) == MarkOfEvent(&e)) != x.same {
			t.Errorf("event, %s: same is %v", what, !x.same)
		}
	}
	th, err := r.Thread(fixture.AttackThread)
	if err != nil {
		t.Fatal(err)
	}
	for what, x := range map[string]struct {
		change func(*cluster.Thread)
		same   bool
	}{
		"events": {func(t *cluster.Thread) { t.Links = t.Links[:1] }, false},
		"end":    {func(t *cluster.Thread) { t.Last = t.Last.Add(time.Second) }, false},
		"scores": {func(t *cluster.Thread) { t.Links = append([]cluster.Link{}, t.Links...); t.Links[1].Score /= 2 }, true},
	} {
		y := th
		x.change(&y)
		if (MarkOfThread(&y) == MarkOfThread(&th)) != x.same {
			t.Errorf("thread, %s: same is %v", what, !x.same)
		}
	}
}
