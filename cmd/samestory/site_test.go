package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/store"
)

// What is kept of pages and lists has a tag, until a tick has changed the store.
func TestSiteKeepsAnswers(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "db"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is written after the test
	desk, err := jobs.NewDesk(s, cluster.DefaultParams(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	var stories []cluster.Story
	for l := range newsroom.Generate(newsroom.Options{Seed: 3, Stories: 40, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Days: 2}) {
		stories = append(stories, l.Story)
	}
	c := catalog.Of(s, slog.New(slog.NewTextHandler(t.Output(), nil)))
	running, stop := context.WithCancel(ctx)
	var parts sync.WaitGroup
	parts.Go(func() { c.Run(running) })
	defer parts.Wait()
	defer stop()
	tick := func(list []cluster.Story) {
		t.Helper()
		err := desk.Tick(ctx, list, cluster.Events, func(d *cluster.Delta) store.Batch { return store.Batch{Delta: d, At: time.Now()} })
		if err == nil {
			err = desk.Flush()
		}
		if err == nil {
			err = c.Sync(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	tick(stories[:30])
	now := stories[39].Arrived.Add(time.Hour)
	h := site(s, func() time.Time { return now }, &editor{store: s, now: time.Now}, c, nil)
	ask := func(target, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	first, err := c.Events(report.Query{})
	if err != nil || len(first.Events) == 0 {
		t.Fatalf("%d events, %v", len(first.Events), err)
	}
	event, thread := first.Events[0].ID, first.Events[0].Thread
	targets := []string{
		"/", "/?since=all", "/event/" + event, "/thread/" + thread,
		"/api/v1/events", "/api/v1/events/" + event, "/api/v1/threads", "/api/v1/search?q=fire",
	}
	tags := map[string]string{}
	for _, target := range targets {
		one := ask(target, "")
		tags[target] = one.Header().Get("ETag")
		if one.Code != 200 || tags[target] == "" || one.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", target, one.Code, one.Header())
		}
		if again := ask(target, ""); again.Body.String() != one.Body.String() || again.Header().Get("Content-Type") != one.Header().Get("Content-Type") {
			t.Errorf("%s is not what it was", target)
		}
		if again := ask(target, tags[target]); again.Code != http.StatusNotModified {
			t.Errorf("%s with its tag: %d", target, again.Code)
		}
	}
	tick(stories[30:])
	for _, target := range targets {
		if again := ask(target, tags[target]); again.Code != 200 || again.Header().Get("ETag") == "" {
			t.Errorf("%s after a tick: %d, tag %q", target, again.Code, again.Header().Get("ETag"))
		}
	}
	if got := ask("/event/nothing", "*"); got.Code != http.StatusNotFound {
		t.Errorf("what is not there: %d", got.Code)
	}
}
