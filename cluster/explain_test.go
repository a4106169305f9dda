package cluster_test

import (
	"errors"
	"testing"

	"github.com/samestory/samestory/cluster"
)

// Of a story that waits for the event stage there is nothing to explain, and that is what is said; but what makes it a copy
// is known.
func TestWaitingStoriesAreExplained(t *testing.T) {
	stories := newsroomStories(120, 4)
	w, e := newWorld(), newEngine(t, 1)
	run(t, e, w, cluster.Events, stories[:110])
	run(t, e, w, cluster.Copies, stories[110:])
	var waits []string
	placed := ""
	for id, c := range w.current {
		switch {
		case c.Placement.Event == "" && c.Placement.Copy.Relation == cluster.Origin:
			waits = append(waits, id)
		case len(w.events[c.Placement.Event].Members) == 1:
			placed = id
		}
	}
	if len(waits) < 2 || placed == "" {
		t.Fatalf("%d stories wait, and %q is alone", len(waits), placed)
	}
	for _, pair := range [][2]string{{waits[0], placed}, {placed, waits[0]}, {waits[0], waits[1]}} {
		var waiting *cluster.WaitingStoryError
		if _, err := e.ExplainPair(t.Context(), pair[0], pair[1], w); !errors.As(err, &waiting) {
			t.Errorf("%v: %v", pair, err)
		}
	}
	if _, err := e.ExplainEvent(t.Context(), waits[0], w.current[placed].Placement.Event, w); err == nil {
		t.Error("a story that waits was judged")
	}
	for id, c := range w.current {
		if rep := w.groups[c.Placement.Group].Representative; c.Placement.Event == "" && rep != "" && rep != id {
			if x, err := e.ExplainPair(t.Context(), id, rep, w); err != nil || x.A != x.B || x.Copy == nil {
				t.Errorf("copies that wait: %+v, %v", x, err)
			}
		}
	}
}
