package webhook

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// Entries go out in the order of the journal, in batches, and each once while nothing goes wrong. An endpoint begins where
// the journal ends when it is first seen.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		w.write(grew(3)...)
		runner, stop := w.start(t, r, endpoint("desk"))
		w.write(grew(23)...)
		runner.Wake()
		synctest.Wait()
		w.write(grew(1)...)
		runner.Wake()
		synctest.Wait()
		stop()
		var next uint64 = 4
		sizes := []int{}
		for _, p := range r.got() {
			sizes = append(sizes, len(p.body.Entries))
			for _, e := range p.body.Entries {
				if e.Seq != next {
					t.Fatalf("entry %d, want %d", e.Seq, next)
				}
				next++
			}
			if p.at != 0 {
				t.Errorf("delivery %s came %s late", p.id, p.at)
			}
		}
		if diff := cmp.Diff([]int{10, 10, 3, 1}, sizes); diff != "" {
			t.Error(diff)
		}
		s := w.status(t, "desk")
		if s.Cursor != 27 || s.Lag != 0 || s.Deliveries != 4 || s.Delivered != 24 || s.Pending != nil {
			t.Errorf("%+v", s)
		}
	})
}

// Without anybody to wake it, a courier finds what is new by itself.
func TestPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		_, stop := w.start(t, r, endpoint("desk"))
		synctest.Wait()
		w.write(grew(1)...)
		time.Sleep(31 * time.Second)
		synctest.Wait()
		stop()
		if diff := cmp.Diff([][]uint64{{1}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
	})
}

// What an endpoint was sent before its answer was kept is sent again by the next process: same id, same bytes, a new
// signature.
func TestCrashBetweenAnswerAndCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 0 {
				w.setFull(true) // whatever comes after the answer is lost
			}
			return status(200)
		})
		w.event("e1", "Courier", "Herald")
		runner, stop := w.start(t, r, endpoint("desk"))
		w.write(cluster.Change{Level: "event", Kind: "created", Object: "e1", In: []string{"e1-s0", "e1-s1"}})
		runner.Wake()
		synctest.Wait()
		stop()
		w.setFull(false)
		w.event("e1", "Courier", "Herald", "Gazette") // the store has gone on meanwhile
		w.write(grew(2)...)
		time.Sleep(time.Hour)
		_, stop = w.start(t, r, endpoint("desk"))
		synctest.Wait()
		stop()

		got := r.got()
		if diff := cmp.Diff([][]uint64{{1}, {1}, {2, 3}}, r.seqs()); diff != "" {
			t.Fatal(diff)
		}
		if got[0].id != got[1].id || string(got[0].raw) != string(got[1].raw) {
			t.Errorf("delivered %s\n%s\nand then %s\n%s", got[0].id, got[0].raw, got[1].id, got[1].raw)
		}
		if got[0].sig == got[1].sig {
			t.Error("the second attempt is signed as the first, an hour before")
		}
	})
}

// An endpoint that fails is left alone for longer and longer, and the rest follows when it works.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
			switch {
			case n < 6:
				return nil, errBroken
			case n < 12:
				return status(503)
			}
			return status(200)
		})
		runner, stop := w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Batch = 1 }))
		w.write(grew(2)...)
		runner.Wake()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		stop()
		var at []time.Duration
		for i, p := range r.got() {
			at = append(at, p.at)
			if want := 1; i <= 12 && p.body.Entries[0].Seq != uint64(want) {
				t.Errorf("request %d has entry %d: the first was not answered yet", i, p.body.Entries[0].Seq)
			}
		}
		want := []time.Duration{0}
		for _, pause := range []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600} {
			want = append(want, want[len(want)-1]+pause*time.Second)
		}
		want = append(want, want[len(want)-1]) // the second entry follows at once
		if diff := cmp.Diff(want, at); diff != "" {
			t.Error(diff)
		}
		if s := w.status(t, "desk"); s.Failures != 0 || s.LastError == "" || s.Lag != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestPauseIsDrawnFromItsSecondHalf(t *testing.T) {
	for failures := 1; failures < 100; failures++ {
		least := pause(failures, func(time.Duration) time.Duration { return 0 })
		most := pause(failures, func(d time.Duration) time.Duration { return d })
		if 2*least != most || least < firstPause/2 || most > longestPause {
			t.Errorf("after %d failures %s to %s", failures, least, most)
		}
	}
}

