package store

import (
	"fmt"
	"testing"
	"time"
)

// A run whose process was killed is not under way for ever: who opens the store next says what became of it.
func TestKilledRunsEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s := reopen(t, dir, Options{Create: true})
	commitAll(t, s,
		Batch{Run: &Run{ID: "backfill-1", Job: "backfill", Started: at, Status: RunRunning, Read: 7}, At: at},
		Batch{Run: &Run{ID: "tick-1", Job: "tick", Started: at.Add(time.Hour), Ended: at.Add(time.Hour), Status: RunOK}, At: at},
	)
	said := func() string {
		view := s.View()
		defer view.Close()
		var list []string
		for r, err := range view.Runs() {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprintf("%s %s %d %v %q", r.ID, r.Status, r.Read, r.Ended.IsZero(), r.Error))
		}
		return fmt.Sprint(list)
	}
	if got, want := said(), `[tick-1 ok 0 false "" backfill-1 running 7 true ""]`; got != want {
		t.Fatalf("under way: %s, want %s", got, want)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, dir, Options{})
		const want = `[tick-1 ok 0 false "" backfill-1 interrupted 7 true "the process ended before the run did"]`
		if got := said(); got != want {
			t.Errorf("opened again: %s, want %s", got, want)
		}
	}
	clean(t, s)
}
