package jobs

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// order polls the feed as somebody who waits for it asks, and gives what was said.
func (s *stand) order(by time.Duration) ordered {
	s.t.Helper()
	s.now = s.now.Add(by)
	said := s.polls.order(jobPoll + " " + s.feed.Name)
	if err := s.poll(s.t.Context(), &s.feed); err != nil {
		s.t.Fatal(err)
	}
	o := said()
	if o == nil || o.note == "" {
		s.t.Fatal("nothing was said")
	}
	return *o
}

// Whoever orders a poll is told what it brought.
func TestAnOrderedPollTells(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(2)...))
	for _, step := range []struct {
		do     func()
		says   string
		undone bool
	}{
		{func() {}, "new stories: 2, changed: 0; they wait for the tick", false},
		{func() {}, "not asked: 2 stories of the last poll wait for the tick", true},
		{func() { s.pass(0) }, "no new story", false},
		{func() { s.answer(500, "") }, "the feed cannot be read: ", true},
		{func() { s.answer(410, "") }, "the feed is gone: ", true},
		{func() { s.answer(200, rss(entries(2)...)) }, "no new story", false}, // it is back
	} {
		step.do()
		if got := s.order(time.Minute); !strings.HasPrefix(got.note, step.says) || got.undone != step.undone {
			t.Errorf("said %+v, want %q", got, step.says)
		}
	}
	s.pass(15 * time.Minute)
	if f := s.state(); f.Gone || f.Failures != 0 {
		t.Errorf("after it was back: %+v", f)
	}
}

// An order ends the pause of a feed that fails, but not one that its server has asked for, also after a restart.
func TestAnOrderedPollDoesNotWait(t *testing.T) {
	s := newStand(t)
	asked := 0
	s.serve = func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(500)
	}
	for range 96 { // a day, after which it is left alone for hours
		s.pass(15 * time.Minute)
	}
	if f := s.state(); f.NextTry.Sub(s.now) < time.Hour {
		t.Fatalf("left alone until %s only", f.NextTry)
	}
	was := asked
	if got := s.order(time.Minute); asked != was+1 || !strings.Contains(got.note, "it is asked again at ") {
		t.Errorf("asked %d times, said %q", asked-was, got.note)
	}
	if s.pass(time.Minute); asked != was+1 {
		t.Error("asked once more without an order")
	}

	s.serve = func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(503)
	}
	s.order(time.Minute)
	until := s.now.Add(time.Hour)
	s.pass(time.Minute)
	s.restart(*s.options())
	was = asked
	got := s.order(time.Minute)
	want := "not asked: its server wants to be left alone until " + until.Format(time.RFC3339) + " (Retry-After)"
	if asked != was || got.note != want || !got.undone {
		t.Errorf("asked %d times, said %q, want %q", asked-was, got.note, want)
	}
	s.answer(200, rss(entries(1)...))
	if got := s.order(time.Hour); got.undone {
		t.Errorf("after that: %q", got.note)
	}
}

// A poll of a daemon that runs nothing else stores what it brings.
func TestPollOnceStoresWhatItBrings(t *testing.T) {
	s := newStand(t)
	s.restart(*s.options())
	s.answer(200, rss(entries(3)...))
	for _, want := range [][]string{
		{"new stories: 3, changed: 0; they wait for the tick", "a tick has stored them"},
		{"no new story"},
	} {
		s.Daemon = NewDaemon(s.store, *s.options()) // another process each time
		r, err := s.Once(t.Context(), jobPoll+" "+s.feed.Name)
		if err != nil || r.Err != nil || r.Undone || !slices.Equal(r.Notes, want) {
			t.Errorf("%+v, %v, want %q", r, err, want)
		}
		if n := s.stories(); n != 3 {
			t.Errorf("%d stories are stored", n)
		}
		s.now = s.now.Add(time.Hour)
	}
	if f := s.state(); f.New != 3 || f.Polls != 2 {
		t.Errorf("%+v", f)
	}
}
