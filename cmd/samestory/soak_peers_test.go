package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
)

// soakPeers is a server of feeds. Two of three are good, in turn RSS, Atom and JSON Feed; the others are what the open web
// has beside.
type soakPeers struct {
	server     *httptest.Server // of the good feeds
	bad        *httptest.Server // of the others, so that what these ask of clients holds for them alone
	private    *httptest.Server // must never be asked
	trespasses atomic.Int64

	lock  sync.Mutex
	feeds []*soakFeed
	next  int
	news  time.Time // of the story that was published last
}

// soakFeed is one good feed, and how much of it a client has read to the end.
type soakFeed struct {
	items []soakItem
	seen  int // items that a whole answer has shown
}

type soakItem struct {
	id, url, title, text string
	at                   time.Time
}

// window is how many items a feed shows.
const window = 120

func newSoakPeers(t *testing.T, n int) *soakPeers {
	p := &soakPeers{feeds: make([]*soakFeed, n)}
	for i := range p.feeds {
		if !bad(i) {
			p.feeds[i] = &soakFeed{}
		}
	}
	p.private = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { p.trespasses.Add(1) }))
	t.Cleanup(p.private.Close)
	for _, s := range []**httptest.Server{&p.server, &p.bad} {
		server := httptest.NewServer(http.HandlerFunc(p.serve))
		*s = server
		t.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
	}
	return p
}

func bad(i int) bool { return i%3 == 2 }

// allowed are the addresses that the daemon may ask, beside those of the open web.
func (p *soakPeers) allowed() []string {
	return []string{p.server.Listener.Addr().String(), p.bad.Listener.Addr().String()}
}

func (p *soakPeers) url(i int) string {
	switch {
	case bad(i) && (i/3)%len(badPeers()) == 0:
		return strings.Replace(p.bad.URL, "http:", "https:", 1) + "/tls" // speaks no TLS
	case bad(i):
		return fmt.Sprintf("%s/feed/%d", p.bad.URL, i)
	}
	return fmt.Sprintf("%s/feed/%d", p.server.URL, i)
}

// publish gives a story to the next good feed.
func (p *soakPeers) publish(l *newsroom.Labelled) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for p.next++; p.feeds[p.next%len(p.feeds)] == nil; p.next++ {
	}
	i := p.next % len(p.feeds)
	p.news = l.Published
	p.feeds[i].items = append(p.feeds[i].items, soakItem{
		id: l.ID, url: fmt.Sprintf("https://outlet%d.example/news/%s-%d", i, l.ID, len(p.feeds[i].items)), title: l.Title, text: l.Text, at: l.Published,
	})
}

// latest is the time of the news.
func (p *soakPeers) latest() time.Time {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.news
}

// drained tells whether all items of all good feeds have been shown.
func (p *soakPeers) drained() bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return !slices.ContainsFunc(p.feeds, func(f *soakFeed) bool { return f != nil && f.seen < len(f.items) })
}

// shown are the addresses of the items that a whole answer has shown.
func (p *soakPeers) shown() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	var urls []string
	for _, f := range p.feeds {
		if f != nil {
			for _, it := range f.items[:f.seen] {
				urls = append(urls, it.url)
			}
		}
	}
	return urls
}

func (p *soakPeers) serve(w http.ResponseWriter, r *http.Request) {
	var i int
	if _, err := fmt.Sscanf(r.URL.Path, "/feed/%d", &i); err != nil || i >= len(p.feeds) {
		http.NotFound(w, r)
		return
	}
	if bad(i) {
		peers := badPeers()
		peers[(i/3)%len(peers)](p, w, r)
		return
	}
	p.lock.Lock()
	n := len(p.feeds[i].items)
	items := slices.Clone(p.feeds[i].items[max(0, n-window):])
	p.lock.Unlock()
	tag := fmt.Sprintf(`"%d"`, n)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, kind := writeFeed(i, items)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", tag)
	if _, err := w.Write(body); err != nil {
		return
	}
	p.lock.Lock()
	p.feeds[i].seen = max(p.feeds[i].seen, n)
	p.lock.Unlock()
}

