package jobs_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/push"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// pushing is a daemon into which stories are pushed.
type pushing struct {
	t    *testing.T
	dir  string // of the inbox
	s    *store.Store
	log  *logBook
	d    *jobs.Daemon
	box  *inbox.Inbox
	h    http.Handler
	stop func() error
}

// pushInto starts a daemon over a store; spec is that of its ticks.
func pushInto(t *testing.T, s *store.Store, dir, spec string, most inbox.Depth, inputs ...jobs.Scheduled) *pushing {
	t.Helper()
	p := &pushing{t: t, dir: dir, s: s, log: &logBook{}}
	o := daemonOptions(t, time.Now, p.log, inputs...)
	var err error
	if o.Tick, err = schedule.Parse(spec, time.UTC); err != nil {
		t.Fatal(err)
	}
	o.CatchUp = false
	box, err := inbox.Open(dir, inbox.Options{Most: most})
	if err != nil {
		t.Fatal(err)
	}
	p.box = box
	p.d = jobs.NewDaemon(s, o)
	from := source.Options{Name: jobs.PushedInput}
	if p.h, err = push.New(box, push.Options{Source: from, Clock: time.Now, Wait: p.d.UntilTick}); err != nil {
		t.Fatal(err)
	}
	p.d.Push(box, from)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.d.Run(ctx) }()
	p.stop = func() error {
		cancel()
		return <-done
	}
	waitFor(t, "the schedule", func() bool { return p.log.count("job is scheduled") > 0 })
	return p
}

func (p *pushing) push(body string) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, "/v1/stories", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-ndjson")
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	return w
}

// segments counts the files of the inbox.
func (p *pushing) segments() int {
	p.t.Helper()
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		p.t.Fatal(err)
	}
	return len(entries)
}

// What is pushed is placed by the next tick, each story once, however often it is pushed; then the inbox is empty. What a
// daemon does not get to take in before it ends is taken in by the next one.
func TestPushedStoriesArePlaced(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile(generated(t, dir, "a.jsonl", 60, 1))
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, filepath.Join(dir, "db"))
	p := pushInto(t, s, filepath.Join(dir, inbox.Folder), "@every 1s", inbox.Depth{})
	for range 2 {
		if w := p.push(string(data)); w.Code != http.StatusAccepted {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	waitFor(t, "the inbox to be swept", func() bool { return p.segments() == 0 })
	if w := p.push(string(data)); w.Code != http.StatusAccepted {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	waitFor(t, "the inbox to be swept again", func() bool { return p.segments() == 0 })
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	placed := len(assignments(t, s))
	if placed < 55 || placed > 60 {
		t.Errorf("%d stories of 60 deliveries, pushed three times", placed)
	}
	if p.log.count("unchanged=60") == 0 {
		t.Error("the third push was not recognised")
	}
	if w := p.push(`{"title":"too late"}`); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a push after the end: %d", w.Code)
	}

	p = pushInto(t, s, p.dir, "@every 24h", inbox.Depth{})
	if w := p.push(`{"id":"late","title":"Rovers win the cup"}`); w.Code != http.StatusAccepted {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if err := p.stop(); err != nil || p.segments() != 1 {
		t.Fatalf("%v, %d segments", err, p.segments())
	}
	p = pushInto(t, s, p.dir, "@every 1s", inbox.Depth{})
	waitFor(t, "the inbox to be swept by the next daemon", func() bool { return p.segments() == 0 })
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if _, ok := assignments(t, s)["late"]; !ok {
		t.Error("what the first daemon left was not placed")
	}
	view := s.View()
	defer view.Close()
	data, err = view.Cursor(jobs.PushedInput)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := source.DecodeCursor(data); err != nil || c.Len() > 2 {
		t.Errorf("the cursor knows %d segments (%v)", c.Len(), err)
	}
}

// A story without a date is of the time at which it was pushed, not of that of the tick.
func TestPushedStoryArrivesWhenItIsPushed(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "db"))
	p := pushInto(t, s, filepath.Join(dir, inbox.Folder), "@every 24h", inbox.Depth{})
	before := time.Now()
	p.push(`{"id":"a","title":"Fire in Tolmere"}`)
	after := time.Now()
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	p = pushInto(t, s, p.dir, "@every 1s", inbox.Depth{})
	waitFor(t, "the tick", func() bool { return p.segments() == 0 })
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	view := s.View()
	defer view.Close()
	r, err := view.Story("a")
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Story.Published; got.Before(before.Truncate(time.Second)) || got.After(after) || r.Story.Precision != cluster.Arrival {
		t.Errorf("published %s (%v), pushed from %s to %s", got, r.Story.Precision, before, after)
	}
}

