package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/internal/fixture/memory"
)

// paged answers lists in pages, as a catalog does.
type paged struct {
	memory.Catalog
	mu    sync.Mutex
	grown int // events that got stories since the first page
}

func (p *paged) Lists(events, threads *report.Query) (ev report.EventsView, tv report.ThreadsView, err error) {
	if events != nil {
		ev, err = report.Events(p.Reader, *events)
		ev.Sequence = 1
	}
	if err == nil && threads != nil {
		tv, err = report.Threads(p.Reader, *threads)
	}
	return ev, tv, err
}

func (p *paged) Among(report.Query, []string) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.grown, nil
}

func (p *paged) grow(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grown = n
}

// visited is a site with what was asked of it.
type visited struct {
	*httptest.Server
	pages *paged
	mu    sync.Mutex
	asked []string
}

func visit(t *testing.T) *visited {
	t.Helper()
	v := &visited{pages: &paged{Catalog: memory.Catalog{Reader: fixture.Newsroom(), Name: "1-1-a"}}}
	h := newHandler(func() Snapshot { return v.pages.Reader }, func() time.Time { return fixture.Now }, nil, WithLists(v.pages))
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		v.asked = append(v.asked, r.URL.RequestURI())
		v.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

// take gives what was asked since it was last called.
func (v *visited) take() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := v.asked
	v.asked = nil
	return list
}

func do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// tells evaluates an expression.
func tells[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// becomes waits until an expression is true.
func becomes(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	patience, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if _, err := chromedp.Run(patience, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("it never comes that %s: %v\n%s", expression, err, tells[string](ctx, t, "location.href + ' ' + document.body.innerText"))
	}
}

func TestShowMore(t *testing.T) {
	ctx := browser(t)
	site := visit(t)
	found := complaints(ctx, t)
	do(ctx, t, chromedp.EmulateViewport(800, 400), chromedp.Navigate(site.URL+"/?since=all&limit=3"))
	becomes(ctx, t, `document.querySelectorAll("#list > li").length == 3`)
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`document.querySelector("#more a").scrollIntoView(); window.before = scrollY; document.querySelector("#more a").focus()`))
	do(ctx, t, chromedp.Click(chromedp.CSS("#more a")))
	becomes(ctx, t, `document.querySelectorAll("#list > li").length == 6`)
	if got := tells[string](ctx, t, `location.search + " " + document.querySelector("#more").innerText`); got != "?since=all&limit=3 6 of 9 events. Show more" {
		t.Errorf("after one more page: %s", got)
	}
	becomes(ctx, t, `document.activeElement == document.querySelector("#list > li:nth-child(4) a")`)
	if moved := tells[float64](ctx, t, `scrollY - window.before`); moved != 0 {
		t.Errorf("the page moved by %g under its reader", moved)
	}
	do(ctx, t, chromedp.Click(chromedp.CSS("#more a")))
	becomes(ctx, t, `document.querySelectorAll("#list > li").length == 9 && !document.querySelector("#more a")`)
	if n := tells[int](ctx, t, `new Set([...document.querySelectorAll("#list h3 a")].map(a => a.href)).size`); n != 9 {
		t.Errorf("%d different events", n)
	}
	if list := found(); list != nil {
		t.Errorf("the browser says: %q", list)
	}
}

func TestShowMoreWithoutScripts(t *testing.T) {
	ctx := browser(t)
	site := visit(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	do(ctx, t, chromedp.Navigate(site.URL+"/?since=all&limit=4"))
	for _, want := range []string{"8 of 9 events. Show more", "Back to the first"} {
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("#more a"))); err != nil {
			t.Fatal(err)
		}
		text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main")))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, want) || strings.Contains(text, "Running threads") || !strings.Contains(text, "continued") && !strings.Contains(text, "CONTINUED") {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(".events .note a"))); err != nil {
		t.Fatal(err)
	}
	if text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main"))); err != nil || !strings.Contains(text, "4 of 9 events") {
		t.Errorf("at the first page again: %v\n%s", err, text)
	}
}

