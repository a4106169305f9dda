package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/internal/fixture/memory"
)

func TestListsAreAnsweredFromMemory(t *testing.T) {
	l := &memory.Catalog{Reader: fixture.Newsroom(), Name: "14-1-a"}
	now := fixture.Now
	h := newHandler(func() Snapshot { return l.Reader }, func() time.Time { return now }, nil, WithLists(l))
	if res := get(t, h, "/?sort=growth&family=meridian&name=Ingrid+Solvang&limit=3"); res.StatusCode != 200 {
		t.Errorf("%s", res.Status)
	}
	if q := l.Asked[0]; q.Sort != report.Growth || q.Family != "meridian" || q.Name != "Ingrid Solvang" || q.Limit != 3 {
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
	l.Name = "14-2-a"
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
	l := &memory.Catalog{Reader: fixture.Newsroom()}
	h := newHandler(func() Snapshot { return l.Reader }, func() time.Time { return fixture.Now }, nil, WithLists(l))
	for target, want := range map[string]int{"/": 200, "/?q=ferries": 200} {
		if res := get(t, h, target); res.StatusCode != want || res.Header.Get("ETag") != "" {
			t.Errorf("%s: %s with tag %q, want %d", target, res.Status, res.Header.Get("ETag"), want)
		}
	}
}

func TestWhoeverOrdersSeesItInTheLists(t *testing.T) {
	l := &memory.Catalog{Reader: fixture.Newsroom(), Name: "14-1-a"}
	h := newHandler(func() Snapshot { return l.Reader }, func() time.Time { return fixture.Now }, &desk{}, WithLists(l))
	r := httptest.NewRequest(http.MethodPost, "/edit", strings.NewReader("kind=merge&object=a&object=b&author=ana"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther || l.Synced != 1 {
		t.Errorf("%d, waited %d times\n%s", w.Code, l.Synced, w.Body)
	}
}
