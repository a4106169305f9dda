package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWatchersAreToldOfCommits(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "db"), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is written after the test
	var told []Touched
	stop := s.Watch(func(x Touched) {
		v := s.View() // has the commit
		defer v.Close()
		for _, id := range x.Stories {
			if _, err := v.Story(id); err != nil {
				t.Errorf("story %s: %v", id, err)
			}
		}
		told = append(told, x)
	})
	batch := victimBatch(1)
	if err := s.Commit(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	over, end := context.WithCancel(t.Context())
	end()
	if err := s.Commit(over, victimBatch(2)); !errors.Is(err, context.Canceled) {
		t.Fatalf("a commit that nobody waits for: %v", err)
	}
	want := []Touched{touchedBy(batch.Delta, false)}
	if diff := cmp.Diff(want, told); diff != "" || len(want[0].Stories) == 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stop()
	if err := s.Commit(t.Context(), victimBatch(2)); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 {
		t.Errorf("told %d times after it was stopped", len(told))
	}
}
