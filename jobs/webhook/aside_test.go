package webhook

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Dead letters that are sent again while a runner works for the endpoint stay delivered: the courier goes on from there.
func TestRetryBesideARunner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := buried(t, 2), newReceiver(t, fine)
		runner, stop := w.start(t, r, endpoint("desk"))
		synctest.Wait()
		if err := runner.Aside(t.Context(), "desk", func() error {
			_, err := Retry(t.Context(), endpoint("desk"), w.options(r), 0)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.write(grew(1)...)
		runner.Wake()
		synctest.Wait()
		stop()
		if diff := cmp.Diff([][]uint64{{1}, {2}, {3}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
		if s := w.status(t, "desk"); len(s.Dead) != 0 || s.Delivered != 3 || s.Cursor != 3 || s.Failures != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Work on a record waits for nobody that has none in memory, and no longer than it may.
func TestAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		runner, stop := w.start(t, r, endpoint("desk"))
		fault := errors.New("a fault of its own")
		for _, name := range []string{"desk", "nobody"} {
			if err := runner.Aside(t.Context(), name, func() error { return fault }); !errors.Is(err, fault) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// A record that cannot be read afterwards is not written over.
		if err := runner.Aside(t.Context(), "desk", func() error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.cursors[cursorName("desk")] = []byte("not a record")
			return nil
		}); err != nil {
			t.Error(err)
		}
		w.write(grew(1)...)
		runner.Wake()
		time.Sleep(time.Hour)
		stop()
		if got := string(w.cursors[cursorName("desk")]); got != "not a record" {
			t.Errorf("the record was written over: %q", got)
		}
		if err := runner.Aside(t.Context(), "desk", func() error { return nil }); !errors.Is(err, ErrEnded) {
			t.Errorf("after the end: %v", err)
		}
		late, cancel := context.WithCancel(t.Context())
		cancel()
		idle, err := New([]Endpoint{endpoint("desk")}, w.options(r))
		if err != nil {
			t.Fatal(err)
		}
		if err := idle.Aside(late, "desk", func() error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("before the start: %v", err)
		}
	})
}
