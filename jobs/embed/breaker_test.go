package embed

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that a test moves.
type clock struct {
	lock sync.Mutex
	at   time.Time
}

func (c *clock) now() time.Time {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.at = c.at.Add(d)
}

// A server that fails again and again is left alone, longer each time, and asked as before once it works.
func TestBreaker(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	s := serve(t, func(_ int, w http.ResponseWriter, _ request) bool {
		if broken.Load() {
			http.Error(w, "wrong key", http.StatusForbidden)
		}
		return broken.Load()
	})
	at := &clock{at: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}
	o := DefaultOptions()
	o.URL, o.Model = s.URL, "m"
	c, err := New(o, at.now)
	if err != nil {
		t.Fatal(err)
	}
	asks := func() int {
		before, _ := s.sent()
		c.Embed(t.Context(), []string{"a"})
		after, _ := s.sent()
		return after - before
	}
	if n := asks(); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	_, err = c.Embed(t.Context(), []string{"a"})
	if open, ok := errors.AsType[*OpenError](err); !ok || !strings.Contains(open.Error(), "not asked until 08:00:30Z: the server answers 403 Forbidden: wrong key") {
		t.Errorf("error %v", err)
	}
	at.advance(29 * time.Second)
	if n := asks(); n != 0 {
		t.Errorf("asked %d times while open", n)
	}
	at.advance(2 * time.Second)
	if n := asks(); n != 1 {
		t.Errorf("asked %d times after the pause", n)
	}
	at.advance(31 * time.Second)
	if n := asks(); n != 0 {
		t.Errorf("asked %d times in the second pause", n)
	}
	at.advance(30 * time.Second)
	broken.Store(false)
	for range 3 {
		if n := asks(); n != 1 {
			t.Errorf("asked %d times after it works", n)
		}
	}
}

func TestBreakerCountsFailuresInARow(t *testing.T) {
	at := &clock{at: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}
	b := &breaker{now: at.now}
	cause := errors.New("cause")
	for range 10 {
		b.broke(cause, false, 0)
		b.broke(cause, false, 0)
		b.worked()
	}
	if err := b.check(); err != nil {
		t.Errorf("open without three in a row: %v", err)
	}
	for range 3 {
		b.broke(cause, false, 0)
	}
	if err := b.check(); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
	b = &breaker{now: at.now}
	b.broke(cause, false, 2*time.Minute)
	at.advance(119 * time.Second)
	if b.check() == nil {
		t.Error("asked again before the server wants it")
	}
	at.advance(2 * time.Second)
	if err := b.check(); err != nil {
		t.Error(err)
	}
	for range 12 {
		b.broke(cause, true, 0)
		at.advance(breakerMost + time.Second)
		if err := b.check(); err != nil {
			t.Fatalf("open for more than %s: %v", breakerMost, err)
		}
	}
}

// A caller that goes away is no failure of the server.
func TestCancelledCallCountsForNothing(t *testing.T) {
	s := serve(t, func(_ int, _ http.ResponseWriter, _ request) bool {
		time.Sleep(200 * time.Millisecond)
		return false
	})
	c := clientOf(t, s.URL, nil)
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if list, err := c.Embed(ctx, []string{"a"}); err == nil || got(list) != 0 {
			t.Errorf("%v, %v", list, err)
		}
		cancel()
	}
	if list, err := c.Embed(t.Context(), []string{"a"}); err != nil || got(list) != 1 {
		t.Errorf("%d embeddings, error %v", got(list), err)
	}
}
