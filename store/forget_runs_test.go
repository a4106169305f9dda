package store

import (
	"fmt"
	"testing"
	"time"
)

// Runs that did nothing can be forgotten; one that changed something stays, whatever is said of it.
func TestForgetRuns(t *testing.T) {
	t.Parallel()
	s := create(t)
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for i := range 6 {
		r := Run{ID: fmt.Sprintf("tick-%d", i), Job: "tick", Started: at.Add(time.Duration(i) * time.Hour), Status: RunOK}
		if i == 2 {
			r.Events = 1
		}
		commitAll(t, s, Batch{Run: &r, At: at})
	}
	n, err := s.ForgetRuns(t.Context(), func(r *Run) bool { return r.ID != "tick-5" })
	if n != 4 || err != nil {
		t.Fatalf("%d runs forgotten, %v; want 4", n, err)
	}
	view := s.View()
	defer view.Close()
	var left []string
	for r, err := range view.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, r.ID)
	}
	if got := fmt.Sprint(left); got != "[tick-5 tick-2]" {
		t.Errorf("left are %s", got)
	}
	clean(t, s)
}
