package store

import (
	"slices"
	"testing"

	"github.com/samestory/samestory/cluster"
)

// A thread knows which round-ups touch it, also under an id that it has taken over, until they no longer do.
func TestMentionedIn(t *testing.T) {
	t.Parallel()
	s := sound(t)
	check := func(when, thread string, want ...string) {
		t.Helper()
		v := s.View()
		defer v.Close()
		got, err := v.MentionedIn(thread)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s, thread %s is mentioned in %v, %v; want %v", when, thread, got, err, want)
		}
	}
	event := func(id, story string, mentions ...string) cluster.Event {
		e := cluster.Event{ID: id, Thread: "t3", Representative: story, Members: []string{story}, First: epoch, Last: epoch}
		for _, thread := range mentions {
			e.Mentions = append(e.Mentions, cluster.Mention{Thread: thread, Score: .5})
		}
		return e
	}
	commit := func(d cluster.Delta) {
		t.Helper()
		if err := s.Commit(t.Context(), Batch{At: epoch, Delta: &d}); err != nil {
			t.Fatal(err)
		}
		clean(t, s)
	}
	check("at first", "t1", "e3")
	check("at first", "t", []string{}...)
	check("at first", "t3")
	commit(cluster.Delta{Events: []cluster.Event{event("e3", "d", "t1", "t-gone")}})
	check("with a second mention", "t-gone", "e3")
	commit(cluster.Delta{Ended: []cluster.Redirect{{From: "t-gone", To: "t1", Reason: "relinked"}}})
	check("after a redirect", "t1", "e3")
	commit(cluster.Delta{Events: []cluster.Event{event("e3", "d")}})
	check("when nothing is mentioned any more", "t1")
}
