package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/internal/fixture/memory"
)

func TestNewsOfAPageThatStaysOpen(t *testing.T) {
	r := fixture.Newsroom()
	l := &memory.Catalog{Reader: r, Name: "14-1-a"}
	h := newHandler(func() Snapshot { return r }, func() time.Time { return fixture.Now }, nil, WithLists(l))
	for _, tt := range []struct {
		name, target string
		code         int
		text         string
	}{
		{"as it is", "/news?since=7d&after=13", 204, ""},
		{"a new event", "/news?since=7d&after=12", 200, "1 event has something new"},
		{"that is told already", "/news?since=7d&after=12&have=1", 204, ""},
		{"more than was told", "/news?since=7d&after=0&have=1", 200, "3 events have something new"},
		{"only of what the list has", "/news?since=7d&after=0&q=skarn", 200, "1 event has something new"},
		{"of a list that is empty", "/news?since=7d&after=0&q=penguins", 204, ""},
		{"of a longer time", "/news?from=2026-03-14&until=now&after=0", 200, "something new"},
		{"after nothing", "/news?since=7d", 400, ""},
		{"after what is no number", "/news?after=%3Cscript%3E", 400, ""},
		{"with too much", "/news?after=1&have=-1", 400, ""},
		{"with a bad time", "/news?after=1&until=soon", 400, ""},
		{"an event as it is", "/event/" + fixture.Attack + "/news?after=4", 204, ""},
		{"an event with a new headline", "/event/" + fixture.Attack + "/news?after=3", 200, "This event has changed"},
		{"an event that grew", "/event/" + fixture.Attack + "/news?after=1", 200, "5 stories have come to this event"},
		{"told already", "/event/" + fixture.Attack + "/news?after=1&have=2", 204, ""},
		{"an event that is no more", "/event/" + fixture.Merged + "/news?after=1", 200, "This event is part of another now"},
		{"an event that never was", "/event/nope/news?after=1", 204, ""},
		{"an event after nothing", "/event/" + fixture.Attack + "/news", 400, ""},
	} {
		res := get(t, h, tt.target)
		got := body(t, res)
		if res.StatusCode != tt.code || tt.text != "" && !strings.Contains(got, tt.text+": <b>show</b>") || tt.code == 204 && got != "" {
			t.Errorf("%s: %d %s", tt.name, res.StatusCode, got)
		}
		if res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: kept as %q", tt.name, res.Header.Get("Cache-Control"))
		}
	}

	// What a page is told leads to asking for what comes after that.
	asks := regexp.MustCompile(`hx-get="([^"]*news[^"]*)"`)
	ask := strings.ReplaceAll(asks.FindStringSubmatch(body(t, get(t, h, "/news?q=skarn&since=7d&after=0")))[1], "&amp;", "&")
	if res := get(t, h, ask); res.StatusCode != http.StatusNoContent {
		t.Errorf("%s: %s", ask, res.Status)
	}
	for _, target := range []string{"/", "/?q=ferries", "/event/" + fixture.Attack} {
		ask := asks.FindStringSubmatch(body(t, get(t, h, target)))
		if ask == nil {
			t.Errorf("%s does not ask", target)
			continue
		}
		if res := get(t, h, strings.ReplaceAll(ask[1], "&amp;", "&")); res.StatusCode != http.StatusNoContent {
			t.Errorf("%s asks %s: %s", target, ask[1], res.Status)
		}
	}
	if page := body(t, get(t, serve(r), "/")); asks.MatchString(page) {
		t.Error("a page without a catalog asks")
	}
	l.Name = ""
	if res := get(t, h, "/news?since=7d&after=0"); res.StatusCode != http.StatusNoContent {
		t.Errorf("before the catalog is made: %s", res.Status)
	}
}
