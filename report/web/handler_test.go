package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/report/api"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

func serve(r *fixture.Reader) http.Handler {
	return newHandler(func() Snapshot { return r }, func() time.Time { return fixture.Now }, nil)
}

func get(t *testing.T, h http.Handler, target string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const hostileID = "=1+1;<img src=x onerror=alert(1)>"

func TestPages(t *testing.T) {
	h := serve(fixture.Newsroom())
	for _, tt := range []struct {
		name, target string
		code         int
		has, hasNot  []string
	}{
		{
			"front", "/", 200,
			[]string{
				"Events of the last 7 days", "Knife attack at Halden Central station leaves two dead", "4 stories &#43;3 copies",
				"Running threads", "What the premier said", `first <time datetime="2026-03-13T`, "3 events over 23 hours", "افتتاح", "(no headline)",
				`href="/event/` + fixture.Attack + `"`, `href="/thread/` + fixture.AttackThread + `"`,
			},
			nil,
		},
		{"front by words", "/?q=ferries", 200, []string{"Skarn Bridge reopens", `value="ferries"`}, []string{"Knife attack"}},
		{"front by source", "/?source=Coast+Ledger", 200, []string{"Fish prices", `name="source" value="Coast Ledger"`}, []string{"Skarn"}},
		{"front by time", "/?since=2026-03-14T08:30:00Z", 200, []string{"Since 2026-03-14T08:30:00Z"}, []string{"Skarn"}},
		{"front of all times", "/?since=all&limit=2", 200, []string{"2 of 9 events", `<a class="button" href="/?cursor=`, `hx-target="#list"`}, []string{"Back to the first"}},
		{"front that finds nothing", "/?q=penguins", 200, []string{"Nothing matches", "There is something in:", "Without the words"}, []string{"Running threads"}},
		{"front with a time that is typed", "/?since=7d&from=2026-03-14&min_sources=", 200, []string{`name="from" value="2026-03-14"`, "From: 2026-03-14"}, []string{"Skarn"}},
		{
			"front with every filter", "/?q=attack&source=Meridian&family=meridian&lang=en&name=Ingrid+Solvang&min_sources=4&until=now", 200,
			[]string{"Source: Meridian", "Publisher: meridian", "Language: en", "Name: Ingrid Solvang", "Until: now", "4 sources or more", "<details open>"},
			nil,
		},
		{"search for a story by its id", "/?q=" + fixture.Reprint, 200, []string{"In the event", `href="/story/` + fixture.Reprint}, []string{"Nothing matches"}},
		{"search for an event by the address of its page", "/?q=https://desk.example/event/" + fixture.Attack, 200, []string{`class="found"`, "Knife attack at Halden Central"}, []string{"Running threads"}},
		{"search for an address that nothing is known by", "/?q=https://example.org/a?b=c", 200, []string{"No story is known here by this address"}, []string{"Nothing matches"}},
		{"front with a bad time", "/?since=soon", 400, []string{"cannot read the time"}, nil},
		{"front with a bad limit", "/?limit=-1", 400, []string{"limit"}, nil},
		{"front with a bad query", "/?q=%zz;", 400, nil, nil},
		{
			"event", "/event/" + fixture.Attack, 200,
			[]string{
				"<h1", "Knife attack at Halden Central", "by <b><bdi>Meridian</bdi></b>", "1 story without an hour", "first",
				"3 copies", "Courier", "reprint", "98% of it is in the original", "&#43;1h 55m", "Dagblad Noord", "Ingrid Solvang",
				"One of 3 events in a thread", `lang="nl"`,
			},
			nil,
		},
		{"event without a thread", "/event/" + fixture.Bridge, 200, []string{"Skarn Bridge"}, []string{"in a thread"}},
		{"duplicates, a few", "/duplicates?limit=1", 200, []string{"1 of 2.", `href="/duplicates?cursor=`, `href="/duplicates/` + fixture.AttackGroup}, nil},
		{"duplicates, all", "/duplicates", 200, nil, []string{"Show more"}},
		{"duplicates with a cursor of something else", "/duplicates?cursor=AQ", 400, []string{"cursor"}, nil},
		{
			"one text", "/duplicates/" + fixture.AttackGroup, 200,
			[]string{
				"One text, 4 stories", "First published by <b><bdi>Meridian</bdi></b>", "The original", "Its copies", "reprint", "98% of it is in the original",
				`href="/compare?a=` + fixture.Lead, `href="/event/` + fixture.Attack, "/stories?group=",
			},
			nil,
		},
		{"a text without copies", "/duplicates/gfish0312", 200, []string{"A text without copies"}, []string{"Its copies"}},
		{"unknown text", "/duplicates/nope", 404, nil, nil},
		{"stories", "/stories", 200, []string{"Fish prices", "(no headline)", `href="/stories?source=Courier"`, ">reprint</a>", ">series</a>"}, []string{"Show more"}},
		{"stories, a few", "/stories?limit=2&lang=en", 200, []string{`href="/stories?cursor=`, "Language: en"}, nil},
		{"stories by words", "/stories?q=premier", 200, []string{"Premier Okonjo promises review"}, []string{"Fish prices"}},
		{"stories of an event", "/stories?event=" + fixture.Attack, 200, []string{"Of one event", `name="event" value="` + fixture.Attack}, []string{"Fish prices"}},
		{"stories of nothing", "/stories?event=nope", 404, nil, nil},
		{"stories in an order that they have not", "/stories?sort=growth", 400, []string{"newest or oldest"}, nil},
		{"no such stories", "/stories?q=penguins", 200, []string{"No story is like that", `href="/?q=penguins&amp;since=all"`}, nil},
		{"search for a text by its id", "/?q=" + fixture.AttackGroup, 200, []string{`href="/duplicates/` + fixture.AttackGroup}, []string{"Nothing matches"}},
		{"search for a series by the address of its page", "/?q=https://desk.example/series/" + fixture.FishPrices, 200, []string{`class="found"`, "Fish prices for {date}"}, nil},
		{"series", "/series", 200, []string{"1 series", "Fish prices for {date}", "4 editions", "daily", `href="/series/` + fixture.FishPrices}, nil},
		{"one series", "/series/" + fixture.FishPrices, 200, []string{"Series of 4 editions, daily", "13 March", `href="/story/ledger-0312"`}, nil},
		{"a series that went into another", "/series/" + fixture.OldPrices, 308, nil, nil},
		{"unknown series", "/series/nope", 404, nil, nil},
		{"edition", "/story/ledger-0313", 200, []string{"Edition of the series", `href="/series/` + fixture.FishPrices}, nil},
		{"unknown event", "/event/nope", 404, []string{"Nothing here has this id"}, nil},
		{
			"thread", "/thread/" + fixture.AttackThread, 200,
			[]string{"Thread of 3 events over 23 hours", "follow-up", "reaction", "Shares with the beginning", "score 0.61"},
			nil,
		},
		{"thread of one event", "/thread/t5m0xqj3kr8d", 200, []string{"Thread of 1 event "}, nil},
		{"unknown thread", "/thread/nope", 404, nil, nil},
		{
			"story", "/story/" + fixture.Lead, 200,
			[]string{"Officers overpowered the man", "Versions", "Attack at Halden Central station, several hurt", "The same text elsewhere", `href="https://news.example/meridian-1041"`},
			nil,
		},
		{"copy", "/story/" + fixture.Reprint, 200, []string{"This is a reprint of", "98% of it is there"}, nil},
		{"story without title or date", "/story/und-1", 200, []string{"(no headline)", "undated", "notes.example"}, nil},
		{"story by query", "/story?id=und-1", 200, []string{"A note without a title"}, nil},
		{"story with an id that is no path", "/story/" + url.PathEscape(hostileID), 200, []string{"&lt;script&gt;alert(2)"}, nil},
		{"unknown story", "/story/..%2F..%2Fetc%2Fpasswd", 404, nil, nil},
		{"duplicates", "/duplicates", 200, []string{"2 texts", "excerpt", "update", "Kurier"}, nil},
		{"runs", "/runs", 200, []string{"partial", "in/courier.jsonl:118", "disk is full", "1,000,000", "no date: 4"}, nil},
		{"no such page", "/nope", 404, []string{"There is no such page"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := get(t, h, tt.target)
			got := body(t, r)
			if r.StatusCode != tt.code || r.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%d %s", r.StatusCode, r.Header.Get("Content-Type"))
			}
			for _, want := range tt.has {
				if !strings.Contains(got, want) {
					t.Errorf("%q is missing in:\n%s", want, got)
				}
			}
			for _, no := range tt.hasNot {
				if strings.Contains(got, no) {
					t.Errorf("%q should not be there", no)
				}
			}
		})
	}
}