// An inbox that is half full does not wait for the next tick, and one that is full says when that comes.
func TestFullInbox(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "db"))
	p := pushInto(t, s, filepath.Join(dir, inbox.Folder), "@every 24h", inbox.Depth{Bytes: 1 << 20, Stories: 10})
	story := func(n int) string { return strings.Repeat(`{"title":"Fire in Tolmere"}`+"\n", n) }
	p.push(story(4))
	if w := p.push(story(7)); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "3600" {
		t.Errorf("%d, Retry-After %q: the next tick is a day away, and an hour the most that is asked for", w.Code, w.Header().Get("Retry-After"))
	}
	if p.segments() != 1 || p.log.count("msg=run") > 0 {
		t.Fatal("a tick ran before the inbox was half full")
	}
	if w := p.push(story(2)); w.Code != http.StatusAccepted {
		t.Fatalf("%d", w.Code)
	}
	waitFor(t, "a tick that is not due", func() bool { return p.box.Depth() == inbox.Depth{} })
	if w := p.push(story(10)); w.Code != http.StatusAccepted {
		t.Errorf("%d after there was room again", w.Code)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
}

// A tick over inputs with much to read takes some of each in turn; an order that comes meanwhile does not wait for the
// last of it.
func TestTickWorksInRounds(t *testing.T) {
	dir := t.TempDir()
	large := jobs.Scheduled{Input: files(generated(t, dir, "a.jsonl", 200, 1))[0]}
	large.Name, large.Limit = "large", 60
	small := jobs.Scheduled{Input: files(generated(t, dir, "b.jsonl", 40, 2))[0]}
	small.Name, small.Limit = "small", 60
	s := openStore(t, filepath.Join(dir, "db"))
	log := &logBook{}
	o := daemonOptions(t, time.Now, log, large, small)
	var err error
	if o.Tick, err = schedule.Parse("@every 24h", time.UTC); err != nil {
		t.Fatal(err)
	}
	stop := runDaemon(t, s, o) // catches up with its first tick
	waitFor(t, "the last round", func() bool { return log.count("read=20") == 1 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if log.count("read=100") != 1 || log.count("read=60") != 2 {
		t.Errorf("not in rounds of 100, 60, 60 and 20: %s", log.b.String())
	}
	if n := len(assignments(t, s)); n < 220 || n > 240 {
		t.Errorf("%d stories of 240 deliveries", n)
	}
}

// Orders that come while a daemon runs are carried out with its desk: they hold in the next tick, one that is refused does
// no harm, and after one that fails the next tick goes on from the store.
func TestOrdersWhileTheDaemonRuns(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "db"))
	p := pushInto(t, s, filepath.Join(dir, inbox.Folder), "@every 1s", inbox.Depth{})
	p.push(`{"id":"a","title":"Fire closes the harbour of Tolmere"}` + "\n" + `{"id":"b","title":"Rovers lose the final in extra time"}`)
	waitFor(t, "the tick", func() bool { return p.segments() == 0 })
	places := assignments(t, s)
	order := func(d *jobs.Desk, objects ...string) error {
		_, err := d.Edit(t.Context(), jobs.Order{Kind: cluster.OverrideMerge, Objects: objects, Author: "ada"}, time.Now)
		return err
	}
	if err := p.d.WithDesk(t.Context(), func(d *jobs.Desk) error { return order(d, "e0000", places["a"].Event) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an order about nothing: %v", err)
	}
	broken := errors.New("broken")
	if err := p.d.WithDesk(t.Context(), func(*jobs.Desk) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if err := p.d.WithDesk(t.Context(), func(d *jobs.Desk) error { return order(d, places["a"].Event, places["b"].Event) }); err != nil {
		t.Fatal(err)
	}
	if got := assignments(t, s); got["a"].Event != got["b"].Event {
		t.Errorf("after the order: %v", got)
	}
	p.push(`{"id":"c","title":"Rovers lose the final in extra time again"}`)
	waitFor(t, "the next tick", func() bool { return p.segments() == 0 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.d.WithDesk(ctx, func(*jobs.Desk) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("an order that nobody waits for: %v", err)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if got := assignments(t, s); got["a"].Event != got["b"].Event || len(got) != 3 {
		t.Errorf("after the next tick: %v", got)
	}
}

// What was accepted under wide limits is placed, also where they have become narrower before the tick.
func TestLimitsOfPushedStoriesAreReloaded(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "db"))
	p := pushInto(t, s, filepath.Join(dir, inbox.Folder), "@every 24h", inbox.Depth{})
	long := `{"id":"long","title":"Fire","text":"` + strings.Repeat("Fire in the harbour. ", 100_000) + `"}`
	if w := p.push(long); w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("as at first: %d %.200s", w.Code, w.Body)
	}
	reload := func(limits source.Limits, spec string) {
		t.Helper()
		o := daemonOptions(t, time.Now, p.log)
		var err error
		if o.Tick, err = schedule.Parse(spec, time.UTC); err != nil {
			t.Fatal(err)
		}
		o.CatchUp, o.Pushed = false, limits
		if err := p.d.Reload(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		p.h.(*push.Handler).Bound(0, limits)
	}
	reload(source.Limits{Text: 4 << 20}, "@every 24h")
	if w := p.push(long); w.Code != http.StatusAccepted {
		t.Fatalf("under wider limits: %d %.200s", w.Code, w.Body)
	}
	reload(source.Limits{Text: 1 << 10}, "@every 1s")
	if w := p.push(long); w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("under narrower ones: %d %.200s", w.Code, w.Body)
	}
	waitFor(t, "the inbox to be swept", func() bool { return p.segments() == 0 })
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if _, ok := assignments(t, s)["long"]; !ok {
		t.Error("what was accepted was put aside")
	}
}
