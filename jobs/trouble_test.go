package jobs

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// troubled is a worker over a new store whose disk has room for so many commits as rooms says, for all if that is
// negative.
func troubled(t *testing.T, rooms *int) *worker {
	t.Helper()
	w := &worker{script: newScript(1), dir: t.TempDir(), clock: noon}
	w.seams.Free = func(string) (int64, error) {
		if *rooms == 0 {
			return 0, nil
		}
		*rooms--
		return 1 << 40, nil
	}
	var err error
	if w.store, err = store.Open(t.Context(), filepath.Join(w.dir, "db"), store.Options{Create: true, MinFree: 1 << 20, Seams: w.seams}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// In whatever commit of a backfill, a tick, a rebuild or an order the disk turns out to be full: the store is sound, and
// the same work goes through when there is room again, without opening the store anew, and ends where it would have.
func TestFullDiskInTheMiddle(t *testing.T) {
	rooms := -1
	whole := troubled(t, &rooms)
	cut := troubled(t, &rooms)
	for at, kind := range whole.work {
		if err := whole.do(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		failed := 0
		for n := 0; ; n++ {
			rooms = n
			err := cut.do(t.Context(), at)
			rooms = -1
			if err == nil {
				break
			}
			if failed++; !errors.Is(err, store.ErrFull) {
				t.Fatalf("%s with room for %d commits: %v", kind, n, err)
			}
			sound(t, cut.store)
		}
		if failed == 0 && kind != workOrder && kind != workUndo { // some orders say nothing
			t.Errorf("%s goes through on a full disk", kind)
		}
	}
	want, err := contentOf(whole.store)
	if err != nil {
		t.Fatal(err)
	}
	got, err := contentOf(cut.store)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("with a full disk now and then (-never +often):\n%s", diff)
	}
}

// A clock that goes back, between runs and in the middle of one, makes no run shorter than nothing, and a run of the
// future keeps no job from being caught up with.
func TestClockGoesBackBetweenRuns(t *testing.T) {
	rooms := -1
	w := troubled(t, &rooms)
	now := noon()
	for at, kind := range w.work {
		w.clock = func() time.Time {
			now = now.Add(-time.Minute)
			return now
		}
		if err := w.do(t.Context(), at); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
	}
	sound(t, w.store)
	v := w.store.View()
	defer v.Close()
	runs := 0
	for r, err := range v.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		if runs++; r.Ended.Before(r.Started) {
			t.Errorf("%s ends before it begins: %s, %s", r.ID, r.Started, r.Ended)
		}
	}
	if runs == 0 {
		t.Error("no runs")
	}
	first, _ := v.TimeOf(1)
	d := NewDaemon(w.store, DaemonOptions{
		Params: cluster.DefaultParams(), Log: slog.New(slog.DiscardHandler), Clock: func() time.Time { return first.AddDate(-1, 0, 0) },
	})
	last, err := d.lastRuns()
	if err != nil {
		t.Fatal(err)
	}
	if len(last) > 0 {
		t.Errorf("a year before, jobs have run: %v", last)
	}
}