var allPages = []string{
	"/", "/?q=%3Cscript%3Ealert(3)%3C/script%3E&source=%22onmouseover=x", "/event/" + fixture.Attack, "/event/" + fixture.Hostile,
	"/thread/" + fixture.AttackThread, "/story/" + fixture.Lead, "/story/" + url.PathEscape(hostileID), "/duplicates", "/runs",
	"/compare?a=" + fixture.Lead + "&b=" + url.QueryEscape(hostileID), "/journal", "/journal?object=%3Cscript%3E", "/sources", "/edits", "/edits/2", "/edits/%3Cscript%3E",
	"/duplicates/" + fixture.AttackGroup, "/duplicates/" + url.PathEscape(fixture.HostileGroup), "/duplicates/%3Cscript%3E", "/stories",
	"/?q=%E2%80%AEx", "/stories?q=%3Cscript%3E%E2%80%AEx&source=%22onmouseover%3Dx&event=" + fixture.Hostile, "/stories?limit=1&feed=%3Cscript%3E%E2%80%AEx", "/stories?sort=%3Cscript%3E",
	"/stories?cursor=%3Cscript%3E", "/duplicates?cursor=%3Cscript%3E",
	"/sources?health=%3Cscript%3E", "/compare?a=%3Cscript%3E&b=%22", "/series",
	"/event/%3Cscript%3Ealert(4)%3C%2Fscript%3E", "/?since=%3Cscript%3E",
}

