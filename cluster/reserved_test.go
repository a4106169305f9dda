package cluster_test

import (
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
)

// Where an id is taken by what no engine is given any more, a new cluster gets another one, the same each time.
func TestTakenIDs(t *testing.T) {
	t.Parallel()
	story := cluster.Story{
		ID: "a", Title: "Fire closes the harbour of Tolmere", Text: "A fire in a warehouse closed the harbour of Tolmere on Monday night.",
		Lang: "en", Source: "Harbour Post", Published: time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC),
	}
	place := func(taken ...string) (event, thread string) {
		t.Helper()
		w := newWorld()
		w.taken = make(map[string]bool)
		for _, id := range taken {
			w.taken[id] = true
		}
		e, err := cluster.New(cluster.DefaultParams())
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Tick(t.Context(), []cluster.Story{story}, w, cluster.Events)
		if err != nil {
			t.Fatal(err)
		}
		return d.Events[0].ID, d.Events[0].Thread
	}
	event, thread := place()
	if event != cluster.EventID("a") || thread != cluster.ThreadID("a") {
		t.Fatalf("%s in %s", event, thread)
	}
	otherEvent, otherThread := place(event, thread)
	if otherEvent == event || otherThread == thread || otherEvent == "" || otherThread == "" {
		t.Errorf("%s in %s, both of which are taken", otherEvent, otherThread)
	}
	if again, thread := place(event, thread); again != otherEvent || thread != otherThread {
		t.Errorf("%s in %s the first time, %s in %s the second", otherEvent, otherThread, again, thread)
	}
	if third, _ := place(event, otherEvent); third == event || third == otherEvent {
		t.Errorf("%s, which is taken", third)
	}
}
