package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func statusOf(err error) *StatusError {
	status, _ := errors.AsType[*StatusError](err)
	return status
}

func TestHostName(t *testing.T) {
	for address, want := range map[string]string{
		"http://example.org/a":       "example.org",
		"https://EXAMPLE.org./a":     "example.org",
		"http://example.org:80/":     "example.org",
		"https://example.org:443/":   "example.org",
		"https://example.org:80/":    "example.org:80",
		"http://example.org:8080/":   "example.org:8080",
		"http://user@example.org/":   "example.org",
		"http://[2606:2800::1]:81/a": "2606:2800::1:81",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := hostName(u); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func TestAHostIsNotHurried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var mu sync.Mutex
		at := map[string][]string{}
		c, end := network(t, func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			at[r.Host] = append(at[r.Host], time.Since(begun).String())
		}, func(o *Options) { o.Rate, o.Burst, o.Concurrent = 0.5, 2, 5 })
		defer end()
		var wait sync.WaitGroup
		for i := range 5 {
			for _, host := range []string{"a.test", "b.test"} {
				wait.Go(func() {
					if _, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("http://%s/%d", host, i)}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wait.Wait()
		want := []string{"0s", "0s", "2s", "4s", "6s"}
		if diff := cmp.Diff(map[string][]string{"a.test": want, "b.test": want}, at); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAHostAnswersFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		c, end := network(t, func(http.ResponseWriter, *http.Request) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(50 * time.Second)
			now.Add(-1)
		}, func(o *Options) { o.Rate = 0 })
		defer end()
		begun := time.Now()
		var wait sync.WaitGroup
		for i := range 6 {
			wait.Go(func() {
				if _, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("http://a.test/%d", i)}); err != nil {
					t.Error(err) // though the last waited for longer than a Get may take
				}
			})
		}
		wait.Wait()
		if most.Load() != 2 || time.Since(begun) != 150*time.Second {
			t.Errorf("%d at a time, done after %s", most.Load(), time.Since(begun))
		}
	})
}

func TestWaitingEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, end := network(t, func(http.ResponseWriter, *http.Request) { time.Sleep(30 * time.Second) },
			func(o *Options) { o.Rate, o.Burst, o.Concurrent = 0.01, 1, 1 })
		defer end()
		var wait sync.WaitGroup
		defer wait.Wait()
		wait.Go(func() {
			if _, err := c.Get(t.Context(), Request{URL: "http://a.test/first"}); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := c.Get(ctx, Request{URL: "http://a.test/no-slot"}); Kind(err) != "canceled" || time.Since(begun) != 5*time.Second {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
		wait.Wait()
		begun = time.Now()
		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := c.Get(ctx, Request{URL: "http://a.test/no-turn"}); !errors.Is(err, ErrBusy) || time.Since(begun) != 0 {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
	})
}

func TestAHostThatAsksToBeLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c, end := network(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			switch r.URL.Path {
			case "/many":
				w.Header().Set("Retry-After", "600")
				w.WriteHeader(http.StatusTooManyRequests)
			case "/down":
				w.Header().Set("Retry-After", "600")
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}, nil)
		defer end()
		ask := func(address string) *StatusError {
			_, err := c.Get(t.Context(), Request{URL: address})
			if err != nil && statusOf(err) == nil {
				t.Fatal(err)
			}
			return statusOf(err)
		}
		// 503 is about one page, 429 about who asks.
		if got := ask("http://a.test/down"); got == nil || got.Held {
			t.Error(got)
		}
		if got := ask("http://a.test/"); got != nil {
			t.Error(got)
		}
		if got := ask("http://a.test/many"); got == nil || got.Held || got.RetryAfter != 10*time.Minute {
			t.Error(got)
		}
		asked = 0
		time.Sleep(4 * time.Minute)
		if got := ask("https://a.test/"); got == nil || !got.Held || got.Code != 429 || got.RetryAfter != 6*time.Minute || asked > 0 {
			t.Errorf("%+v, asked %d times", got, asked)
		}
		if got := ask("http://b.test/"); got != nil {
			t.Error(got)
		}
		time.Sleep(6 * time.Minute)
		if got := ask("http://a.test/"); got != nil {
			t.Error(got)
		}
	})
}

func TestHostsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts(&Options{Rate: 1, Burst: 1, Concurrent: 1})
		for i := range 10 * firstSweep {
			done, err := h.turn(t.Context(), fmt.Sprintf("host%d.test", i))
			if err != nil {
				t.Fatal(err)
			}
			done()
			time.Sleep(10 * time.Second)
		}
		if len(h.byName) > 2*firstSweep {
			t.Errorf("%d hosts are remembered", len(h.byName))
		}
	})
}
