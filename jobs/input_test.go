package jobs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// tape is an input of items in memory; its cursor is the number of items that were dealt with.
type tape struct {
	name    string
	items   []source.Item
	fails   error // what the reading ends with
	done    int
	settled int
}

func (s *tape) input() Input {
	return Input{Name: s.name, Open: func(_ context.Context, view *store.Snapshot, _ time.Time) (Reading, error) {
		data, err := view.Cursor(s.name)
		if err == nil && data != nil {
			_, err = fmt.Sscanf(string(data), "%d", &s.done)
		}
		return s, err
	}}
}

func (s *tape) Items(context.Context, int) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		for _, it := range s.items[s.done:] {
			if !yield(it, nil) {
				return
			}
		}
		if s.fails != nil {
			yield(source.Item{}, s.fails)
		}
	}
}

func (s *tape) Advance(source.Item) { s.done++ }

func (s *tape) Mark() (func(*cluster.Delta, *store.Batch), error) {
	data := fmt.Append(nil, s.done)
	return func(_ *cluster.Delta, b *store.Batch) {
		b.Cursors = append(b.Cursors, store.Cursor{Source: s.name, Data: data})
	}, nil
}

func (s *tape) Progress() source.Progress { return source.Progress{} }
func (s *tape) Close() error              { return nil }
func (s *tape) Settled()                  { s.settled++ }

// taped makes an input of n stories that have nothing in common.
func taped(name string, n int) *tape {
	s := &tape{name: name}
	for i := range n {
		s.items = append(s.items, source.Item{Story: cluster.Story{
			ID: fmt.Sprintf("%s-%03d", name, i), Title: fmt.Sprintf("%s%d opens %s%d", name, i, name, i*7), Lang: "en", Source: name,
			Published: aMorning.Add(time.Duration(i) * time.Minute),
		}})
	}
	return s
}

var aMorning = time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)

// ingestOver runs do over a desk and ends the run as a job does.
func ingestOver(t *testing.T, s *store.Store, do func(*ingest) error) (store.Run, error) {
	t.Helper()
	desk, err := NewDesk(s, cluster.DefaultParams(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	log := newRunLog("test", func() time.Time { return aMorning })
	in := &ingest{desk: desk, run: log, workers: 1}
	err = errors.Join(do(in), desk.Flush())
	if err == nil {
		in.done()
	}
	return log.end(s, err)
}

func cursorsOf(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	v := s.View()
	defer v.Close()
	list, err := v.Cursors()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, c := range list {
		got[c.Source] = string(c.Data)
	}
	return got
}

func newStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{
		Create: true, Params: store.Header{Features: cluster.FeaturesVersion, Params: cluster.Fingerprint()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestAChunkSpansInputsAndIsCommittedWithAllOfThem(t *testing.T) {
	s := newStore(t)
	a, b, c := taped("alder", 3), taped("birch", 5), taped("cedar", 0)
	run, err := ingestOver(t, s, func(in *ingest) error {
		for _, one := range []*tape{a, b, c} {
			if err := in.read(t.Context(), one.input()); err != nil {
				return err
			}
		}
		if len(in.chunk) != 8 {
			t.Errorf("%d stories wait for the commit, want 8", len(in.chunk))
		}
		return in.flush(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	if run.Ticks != 1 || run.New != 8 {
		t.Errorf("%d ticks took %d stories, want 1 and 8", run.Ticks, run.New)
	}
	want := map[string]string{"alder": "3", "birch": "5", "cedar": "0"}
	if diff := cmp.Diff(want, cursorsOf(t, s)); diff != "" {
		t.Errorf("cursors (-want +got):\n%s", diff)
	}
	if a.settled != 1 || b.settled != 1 || c.settled != 1 {
		t.Errorf("told %d, %d and %d times that the run is on disk, want once each", a.settled, b.settled, c.settled)
	}
}

func TestALimitLeavesTheRestForTheNextRun(t *testing.T) {
	s := newStore(t)
	long := taped("alder", 10)
	input := long.input()
	input.Limit = 4
	for _, want := range []string{"4", "8", "10", "10"} {
		if _, err := ingestOver(t, s, func(in *ingest) error { return in.readAll(t.Context(), input) }); err != nil {
			t.Fatal(err)
		}
		if got := cursorsOf(t, s)["alder"]; got != want {
			t.Fatalf("read up to %s, want %s", got, want)
		}
	}
}

func TestAnInputThatFailsKeepsWhatWasReadOfIt(t *testing.T) {
	s := newStore(t)
	broken, fine := taped("alder", 3), taped("birch", 2)
	broken.fails = errors.New("the disk is gone")
	_, err := ingestOver(t, s, func(in *ingest) error {
		err := in.read(t.Context(), broken.input())
		var unread *UnreadError
		if !errors.As(err, &unread) || unread.Input != "alder" {
			t.Errorf("the broken input gave %v", err)
		}
		if err := in.read(t.Context(), fine.input()); err != nil {
			return err
		}
		return in.flush(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"alder": "3", "birch": "2"}, cursorsOf(t, s)); diff != "" {
		t.Errorf("cursors (-want +got):\n%s", diff)
	}
}

func TestARunThatIsStoppedCommitsNothingOfItsChunk(t *testing.T) {
	s := newStore(t)
	a, b := taped("alder", 3), taped("birch", 2)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := ingestOver(t, s, func(in *ingest) error {
		if err := in.read(ctx, a.input()); err != nil {
			return err
		}
		cancel()
		if err := in.read(ctx, b.input()); err != nil {
			return err
		}
		return in.flush(ctx)
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if got := cursorsOf(t, s); len(got) > 0 {
		t.Errorf("cursors %v were committed without their stories", got)
	}
	if a.settled != 0 {
		t.Error("an input was told that a dropped chunk is on disk")
	}
}