// The pause that an endpoint asks for is given, in seconds or until a date, and never cut short by a commit.
func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		value string
		want  time.Duration
	}{
		{"90", 90 * time.Second},
		{"1", 2 * time.Second}, // less than the own pause
		{"999999999", 24 * time.Hour},
		{"Sat, 01 Jan 2000 00:05:00 GMT", 5 * time.Minute}, // a bubble begins at midnight
		{"Fri, 31 Dec 1999 00:05:00 GMT", 2 * time.Second},
		{"soon", 2 * time.Second},
		{"-5", 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
				if n == 0 {
					return status(429, "Retry-After", c.value)
				}
				return status(200)
			})
			runner, stop := w.start(t, r, endpoint("desk"))
			w.write(grew(1)...)
			runner.Wake()
			synctest.Wait()
			w.write(grew(1)...)
			runner.Wake()
			time.Sleep(25 * time.Hour)
			synctest.Wait()
			stop()
			if got := r.got(); len(got) != 3 || got[1].at != c.want || got[1].attempt != "2" {
				t.Errorf("Retry-After %s: requests %+v, want the second after %s", c.value, got, c.want)
			}
		})
	}
}

// A delivery that is refused again and again is buried, and the next one gets its chance.
func TestRefusedDeliveryIsBuried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n < maxRefused {
				return status(422)
			}
			return status(200)
		})
		runner, stop := w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Batch = 2 }))
		w.write(grew(3)...)
		runner.Wake()
		time.Sleep(time.Hour)
		synctest.Wait()
		stop()
		want := [][]uint64{{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}, {3}}
		if diff := cmp.Diff(want, r.seqs()); diff != "" {
			t.Error(diff)
		}
		s := w.status(t, "desk")
		if len(s.Dead) != 1 || s.Cursor != 3 || s.DeadEntries != 2 {
			t.Fatalf("%+v", s)
		}
		d := s.Dead[0]
		if d.Attempts != maxRefused || d.Reason != "the endpoint answers 422 Unprocessable Entity: said the server" || d.ID != r.got()[0].id {
			t.Errorf("%+v", d)
		}
	})
}

// An endpoint that is away longer than the configured age loses deliveries one by one to the dead letters, but none that
// is younger than that.
func TestOldDeliveryIsBuried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, always(502))
		runner, stop := w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Batch, e.MaxAge = 1, time.Hour }))
		w.write(grew(2)...)
		runner.Wake()
		time.Sleep(50 * time.Minute)
		w.write(grew(1)...)
		time.Sleep(40 * time.Minute) // an hour and a half since the beginning
		synctest.Wait()
		s := w.status(t, "desk")
		if len(s.Dead) != 2 || s.Pending == nil || s.Pending.Attempts == 0 {
			t.Errorf("after 90 minutes: %+v", s)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if s := w.status(t, "desk"); len(s.Dead) != 3 || s.Lag != 0 {
			t.Errorf("after 150 minutes: %+v", s)
		}
		stop()
	})
}

// 410 ends deliveries, also for later processes, until somebody asks for them again: then nothing is missing.
func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 0 {
				return status(http.StatusGone)
			}
			return status(200)
		})
		runner, stop := w.start(t, r, endpoint("desk"))
		w.write(grew(1)...)
		runner.Wake()
		time.Sleep(48 * time.Hour)
		w.write(grew(2)...)
		runner.Wake()
		stop()
		_, stop = w.start(t, r, endpoint("desk"))
		time.Sleep(time.Hour)
		stop()
		if len(r.got()) != 1 {
			t.Errorf("%d requests, want 1", len(r.got()))
		}
		if s := w.status(t, "desk"); !strings.HasPrefix(s.Disabled, "the endpoint answers 410 Gone") || s.Lag != 3 || len(s.Dead) != 0 {
			t.Errorf("%+v", s)
		}
		if _, err := Retry(t.Context(), endpoint("desk"), w.options(r), 0); err != nil {
			t.Fatal(err)
		}
		_, stop = w.start(t, r, endpoint("desk"))
		synctest.Wait()
		stop()
		if diff := cmp.Diff([][]uint64{{1}, {1}, {2, 3}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
	})
}