// writeFeed writes a feed in the form of its number.
func writeFeed(i int, items []soakItem) (body []byte, kind string) {
	var b bytes.Buffer
	text := func(s string) string {
		var e bytes.Buffer
		_ = xml.EscapeText(&e, []byte(s)) // a buffer takes everything
		return e.String()
	}
	switch i % 4 {
	case 0, 2:
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>` + fmt.Sprintf("Outlet %d", i) + `</title>`)
		for _, it := range items {
			fmt.Fprintf(&b, "<item><guid isPermaLink=\"false\">%s</guid><link>%s</link><title>%s</title><description>%s</description><pubDate>%s</pubDate></item>",
				it.url, it.url, text(it.title), text(it.text), it.at.Format(time.RFC1123Z))
		}
		b.WriteString("</channel></rss>")
		return b.Bytes(), "application/rss+xml"
	case 1:
		b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>` + fmt.Sprintf("Outlet %d", i) + `</title>`)
		for _, it := range items {
			fmt.Fprintf(&b, "<entry><id>%s</id><link href=\"%s\"/><title>%s</title><content type=\"text\">%s</content><updated>%s</updated></entry>",
				it.url, it.url, text(it.title), text(it.text), it.at.Format(time.RFC3339))
		}
		b.WriteString("</feed>")
		return b.Bytes(), "application/atom+xml"
	default:
		type item struct {
			ID    string    `json:"id"`
			URL   string    `json:"url"`
			Title string    `json:"title"`
			Text  string    `json:"content_text"`
			At    time.Time `json:"date_published"`
		}
		list := []item{}
		for _, it := range items {
			list = append(list, item{it.url, it.url, it.title, it.text, it.at})
		}
		_ = json.NewEncoder(&b).Encode(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": fmt.Sprintf("Outlet %d", i), "items": list})
		return b.Bytes(), "application/feed+json"
	}
}

// badPeers is what is wrong with bad feeds, in turn.
func badPeers() []func(*soakPeers, http.ResponseWriter, *http.Request) {
	const noDate = "the day before yesterday"
	const head = `<?xml version="1.0"?><rss version="2.0"><channel><title>Bad</title>`
	plain := func(kind, body string) func(*soakPeers, http.ResponseWriter, *http.Request) {
		return func(_ *soakPeers, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, body)
		}
	}
	status := func(code int, header, value string) func(*soakPeers, http.ResponseWriter, *http.Request) {
		return func(_ *soakPeers, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(header, value)
			w.WriteHeader(code)
		}
	}
	many := func(at string, guid func(i int) string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range 50 {
			fmt.Fprintf(&b, "<item>%s<title>Odd item number %d of the day</title><pubDate>%s</pubDate></item>", guid(i), i, at)
		}
		return b.String() + "</channel></rss>"
	}
	return []func(*soakPeers, http.ResponseWriter, *http.Request){
		status(http.StatusInternalServerError, "X", "tls"), // see url
		plain("text/html", "<!doctype html><title>Not here</title><p>The feed has moved."),
		plain("application/rss+xml", ""),
		plain("application/rss+xml", head+"<item><title>Whole item before the end</title></item><item><title>Cut of"),
		func(_ *soakPeers, w http.ResponseWriter, _ *http.Request) { // 200 MB
			_, _ = io.WriteString(w, head)
			block := bytes.Repeat([]byte("<item><title>more and more</title></item>"), 1<<12)
			for range 200 << 20 / len(block) {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		},
		func(_ *soakPeers, w http.ResponseWriter, _ *http.Request) { // gzip bomb
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			block := make([]byte, 1<<20)
			for range 200 {
				if _, err := z.Write(block); err != nil {
					return
				}
			}
			_ = z.Close()
		},
		plain("application/rss+xml", `<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`+head+"<item><title>&c;</title></item></channel></rss>"),
		plain("application/rss+xml; charset=utf-8", head+"<item><title>Gr\xfc\xdfe aus M\xfcnchen</title></item></channel></rss>"),
		plain("application/rss+xml", many(noDate, func(int) string { return "" })),
		func(p *soakPeers, w http.ResponseWriter, _ *http.Request) {
			// Of the day of the news, so that it leaves the window as these do: what has no date is of the machine's.
			at := p.latest().Format(time.RFC1123Z)
			_, _ = io.WriteString(w, many(at, func(i int) string { return fmt.Sprintf("<guid>%d-%d</guid>", i, time.Now().UnixNano()) }))
		},
		plain("application/rss+xml", many(noDate, func(int) string { return "<guid>same</guid>" })),
		func(_ *soakPeers, w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, head)
			for i := range 5000 {
				fmt.Fprintf(w, "<item><guid>five-%d</guid><link>news/%d</link><title>Item %d of a very long list</title></item>", i, i, i)
			}
			_, _ = io.WriteString(w, "</channel></rss>")
		},
		func(_ *soakPeers, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, // hangs
		func(_ *soakPeers, w http.ResponseWriter, r *http.Request) { // drips
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(time.Second):
				}
			}
		},
		func(_ *soakPeers, w http.ResponseWriter, _ *http.Request) { // resets
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			c.Close()
		},
		func(_ *soakPeers, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		},
		func(p *soakPeers, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, p.private.URL, http.StatusFound)
		},
		func(p *soakPeers, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, strings.Replace(p.private.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
		},
		func(_ *soakPeers, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"?"+fmt.Sprint(time.Now().UnixNano()), http.StatusMovedPermanently)
		},
		status(http.StatusTooManyRequests, "Retry-After", "2"),
		status(http.StatusInternalServerError, "X", "for ever"),
		status(http.StatusGone, "X", "gone"),
	}
}