func TestSearchAsOneTypes(t *testing.T) {
	ctx := browser(t)
	site := visit(t)
	found := complaints(ctx, t)
	do(ctx, t, chromedp.Navigate(site.URL+"/"))
	becomes(ctx, t, `document.readyState == "complete" && !!document.querySelector("form.filter")._htmx`)
	long := tells[int](ctx, t, `history.length`)
	do(ctx, t, chromedp.SendKeys(chromedp.CSS("#q"), "ferr"))
	becomes(ctx, t, `new URLSearchParams(location.search).get("q") == "ferr"`)
	becomes(ctx, t, `document.querySelector("#results").innerText.includes("Skarn Bridge") && !document.querySelector("#results").innerText.includes("Knife")`)
	if got := tells[string](ctx, t, `document.activeElement.id + " " + document.activeElement.value + " " + document.activeElement.selectionStart + " " + location.search + " " + document.title + ", " + document.querySelector("#count").innerText`); got != "q ferr 4 ?q=ferr&since=7d&sort=importance ferr · samestory, 1 event" {
		t.Errorf("after typing: %s", got)
	}
	if n := tells[int](ctx, t, `history.length`); n != long {
		t.Errorf("typing was %d steps", n-long)
	}

	// As fast as can be: the last word is the one that is asked for.
	site.take()
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`for (const w of ["k", "kn", "kni", "knife"]) { const q = document.querySelector("#q"); q.value = w; q.dispatchEvent(new Event("input", {bubbles: true})); }`))
	becomes(ctx, t, `document.querySelector("#results").innerText.includes("Knife")`)
	if asked := site.take(); !slices.Equal(asked, []string{"/?q=knife&since=7d&sort=importance"}) {
		t.Errorf("asked %q", asked)
	}

	// A choice is a step that can be taken back.
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`{ const s = document.querySelector("#min_sources"); s.value = "5"; s.dispatchEvent(new Event("change", {bubbles: true})); }`))
	becomes(ctx, t, `location.search == "?q=knife&since=7d&sort=importance&min_sources=5" && document.querySelector("#results").innerText.includes("Nothing matches")`)
	if n := tells[int](ctx, t, `history.length`); n != long+1 {
		t.Errorf("a choice was %d steps", n-long)
	}
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`history.back()`))
	becomes(ctx, t, `document.querySelector("#results").innerText.includes("Knife") && document.querySelector("#q").value == "knife" && document.querySelector("#min_sources").value == ""`)

	// What cannot be answered shows the page that says why, once it is meant.
	site.take()
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`{ const f = document.querySelector("#f-from"); f.value = "2026-"; f.dispatchEvent(new Event("input", {bubbles: true})); }`))
	for len(site.take()) == 0 {
		do(ctx, t, chromedp.Sleep(20*time.Millisecond))
	}
	if got := tells[bool](ctx, t, `document.querySelector("#results").innerText.includes("Knife") && location.search.indexOf("from") < 0`); !got {
		t.Error("half a date left the list")
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("form.filter").requestSubmit()`)); err != nil {
		t.Fatal(err)
	}
	if text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main"))); err != nil || !strings.Contains(text, "from: cannot read the time") {
		t.Errorf("%v\n%s", err, text)
	}
	if list := found(); list != nil {
		t.Errorf("the browser says: %q", list)
	}
}

func TestNoticeOfWhatCame(t *testing.T) {
	ctx := browser(t)
	site := visit(t)
	found := complaints(ctx, t)
	look := func() { // as when the tab is looked at again
		t.Helper()
		do(ctx, t, chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event("visibilitychange"))`))
	}
	asked := func() int {
		n := 0
		for _, a := range site.take() {
			if strings.Contains(a, "/news?") {
				n++
			}
		}
		return n
	}
	do(ctx, t, chromedp.Navigate(site.URL+"/"))
	becomes(ctx, t, `document.readyState == "complete" && !!document.querySelector("#news span")._htmx`)
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`window.box = document.querySelector("#news"); window.top0 = document.querySelector("#list").getBoundingClientRect().top`))
	site.take()
	look() // nothing has come
	site.pages.grow(2)
	look()
	becomes(ctx, t, `document.querySelector("#news").innerText == "2 events have something new: show"`)
	if moved := tells[float64](ctx, t, `document.querySelector("#list").getBoundingClientRect().top - window.top0`); moved != 0 {
		t.Errorf("the page moved by %g under its reader", moved)
	}
	if !tells[bool](ctx, t, `document.querySelector("#news") === window.box && window.box.getAttribute("role") == "status"`) {
		t.Error("what tells of news is another element now, which no reader of screens would read out")
	}
	if n := asked(); n < 1 || n > 2 {
		t.Errorf("asked %d times", n)
	}

	// A tab that nobody looks at does not ask.
	site.pages.grow(3)
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`Object.defineProperty(document, "hidden", {get: () => window.away, configurable: true}); window.away = true`))
	look()
	do(ctx, t, chromedp.Evaluate[chromedp.Void](`window.away = false`))
	if n := asked(); n != 0 {
		t.Errorf("a hidden tab asked %d times", n)
	}
	look()
	becomes(ctx, t, `document.querySelector("#news").innerText.startsWith("3 events")`)
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("#news a"))); err != nil {
		t.Fatal(err)
	}
	becomes(ctx, t, `document.querySelector("#news").innerText == "" && document.body.innerText.includes("Knife attack")`)
	if list := found(); list != nil {
		t.Errorf("the browser says: %q", list)
	}
}
