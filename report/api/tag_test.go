package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/internal/fixture"
)

// state is a newsroom that changes.
type state struct {
	*fixture.Reader
	seq uint64
}

func (s *state) Sequence() uint64 { return s.seq }

func TestTags(t *testing.T) {
	s := &state{fixture.Newsroom(), 7}
	now := fixture.Now
	a := New(Options{View: func() Snapshot { return s }, Now: func() time.Time { return now }})
	ask := func(target, tag string) int { return fetch(t, a, target, "If-None-Match", tag).StatusCode }
	for target, ages := range map[string]bool{
		"/api/v1/events": true, "/api/v1/events/" + fixture.Attack: true, "/api/v1/stories/" + fixture.Lead: true, "/api/v1/sources": true,
		"/api/v1/duplicates": false, "/api/v1/duplicates?since=2026-03-01": false, "/api/v1/duplicates?since=3d": true,
		"/api/v1/overrides?until=today": true, "/api/v1/changes": false, "/api/v1/series/" + fixture.FishPrices: false,
	} {
		s.seq, now = 7, fixture.Now
		res := fetch(t, a, target)
		tag := res.Header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) {
			t.Fatalf("%s: tag %q", target, tag)
		}
		for what, header := range map[string]string{"the tag": tag, "among others": `"x", ` + tag + `, W/"y"`, "as a strong one": strings.TrimPrefix(tag, "W/")} {
			again := fetch(t, a, target, "If-None-Match", header)
			if again.StatusCode != http.StatusNotModified || again.Header.Get("ETag") != tag || body(t, again) != "" {
				t.Errorf("%s with %s: %s", target, what, again.Status)
			}
		}
		for what, header := range map[string]string{"another tag": `W/"x"`, "a star": "*", "rubbish": "\x00,,"} {
			if got := ask(target, header); got != 200 {
				t.Errorf("%s with %s: %d", target, what, got)
			}
		}
		if other := strings.Replace(target+"?limit=7", "?since", "?limit=7&since", 1); strings.Count(other, "?") == 1 && !strings.Contains(target, "/e") {
			if got := ask(other, tag); got == http.StatusNotModified {
				t.Errorf("%s: 304 with the tag of %s", other, target)
			}
		}
		now = now.Add(time.Minute)
		if got := ask(target, tag); (got == 200) != ages {
			t.Errorf("%s a minute later: %d", target, got)
		}
		s.seq, now = 8, fixture.Now
		if got := ask(target, tag); got != 200 {
			t.Errorf("%s after a commit: %d", target, got)
		}
	}
	s.seq = 7
	for _, target := range []string{"/api/v1/events/nope", "/api/v1/events?x=1", "/api/v1/events/" + fixture.Merged} {
		if r := fetch(t, a, target, "If-None-Match", fetch(t, a, "/api/v1/events").Header.Get("ETag")); r.Header.Get("ETag") != "" || r.StatusCode < 308 {
			t.Errorf("%s: %s with tag %q", target, r.Status, r.Header.Get("ETag"))
		}
	}
}

// lists reads the newsroom as a catalog would answer from memory.
type lists struct {
	r      *fixture.Reader
	state  string // empty: not ready
	asked  []catalog.Query
	synced int
}

func (l *lists) Lists(events, threads *catalog.Query) (ev report.EventsView, tv report.ThreadsView, err error) {
	if l.state == "" {
		return ev, tv, catalog.ErrNotReady
	}
	if events != nil {
		l.asked = append(l.asked, *events)
		if strings.HasPrefix(events.Cursor, "bad") {
			return ev, tv, fmt.Errorf("%w: it cannot be read", catalog.ErrCursor)
		}
		ev, err = report.Events(l.r, events.Query)
		ev.Page = report.Page{Sequence: 14, Next: "onward", Changed: 2}
	}
	if threads != nil {
		l.asked = append(l.asked, *threads)
		tv, err = report.Threads(l.r, threads.Query)
	}
	return ev, tv, err
}

func (l *lists) Among(report.Query, []string) (int, error) { return 0, catalog.ErrNotReady }

func (l *lists) Same(state string, _ []string) bool { return state == l.state }
func (l *lists) State() string                      { return l.state }
func (l *lists) Sync(context.Context) error         { l.synced++; return nil }

func TestListsAreAnsweredFromMemory(t *testing.T) {
	l := &lists{r: fixture.Newsroom(), state: "14-1-a"}
	o := options(l.r)
	o.Lists, o.Editor = l, &desk{}
	a := New(o)
	res := fetch(t, a, "/api/v1/events?sort=growth&family=meridian&name=Ingrid+Solvang&cursor=there&limit=3")
	if got := body(t, res); res.StatusCode != 200 || !strings.Contains(got, `"sequence": 14`) || !strings.Contains(got, `"next": "onward"`) || !strings.Contains(got, `"changed": 2`) {
		t.Errorf("%s\n%s", res.Status, got)
	}
	if q := l.asked[0]; q.Cursor != "there" || q.Sort != report.Growth || q.Family != "meridian" || q.Name != "Ingrid Solvang" || q.Limit != 3 {
		t.Errorf("asked %+v", q)
	}
	for target, want := range map[string]int{
		"/api/v1/threads": 200, "/api/v1/search?q=halden": 200, "/api/v1/events?cursor=bad": 422, "/api/v1/events?cursor=" + strings.Repeat("a", 3000): 422,
	} {
		if res := fetch(t, a, target); res.StatusCode != want {
			t.Errorf("%s: %s, want %d", target, res.Status, want)
		}
	}
	tag := fetch(t, a, "/api/v1/events").Header.Get("ETag")
	l.state = "14-2-a" // brought up to what the store had before
	if r := fetch(t, a, "/api/v1/events", "If-None-Match", tag); r.StatusCode != 200 {
		t.Errorf("after the lists have changed: %s", r.Status)
	}
	if send(t, a, http.MethodPost, "/api/v1/overrides", `{"kind":"merge","objects":["a","b"]}`, "Content-Type", "application/json"); l.synced != 1 {
		t.Errorf("waited %d times for what was ordered", l.synced)
	}
	l.state = ""
	for target, want := range map[string]int{"/api/v1/events": 200, "/api/v1/threads": 200, "/api/v1/search?q=halden": 200, "/api/v1/events?cursor=onward": 503} {
		if res := fetch(t, a, target); res.StatusCode != want || want == 503 && res.Header.Get("Retry-After") == "" {
			t.Errorf("not ready: %s: %s, want %d", target, res.Status, want)
		}
	}
}