// An endpoint that does not answer costs the others nothing.
func TestSlowEndpointDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(_ int, req *http.Request) (*http.Response, error) {
			if strings.HasPrefix(req.Host, "slow") {
				<-req.Context().Done()
				return nil, req.Context().Err()
			}
			return status(200)
		})
		runner, stop := w.start(t, r, endpoint("slow"), endpoint("quick"))
		for range 5 {
			w.write(grew(1)...)
			runner.Wake()
			synctest.Wait()
		}
		quick := 0
		for _, p := range r.got() {
			if p.body.Endpoint == "quick" {
				quick++
				if p.at != 0 {
					t.Errorf("%s came %s late", p.id, p.at)
				}
			}
		}
		if quick != 5 {
			t.Errorf("%d deliveries, want 5", quick)
		}
		time.Sleep(DefaultTimeout)
		synctest.Wait()
		if s := w.status(t, "slow"); s.LastError != "no answer within 10s" {
			t.Errorf("%+v", s)
		}
		stop()
	})
}

// A stop waits for the answer that is under way, and then nothing more is sent.
func TestStopWaitsForTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(int, *http.Request) (*http.Response, error) {
			time.Sleep(3 * time.Second)
			return status(200)
		})
		runner, stop := w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Batch = 1 }))
		w.write(grew(5)...)
		runner.Wake()
		time.Sleep(time.Second)
		began := time.Now()
		stop()
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("stopped after %s", took)
		}
		if s := w.status(t, "desk"); len(r.got()) != 1 || s.Cursor != 1 || s.Delivered != 1 {
			t.Errorf("%d requests, %+v", len(r.got()), s)
		}
	})
}

// An answer that does not come in the time that is left is no failure of the endpoint, and its delivery the next
// process's.
func TestStopCutsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := newReceiver(t, func(n int, req *http.Request) (*http.Response, error) {
			if n > 0 {
				return status(200)
			}
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		runner, _ := w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Timeout = time.Hour }))
		w.write(grew(1)...)
		runner.Wake()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		runner.Stop(ctx)
		runner.Stop(ctx) // harmless
		if s := w.status(t, "desk"); s.Failures != 0 || s.Pending == nil {
			t.Errorf("%+v", s)
		}
		_, stop := w.start(t, r, endpoint("desk"))
		synctest.Wait()
		stop()
		if got := r.got(); len(got) != 2 || got[0].id != got[1].id {
			t.Errorf("%+v", got)
		}
	})
}

// Nothing is sent that the store does not hold, and a store that cannot take it is asked again.
func TestNothingIsSentThatIsNotPinned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		runner, stop := w.start(t, r, endpoint("desk"))
		w.setFull(true)
		w.write(grew(1)...)
		runner.Wake()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := len(r.got()); n != 0 {
			t.Errorf("%d requests while the disk is full", n)
		}
		w.setFull(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		if diff := cmp.Diff([][]uint64{{1}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
	})
}

// A secret that cannot be read is a failure like any other: nothing goes out unsigned.
func TestSecretThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		var broken atomic.Bool
		broken.Store(true)
		e := endpoint("desk", func(e *Endpoint) {
			e.Secrets = func() ([]string, error) {
				if broken.Load() {
					return nil, errors.New("no secret in the file")
				}
				return []string{secret}, nil
			}
		})
		runner, stop := w.start(t, r, e)
		w.write(grew(1)...)
		runner.Wake()
		synctest.Wait()
		if s := w.status(t, "desk"); s.LastError != "no secret in the file" || len(r.got()) != 0 {
			t.Errorf("%d requests, %+v", len(r.got()), s)
		}
		broken.Store(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		if len(r.got()) != 1 {
			t.Errorf("%d requests", len(r.got()))
		}
	})
}

func TestEndpointsThatCannotBe(t *testing.T) {
	w := newWorld()
	for want, list := range map[string][]Endpoint{
		"the name is taken":    {endpoint("a"), endpoint("a")},
		ErrName.Error():        {endpoint("No Name")},
		ErrURL.Error():         {endpoint("a", func(e *Endpoint) { e.URL = "ftp://example.org" })},
		"options out of range": {endpoint("a", func(e *Endpoint) { e.Secrets = nil })},
		"0 entries":            {endpoint("a", func(e *Endpoint) { e.Batch = 0 })},
	} {
		if _, err := New(list, w.options(nil)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for address, fine := range map[string]bool{
		"http://localhost:8080":            true,
		"https://example.org/x?y=z":        true,
		"https://user:secret@example.org/": false,
		"https://example.org/#part":        false,
		"https:///path":                    false,
		"http://:80/":                      false,
		"file:///etc/passwd":               false,
		"example.org":                      false,
		"http://exa mple.org":              false,
		"":                                 false,
	} {
		if err := CheckURL(address); (err == nil) != fine {
			t.Errorf("%q: %v", address, err)
		}
	}
}
