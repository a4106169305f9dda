package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store"
)

// buried makes a world whose endpoint has dead letters of the first entries, one each.
func buried(t *testing.T, letters int) *world {
	w := newWorld()
	r := newReceiver(t, always(404))
	e := endpoint("desk", func(e *Endpoint) { e.Batch = 1 })
	_, stop := w.start(t, r, e)
	w.write(grew(letters)...)
	time.Sleep(time.Duration(letters) * time.Hour)
	synctest.Wait()
	stop()
	if s := w.status(t, "desk"); len(s.Dead) != letters || s.Lag != 0 {
		t.Fatalf("%+v", s)
	}
	return w
}

// Dead letters are sent again under their ids; what is delivered is none any more.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := buried(t, 3)
		before := w.status(t, "desk").Dead
		r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				return status(500)
			}
			return status(200)
		})
		done, err := Retry(t.Context(), endpoint("desk"), w.options(r), 0)
		if err != nil {
			t.Fatal(err)
		}
		want := []Retried{
			{before[0].ID, 1, ""},
			{before[1].ID, 1, "the endpoint answers 500 Internal Server Error: said the server"},
			{before[2].ID, 1, ""},
		}
		if diff := cmp.Diff(want, done); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([][]uint64{{1}, {2}, {3}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
		s := w.status(t, "desk")
		if len(s.Dead) != 1 || s.Dead[0].ID != before[1].ID || s.Dead[0].Attempts != before[1].Attempts+1 || s.Delivered != 2 {
			t.Errorf("%+v", s)
		}
		if got := r.got()[1]; got.id != before[1].ID || got.attempt != fmt.Sprint(before[1].Attempts+1) {
			t.Errorf("%+v", got)
		}
	})
}

// A letter that cannot be made anew keeps no other from being sent.
func TestRetryWithoutAnEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := buried(t, 3), newReceiver(t, fine)
		w.lost = map[uint64]bool{2: true}
		done, err := Retry(t.Context(), endpoint("desk"), w.options(r), 0)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]uint64{{1}, {3}}, r.seqs()); diff != "" || len(done) != 3 || done[1].Error != "entry 2: not found" {
			t.Errorf("%+v %s", done, diff)
		}
		if s := w.status(t, "desk"); len(s.Dead) != 1 || s.Dead[0].Reason != "entry 2: not found" {
			t.Errorf("%+v", s.Dead)
		}
	})
}

func TestRetryOfOneEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := buried(t, 3), newReceiver(t, fine)
		if _, err := Retry(t.Context(), endpoint("desk"), w.options(r), 2); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]uint64{{2}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
		if s := w.status(t, "desk"); len(s.Dead) != 2 || s.DeadEntries != 2 {
			t.Errorf("%+v", s)
		}
		if _, err := Retry(t.Context(), endpoint("desk"), w.options(r), 2); !errors.Is(err, ErrNoLetter) {
			t.Error(err)
		}
		if _, err := Retry(t.Context(), endpoint("other"), w.options(r), 0); !errors.Is(err, ErrNotStarted) {
			t.Error(err)
		}
	})
}

// An endpoint that still does not work is not asked a thousand times, and an interrupted retry keeps what is left.
func TestRetryGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := buried(t, 5), newReceiver(t, always(503))
		done, err := Retry(t.Context(), endpoint("desk"), w.options(r), 0)
		if err != nil || len(done) != 3 || len(r.got()) != 3 {
			t.Errorf("%v, %d letters, %d requests", err, len(done), len(r.got()))
		}
		ctx, cancel := context.WithCancel(t.Context())
		r = newReceiver(t, func(n int, req *http.Request) (*http.Response, error) {
			if n == 1 {
				cancel()
				return nil, req.Context().Err()
			}
			return status(200)
		})
		if _, err := Retry(ctx, endpoint("desk"), w.options(r), 0); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if s := w.status(t, "desk"); len(s.Dead) != 4 || s.Dead[0].ID == r.got()[0].id || s.Dead[0].ID != r.got()[1].id {
			t.Errorf("%+v", s.Dead)
		}
	})
}

func TestDeadLettersAreBounded(t *testing.T) {
	var s state
	for i := range MaxDead + 7 {
		s.Pending = &pinned{ID: fmt.Sprint(i), Through: uint64(i)}
		s.bury(time.Unix(0, 0), "no")
	}
	if len(s.Dead) != MaxDead || s.Dropped != 7 || s.Dead[0].ID != "7" || s.Cursor != MaxDead+6 {
		t.Errorf("%d letters from %s, %d dropped, cursor %d", len(s.Dead), s.Dead[0].ID, s.Dropped, s.Cursor)
	}
}

func TestTestDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		id, err := Test(t.Context(), endpoint("desk"), w.options(r))
		if err != nil {
			t.Fatal(err)
		}
		got := r.got()[0]
		if got.id != id || got.body.Type != "test" || got.body.Entries == nil || len(got.body.Entries) != 0 || w.commits != 0 {
			t.Errorf("%+v", got)
		}
		if got.sig != Sign([]string{secret}, time.Now(), got.raw) {
			t.Errorf("signature %s", got.sig)
		}
		r = newReceiver(t, always(401))
		if _, err := Test(t.Context(), endpoint("desk"), w.options(r)); err == nil || !strings.Contains(err.Error(), "401 Unauthorized") {
			t.Error(err)
		}
	})
}

// The store remembers endpoints that the config does not name any more; the rows of reached events are none.
func TestStatuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		w.event("e1", "Courier")
		_, stop := w.start(t, r, endpoint("former"), endpoint("desk", func(e *Endpoint) { e.Filter.MinSources = 1 }))
		synctest.Wait()
		stop()
		if err := w.Commit(t.Context(), store.Batch{Cursors: []store.Cursor{{Source: "source:wire", Data: []byte("x")}}}); err != nil {
			t.Fatal(err)
		}
		all, err := Statuses(w.View().(view), []Endpoint{endpoint("desk"), endpoint("new")})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range all {
			got = append(got, fmt.Sprintf("%s %t %t %s", s.Name, s.Configured, s.Started, s.Host))
		}
		want := []string{"desk true true desk.example.org", "new true false new.example.org", "former false true "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRecordOfALaterVersion(t *testing.T) {
	for _, data := range []string{`{"version":2}`, `{}`, `nonsense`} {
		if _, err := decodeState([]byte(data)); err == nil {
			t.Errorf("%s was read", data)
		}
	}
}
