package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/internal/fixture"
)

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

func (l *lists) Among(q report.Query, ids []string) (int, error) {
	if l.state == "" {
		return 0, catalog.ErrNotReady
	}
	q.Limit, q.Unnamed = -1, true
	v, err := report.Events(l.r, q)
	n := 0
	for _, e := range v.Events {
		if slices.Contains(ids, e.ID) {
			n++
		}
	}
	return n, err
}

func (l *lists) State() string                      { return l.state }
func (l *lists) Same(state string, _ []string) bool { return state == l.state }
func (l *lists) Sync(context.Context) error         { l.synced++; return nil }

func TestListsAreAnsweredFromMemory(t *testing.T) {
	l := &lists{r: fixture.Newsroom(), state: "14-1-a"}
	now := fixture.Now
	h := newHandler(func() Snapshot { return l.r }, func() time.Time { return now }, nil, WithLists(l))
	if res := get(t, h, "/?sort=growth&family=meridian&name=Ingrid+Solvang&limit=3"); res.StatusCode != 200 {
		t.Errorf("%s", res.Status)
	}
	if q := l.asked[0]; q.Sort != report.Growth || q.Family != "meridian" || q.Name != "Ingrid Solvang" || q.Limit != 3 {
		t.Errorf("asked %+v", q)
	}
	for target, want := range map[string]int{
		"/": 200, "/?q=ferries": 200, "/?name=" + strings.Repeat("a", 300): 400, "/?sort=" + "%3Cb%3E": 400,
	} {
		if res := get(t, h, target); res.StatusCode != want || (want == 200) != (res.Header.Get("ETag") != "") {
			t.Errorf("%s: %s with tag %q, want %d", target, res.Status, res.Header.Get("ETag"), want)
		}
	}

	ask := func(tag string) int {
		r := httptest.NewRequest(http.MethodGet, "/?limit=1", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	tag := get(t, h, "/?limit=1").Header.Get("ETag")
	for what, got := range map[string]int{"the tag": ask(tag), "among others": ask(`"x", ` + tag), "as a strong one": ask(strings.TrimPrefix(tag, "W/"))} {
		if got != http.StatusNotModified {
			t.Errorf("%s: %d", what, got)
		}
	}
	other := get(t, h, "/?limit=2").Header.Get("ETag")
	if got := ask(other); got != 200 {
		t.Errorf("the tag of another question: %d", got)
	}
	l.state = "14-2-a"
	if got := ask(tag); got != 200 {
		t.Errorf("after a change: %d", got)
	}
	if res := get(t, h, "/"); res.Header.Get("Vary") != "Cookie" {
		t.Errorf("varies by %q", res.Header.Get("Vary"))
	}
	front := func(tag, seen string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("If-None-Match", tag)
		r.AddCookie(&http.Cookie{Name: seenCookie, Value: seen})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	morning := front("", "2026-03-14T06:00:00Z").Header().Get("ETag")
	if was, is := front(morning, "2026-03-14T06:00:00Z").Code, front(morning, "2026-03-14T09:00:00Z").Code; was != http.StatusNotModified || is != 200 {
		t.Errorf("the front page for who has seen the same: %d, and more: %d", was, is)
	}
	tag = get(t, h, "/?limit=1").Header.Get("ETag")
	now = now.Add(time.Minute)
	if got := ask(tag); got != 200 {
		t.Errorf("a minute later: %d", got)
	}
}

func TestListsThatAreNotReadyAreReadFromTheStore(t *testing.T) {
	l := &lists{r: fixture.Newsroom()}
	h := newHandler(func() Snapshot { return l.r }, func() time.Time { return fixture.Now }, nil, WithLists(l))
	for target, want := range map[string]int{"/": 200, "/?q=ferries": 200} {
		if res := get(t, h, target); res.StatusCode != want || res.Header.Get("ETag") != "" {
			t.Errorf("%s: %s with tag %q, want %d", target, res.Status, res.Header.Get("ETag"), want)
		}
	}
}

func TestWhoeverOrdersSeesItInTheLists(t *testing.T) {
	l := &lists{r: fixture.Newsroom(), state: "14-1-a"}
	h := newHandler(func() Snapshot { return l.r }, func() time.Time { return fixture.Now }, &desk{}, WithLists(l))
	r := httptest.NewRequest(http.MethodPost, "/edit", strings.NewReader("kind=merge&object=a&object=b&author=ana"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther || l.synced != 1 {
		t.Errorf("%d, waited %d times\n%s", w.Code, l.synced, w.Body)
	}
}
