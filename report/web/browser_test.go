package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/service"
)

const (
	// browserNeeded makes a missing browser a failure and not a reason to skip.
	browserNeeded = "SAMESTORY_BROWSER"
	// axeFile names a copy of axe-core's axe.min.js.
	axeFile = "SAMESTORY_AXE"
	// browserPatience bounds one test, on a machine with other work.
	browserPatience = 6 * time.Minute
)

// browser starts a browser of its own, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds to start")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv(browserNeeded) != "" {
			t.Fatal("no chromium is installed, and " + browserNeeded + " says that there has to be one")
		}
		t.Skip("no chromium is installed: the pages are not walked in a browser")
	}
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(path), chromedp.WSURLReadTimeout(time.Minute))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // which it has none as root
	}
	ctx, cancel := context.WithTimeout(t.Context(), browserPatience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// complaints collects what the browser has against pages: scripts that fail, and what their policy refuses.
func complaints(ctx context.Context, t *testing.T) func() []string {
	t.Helper()
	var lock sync.Mutex
	var list []string
	err := chromedp.Listen(ctx, func(e any) {
		lock.Lock()
		defer lock.Unlock()
		switch e := e.(type) {
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
				list = append(list, e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			list = append(list, e.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return func() []string {
		lock.Lock()
		defer lock.Unlock()
		out := list
		list = nil
		return out
	}
}

func look(ctx context.Context, theme string, width, height int64) error {
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.EmulateViewport(width, height))
}

// seenPage is a page as it is shown.
type seenPage struct {
	Text  string `json:"text"`
	Wide  bool   `json:"wide"` // wider than the window
	Paper string `json:"paper"`
}

const seeing = `({text: document.body.textContent, wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
	paper: getComputedStyle(document.body).backgroundColor})`

// walked are pages with what each has to say.
var walked = map[string]string{
	"/":                     "Knife attack at Halden Central",
	"/?q=ferries&since=all": "Skarn Bridge reopens",
	"/?q=penguins":          "Nothing matches",
	"/?q=penguins&since=7d&source=Courier&from=2026-03-01&until=now&lang=en": "There is something in:",
	"/?q=" + fixture.Reprint:                               "In the event",
	"/?q=https://example.org/a":                            "No story is known here by this address",
	"/event/" + fixture.Attack:                             "Who has it",
	"/event/" + fixture.Hostile:                            "<script>",
	"/thread/" + fixture.AttackThread:                      "Thread of 3 events",
	"/story/" + fixture.Reprint:                            "This is a reprint of",
	"/story/" + url.PathEscape(hostileID):                  "<script>",
	"/compare?a=" + fixture.Lead + "&b=" + fixture.Reprint: "Two texts side by side",
	"/duplicates":                                          "2 texts",
	"/duplicates?limit=1":                                  "1 of 2.",
	"/duplicates/" + fixture.AttackGroup:                   "First published by Meridian",
	"/duplicates/" + url.PathEscape(fixture.HostileGroup):  "<script>",
	"/stories": "nothing is folded",
	"/stories?limit=2&lang=en&source=Meridian": "Language: en",
	"/stories?q=penguins":                      "No story is like that",
	"/stories?event=" + fixture.Hostile:        "<script>",
	"/series":                                  "Fish prices",
	"/series/" + fixture.FishPrices:            "Series of 4 editions",
	"/sources":                                 "9 failures",
	"/journal":                                 "grew by 5 stories",
	"/runs":                                    "disk is full",
	"/edits":                                   "Orders of editors",
	"/edit?object=" + fixture.Attack:           "Correct this event",
	"/edit?object=" + fixture.Lead:             "Correct this story",
	"/edit/confirm?kind=merge&object=" + fixture.Attack + "&object=" + fixture.Bridge: "Make these events one?",
	"/event/nope": "Nothing here has this id",
}

// Every page says what it has to, in both themes and on a phone, fits the width, and gives the browser and readers with
// other senses nothing to complain of.
func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	site := httptest.NewServer(edited(&desk{}))
	defer site.Close()
	found := complaints(ctx, t)
	axe := ""
	if name := os.Getenv(axeFile); name != "" {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		axe = string(b)
	} else {
		t.Log(axeFile + " names no copy of axe.min.js: accessibility is not looked at")
	}
	papers := map[string]string{}
	for _, l := range []struct {
		theme         string
		width, height int64
	}{{"light", 1280, 900}, {"dark", 1280, 900}, {"light", 390, 844}, {"dark", 390, 844}} {
		if err := look(ctx, l.theme, l.width, l.height); err != nil {
			t.Fatal(err)
		}
		for target, want := range walked {
			where := fmt.Sprintf("%s, %s, %d wide", target, l.theme, l.width)
			if err := chromedp.Do(ctx, chromedp.Navigate(site.URL+target)); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			got, err := chromedp.Run(ctx, chromedp.Evaluate[seenPage](seeing))
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			if !strings.Contains(got.Text, want) {
				t.Errorf("%s: %q is not shown in:\n%s", where, want, strings.Join(strings.Fields(got.Text), " "))
			}
			if got.Wide {
				t.Errorf("%s: it is wider than the window", where)
			}
			papers[l.theme] = got.Paper
			for _, c := range found() {
				t.Errorf("%s: the browser says: %s", where, c)
			}
			if axe == "" || l.theme == "dark" && l.width < 1000 {
				continue
			}
			for _, v := range violations(ctx, t, axe) {
				t.Errorf("%s: %s", where, v)
			}
		}
	}
	if papers["light"] == papers["dark"] {
		t.Errorf("both themes are of colour %s", papers["light"])
	}
}

// violations asks axe for what it finds serious or worse.
func violations(ctx context.Context, t *testing.T, axe string) []string {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axe+"\n;0")); err != nil {
		t.Fatalf("axe: %v", err)
	}
	list, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ["violations"]}).then(r => r.passes.length == 0 ? ["nothing was looked at"] :
		r.violations.filter(v => v.impact === "serious" || v.impact === "critical")
			.map(v => v.impact + " " + v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | ")))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("axe: %v", err)
	}
	return list
}

// first carries out every order as the first that the fixture has.
type first struct{ desk }

func (f *first) Edit(ctx context.Context, o service.Order) (report.EditView, error) {
	v, err := f.desk.Edit(ctx, o)
	v.Override.Number = 1
	return v, err
}

// An editor merges two events with a browser that runs no scripts.
func TestAnOrderWithoutScripts(t *testing.T) {
	ctx := browser(t)
	d := &first{}
	site := httptest.NewServer(newHandler(func() Snapshot { return fixture.Newsroom() }, func() time.Time { return fixture.Now }, d))
	defer site.Close()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	click := func(where chromedp.CSS) {
		t.Helper()
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(where)); err != nil {
			t.Fatalf("click on %s: %v", where, err)
		}
	}
	shown := func() string {
		t.Helper()
		text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main")))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL+"/")); err != nil {
		t.Fatal(err)
	}
	click(`h3 a[href="/event/` + fixture.Attack + `"]`)
	click(`.tools a`)
	for where, words := range map[chromedp.CSS]string{
		`#same`: site.URL + "/event/" + fixture.Bridge, `form:has(#same) input[name=author]`: "Ada", `form:has(#same) input[name=note]`: "one and the same",
	} {
		if err := chromedp.Do(ctx, chromedp.SendKeys(where, words)); err != nil {
			t.Fatal(err)
		}
	}
	click(`form:has(#same) button`)
	if asked := shown(); !strings.Contains(asked, "Make these events one?") || !strings.Contains(asked, "Skarn Bridge") || d.got.Kind != "" {
		t.Fatalf("before it is given, %+v:\n%s", d.got, asked)
	}
	click(`form[action="/edit"] button`)
	if d.got.Kind != "merge" || len(d.got.Objects) != 2 || d.got.Objects[1] != fixture.Bridge || d.got.Author != "Ada" || d.got.Note != "one and the same" {
		t.Errorf("order %+v", d.got)
	}
	if done := shown(); !strings.Contains(done, "Order 1") {
		t.Errorf("after it is given:\n%s", done)
	}
}

