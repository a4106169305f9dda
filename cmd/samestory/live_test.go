package main

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// rss writes a feed of items, each a slug and a headline. The text of all is about one thing.
func rss(items ...string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>News</title>`)
	for _, it := range items {
		slug, title, _ := strings.Cut(it, " ")
		fmt.Fprintf(&b, "<item><title>%s</title><link>https://paper.example/%s</link><pubDate>Mon, 09 Mar 2026 08:00:00 GMT</pubDate>"+
			"<description>The ferry Linnet ran onto the Anvil reef off Cape Orrin on Monday with 214 people aboard. Lifeboats from "+
			"Brackwater took the passengers off; two sailors are missing. The captain of the Linnet, %s, was questioned.</description></item>",
			title, slug, slug)
	}
	return b.String() + "</channel></rss>"
}

// A list of feeds goes in, and a folder of it comes out as one feed in which a reprint stands under what it reprints. The
// stream tells what happens meanwhile, and ends with the daemon; what pages link to as a feed is one.
func TestListOfFeedsBecomesOneFeed(t *testing.T) {
	t.Parallel()
	var copied atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		switch r.URL.Path {
		case "/courier":
			fmt.Fprint(w, rss("courier-1 Ferry Linnet runs aground off Cape Orrin, two missing"))
		case "/echo":
			items := []string{}
			if copied.Load() {
				items = append(items, "echo-1 Ferry Linnet runs aground off Cape Orrin, two missing")
			}
			fmt.Fprint(w, rss(items...))
		default:
			fmt.Fprint(w, rss("other-1 Ferry Linnet runs aground off Cape Orrin, two missing"))
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	list := fmt.Sprintf(`<opml version="2.0"><body><outline text="Coast"><outline text="Courier" type="rss" xmlUrl="%[1]s/courier"/>
<outline text="Echo" type="rss" xmlUrl="%[1]s/echo"/></outline><outline text="Other" type="rss" xmlUrl="%[1]s/other"/></body></opml>`, server.URL)
	if err := os.WriteFile(filepath.Join(dir, "list.opml"), []byte(list), 0o644); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(server.URL, "http://")
	p := serveProgram(t, dir, fmt.Sprintf("[fetch]\nallow_private = [%q]\n[feeds]\nschedule = \"@every 1s\"\n[[source]]\nname = \"list\"\nkind = \"opml\"\npaths = [\"list.opml\"]\n", host))
	stopped := false
	defer func() {
		if !stopped {
			p.terminate(t)
		}
	}()

	stream, err := http.Get(p.url + "/api/v1/stream?since=0&level=event")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	events := make(chan string, 100)
	go func() {
		defer close(events)
		for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
			if kind, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				events <- kind
			}
		}
	}()

	read := func() *gofeed.Feed {
		_, body := send(t, http.MethodGet, p.url+"/feeds/folder/Coast.atom", "")
		f, err := gofeed.NewParser().ParseString(body)
		if err != nil {
			return &gofeed.Feed{} // no feed has been polled yet
		}
		return f
	}
	until := func(what string, done func(*gofeed.Feed) bool) *gofeed.Feed {
		t.Helper()
		for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			f := read()
			if done(f) {
				return f
			}
			if time.Now().After(deadline) {
				log, _ := os.ReadFile(p.log)
				t.Fatalf("%s: %v\n%s", what, f, log)
			}
		}
	}
	first := until("no entry", func(f *gofeed.Feed) bool { return len(f.Items) > 0 })
	id, at := first.Items[0].GUID, first.Items[0].Updated
	if strings.Contains(first.Items[0].Content, "other-1") {
		t.Errorf("a story of no folder is in the feed: %s", first.Items[0].Content)
	}
	copied.Store(true)
	grown := until("no reprint", func(f *gofeed.Feed) bool { return strings.Contains(f.Items[0].Content, "paper.example/echo-1") })
	if len(grown.Items) != 1 || grown.Items[0].GUID != id || grown.Items[0].Updated != at {
		t.Errorf("a reprint gives %d entries, the first %s of %s", len(grown.Items), grown.Items[0].GUID, grown.Items[0].Updated)
	}

	for _, page := range []string{"/", "/?q=ferry", "/sources"} {
		_, body := send(t, http.MethodGet, p.url+page, "")
		links := regexp.MustCompile(`href="(/feeds[^"]*)"`).FindAllStringSubmatch(body, -1)
		if len(links) == 0 {
			t.Errorf("%s leads to no feed", page)
		}
		for _, l := range links {
			if code, _ := send(t, http.MethodGet, p.url+strings.ReplaceAll(l[1], "&amp;", "&"), ""); code != http.StatusOK {
				t.Errorf("%s leads to %s: %d", page, l[1], code)
			}
		}
	}

	told := map[string]bool{}
	for patience := time.After(60 * time.Second); !told["grew"]; {
		select {
		case kind, open := <-events:
			if told[kind] = true; !open {
				t.Fatalf("the stream ended, and told of %v", told)
			}
		case <-patience:
			t.Fatalf("the stream told of %v", told)
		}
	}

	p.terminate(t)
	stopped = true
	for range events { // the stream has an end
	}
}