// withoutOwnScripts is a page without the two scripts that it has of its own.
func withoutOwnScripts(page string) string {
	for _, address := range []string{versioned(htmxPath, htmxScript), versioned(scriptPath, pageScript)} {
		page = strings.Replace(page, `<script src="`+address+`" defer></script>`, "", 1)
	}
	return page
}

func TestPagesBringNothingOfStrangersToLife(t *testing.T) {
	h := serve(fixture.Newsroom())
	attribute := regexp.MustCompile(`(?i)<[^>]*\s(on[a-z]+|style)\s*=`)
	address := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)
	for _, target := range allPages {
		r := get(t, h, target)
		got := body(t, r)
		for _, bad := range []string{"<script", "<b>Bold", "<img", "javascript:alert(document", "\u202e", "\x1b", "\u009b"} {
			if strings.Contains(strings.ToLower(withoutOwnScripts(got)), bad) {
				t.Errorf("%s: %q got through", target, bad)
			}
		}
		if m := attribute.FindString(got); m != "" {
			t.Errorf("%s: %s", target, m)
		}
		for _, m := range address.FindAllStringSubmatch(got, -1) {
			if !strings.HasPrefix(m[1], "/") && !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "https://") {
				t.Errorf("%s: address %q", target, m[1])
			}
		}
	}
}

func TestPagesAskNothingOfOtherHosts(t *testing.T) {
	h := serve(fixture.Newsroom())
	loads := regexp.MustCompile(`<(?:link|img|script|iframe|source|video|audio|form)\b[^>]*(?:href|src|action)="([^"]*)"`)
	for _, target := range allPages {
		r := get(t, h, target)
		for _, m := range loads.FindAllStringSubmatch(body(t, r), -1) {
			if !strings.HasPrefix(m[1], "/") || strings.HasPrefix(m[1], "//") {
				t.Errorf("%s loads %s", target, m[1])
			}
		}
		if csp := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; script-src 'self'; connect-src 'self'; ") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", target, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s %q", target, name, got)
			}
		}
	}
	if css := string(styleSheet); strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet loads something")
	}
}

