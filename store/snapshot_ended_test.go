package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// EndedInto is Redirect read backwards, through chains: e1 went into e2, and both into e20. LastChange is where the
// journal ends.
func TestEndedInto(t *testing.T) {
	t.Parallel()
	s := create(t)
	if last, err := view(t, s).LastChange(); last != 0 || err != nil {
		t.Errorf("an empty journal ends at %d, %v", last, err)
	}
	var stories []cluster.StoryChange
	var events []cluster.Event
	for _, id := range []string{"1", "2", "20"} {
		stories = append(stories, storyOf("s"+id, id, "g"+id, "e"+id))
		events = append(events, cluster.Event{ID: "e" + id, Representative: "s" + id, Members: []string{"s" + id}, First: epoch, Last: epoch})
	}
	commit(t, s, &cluster.Delta{Stories: stories, Events: events})
	into := func(from, to string, members ...string) {
		t.Helper()
		e := cluster.Event{ID: "e" + to, Representative: "s" + to, First: epoch, Last: epoch}
		d := &cluster.Delta{Ended: []cluster.Redirect{{From: "e" + from, To: "e" + to, Reason: "merged"}}}
		for _, m := range members {
			e.Members = append(e.Members, "s"+m)
			d.Moved = append(d.Moved, cluster.Placement{Story: "s" + m, Group: "g" + m, Event: "e" + to})
		}
		d.Events = []cluster.Event{e}
		commit(t, s, d)
	}
	want := map[string][]string{}
	check := func() {
		t.Helper()
		v := view(t, s)
		for _, id := range []string{"e1", "e2", "e20", "e", "unknown", ""} {
			got, err := v.EndedInto(id)
			if diff := cmp.Diff(want[id], got); diff != "" || err != nil {
				t.Errorf("%s: %v %s", id, err, diff)
			}
		}
		last := uint64(0)
		for e, err := range v.Changes(0, 0) {
			if err != nil {
				t.Fatal(err)
			}
			last = e.Seq
		}
		if end, err := v.LastChange(); end != last || err != nil {
			t.Errorf("the journal ends at %d, %v, want %d", end, err, last)
		}
	}
	check()
	into("1", "2", "1", "2")
	want["e2"] = []string{"e1"}
	check()
	into("2", "20", "1", "2", "20")
	want["e2"], want["e20"] = nil, []string{"e1", "e2"}
	check()
}