// A page of another site cannot give an order, whatever form it has.
func TestAnotherSiteGivesNoOrders(t *testing.T) {
	ctx := browser(t)
	d := &desk{}
	site := httptest.NewServer(edited(d))
	defer site.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<form action="%s/edit" method="post"><input name="kind" value="merge"><input name="object" value="e1"><button>Win a prize</button></form>`, site.URL)
	}))
	defer other.Close()
	if err := chromedp.Do(ctx, chromedp.Navigate(strings.Replace(other.URL, "127.0.0.1", "localhost", 1))); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("button"))); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got, "another site") || d.got.Kind != "" {
		t.Errorf("order %+v, answer:\n%s", d.got, got)
	}
}

// The first press of the tab key offers to skip what is the same on every page, and shows where it is.
func TestKeyboard(t *testing.T) {
	ctx := browser(t)
	site := httptest.NewServer(serve(fixture.Newsroom()))
	defer site.Close()
	var label, hash string
	var inSight bool
	err := chromedp.Do(ctx, chromedp.Navigate(site.URL+"/"), chromedp.KeyEvent(kb.Tab))
	if err == nil {
		label, err = chromedp.Run(ctx, chromedp.Evaluate[string]("document.activeElement.innerText"))
	}
	if err == nil {
		inSight, err = chromedp.Run(ctx, chromedp.Evaluate[bool]("document.activeElement.getBoundingClientRect().left >= 0"))
	}
	if err == nil {
		err = chromedp.Do(ctx, chromedp.KeyEvent(kb.Enter))
	}
	if err == nil {
		hash, err = chromedp.Run(ctx, chromedp.Poll[string](`location.hash`))
	}
	if err != nil {
		t.Fatal(err)
	}
	if label != "Skip to the content" || !inSight || hash != "#main" {
		t.Errorf("%q, in sight %t, leads to %q", label, inSight, hash)
	}
}
