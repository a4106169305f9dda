package store

import (
	"context"
	"testing"
	"time"
)

// Every commit raises the sequence number of what is seen from then on, also one without an entry in the journal.
func TestSequence(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	before := s.View()
	defer before.Close()
	at := before.Sequence()
	if again := s.View(); again.Sequence() != at {
		t.Errorf("%d, then %d without a commit", at, again.Sequence())
	} else {
		again.Close()
	}
	if err := s.Commit(context.Background(), Batch{At: time.Unix(1e9, 0), Run: &Run{ID: "r1", Job: "tick", Started: time.Unix(1e9, 0)}}); err != nil {
		t.Fatal(err)
	}
	after := s.View()
	if after.Sequence() <= at || before.Sequence() != at {
		t.Errorf("%d, then %d; the snapshot of before says %d", at, after.Sequence(), before.Sequence())
	}
	after.Close()
	if after.Sequence() != 0 {
		t.Error("a closed snapshot is of some state")
	}
	before.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if v := s.View(); v.Sequence() != 0 {
		t.Error("a closed store has a state")
	}
}