// TestLinksLeadSomewhere follows every link within the site, from every page that is found.
func TestLinksLeadSomewhere(t *testing.T) {
	r := fixture.Newsroom()
	h := http.NewServeMux()
	h.Handle("/", serve(r))
	h.Handle("/api/", api.New(api.Options{View: func() api.Snapshot { return r }, Now: func() time.Time { return fixture.Now }}))
	link := regexp.MustCompile(`href="(/[^"]*)"`)
	unescape := strings.NewReplacer("&amp;", "&", "&#43;", "+", "&#34;", `"`, "&#39;", "'")
	todo, seen := []string{"/"}, map[string]bool{"/": true}
	for len(todo) > 0 {
		target := todo[0]
		todo = todo[1:]
		r := get(t, h, target)
		if r.StatusCode == http.StatusPermanentRedirect { // the journal names what has ended, too
			r = get(t, h, r.Header.Get("Location"))
		}
		if r.StatusCode != 200 {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
		for _, m := range link.FindAllStringSubmatch(body(t, r), -1) {
			next := unescape.Replace(m[1])
			if strings.HasPrefix(next, "/feeds") { // of another handler, see the tests of the program
				continue
			}
			if !seen[next] {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d addresses", len(seen))
	}
}

func TestIdsThatEndedRedirectForGood(t *testing.T) {
	h := serve(fixture.Newsroom())
	for from, to := range map[string]string{
		"/event/" + fixture.Merged:        "/event/" + fixture.Attack,
		"/thread/" + fixture.MergedThread: "/thread/" + fixture.AttackThread,
	} {
		r := get(t, h, from)
		if r.StatusCode != http.StatusPermanentRedirect || r.Header.Get("Location") != to {
			t.Errorf("%s: %d to %q", from, r.StatusCode, r.Header.Get("Location"))
		}
	}
}

func TestOnlyReading(t *testing.T) {
	h := serve(fixture.Newsroom())
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		for _, target := range []string{"/", "/event/" + fixture.Attack, "/healthz"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
			if w.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %d", method, target, w.Code)
			}
		}
	}
}

func TestHead(t *testing.T) {
	srv := httptest.NewServer(serve(fixture.Newsroom()))
	defer srv.Close()
	for _, target := range []string{"/", "/style.css"} {
		r, err := srv.Client().Head(srv.URL + target)
		if err != nil {
			t.Fatal(err)
		}
		if b := body(t, r); r.StatusCode != 200 || b != "" {
			t.Errorf("%s: %d with %d bytes", target, r.StatusCode, len(b))
		}
		r.Body.Close()
	}
}

func TestAssetsAndHealth(t *testing.T) {
	h := serve(fixture.Newsroom())
	for target, want := range map[string]string{
		"/style.css": "text/css; charset=utf-8", "/htmx.js": "text/javascript; charset=utf-8", "/page.js": "text/javascript; charset=utf-8", "/favicon.svg": "image/svg+xml", "/healthz": "text/plain; charset=utf-8",
	} {
		r := get(t, h, target)
		if r.StatusCode != 200 || r.Header.Get("Content-Type") != want {
			t.Errorf("%s: %d %s", target, r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
}

func TestEverySnapshotIsClosedOnce(t *testing.T) {
	r := fixture.Newsroom()
	taken := 0
	h := newHandler(func() Snapshot { taken++; return r }, func() time.Time { return fixture.Now }, nil)
	for _, target := range append(allPages, "/healthz", "/event/nope") {
		get(t, h, target)
	}
	if taken == 0 || r.Closed != taken {
		t.Errorf("%d taken, %d closed", taken, r.Closed)
	}
}

func TestAStoreOfOldNewsHasAFrontPage(t *testing.T) {
	r := fixture.Newsroom()
	h := newHandler(func() Snapshot { return r }, func() time.Time { return fixture.Now.AddDate(2, 0, 0) }, nil)
	got := body(t, get(t, h, "/"))
	if !strings.Contains(got, "Knife attack") || strings.Contains(got, "of the last") {
		t.Error("the front page is empty, or says that its events are new")
	}
}

func TestErrorsOfTheStoreAreNotShown(t *testing.T) {
	for err, want := range map[error]int{
		store.ErrClosed:  http.StatusServiceUnavailable,
		store.ErrCorrupt: http.StatusInternalServerError,
		errors.New("read /var/lib/secret: permission denied"): http.StatusInternalServerError,
	} {
		h := newHandler(func() Snapshot { return broken{fixture.Newsroom(), err} }, func() time.Time { return fixture.Now }, nil)
		for _, target := range []string{"/", "/runs", "/healthz"} {
			r := get(t, h, target)
			if got := body(t, r); r.StatusCode != want || strings.Contains(got, "secret") {
				t.Errorf("%s with %v: %d %s", target, err, r.StatusCode, got)
			}
		}
	}
}
