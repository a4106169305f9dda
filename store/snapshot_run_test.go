package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Runs come latest first, also those of one second.
func TestRunsLatestFirst(t *testing.T) {
	s := create(t)
	start := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var want []string
	for i := range 12 {
		at := start.Add(time.Duration(i) * 300 * time.Millisecond)
		id := "tick-" + at.Format("150405.000")
		if err := s.Commit(t.Context(), Batch{Run: &Run{ID: id, Job: "tick", Started: at, Ended: at, Status: RunOK}, At: at}); err != nil {
			t.Fatal(err)
		}
		want = append([]string{id}, want...)
	}
	v := view(t, s)
	var got []string
	for run, err := range v.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, run.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for run := range v.Runs() {
		if run.ID != want[0] {
			t.Errorf("the first is %s", run.ID)
		}
		break // leaves the sequence in the middle of a second
	}
}
