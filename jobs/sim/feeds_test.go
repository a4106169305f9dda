package sim

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/fetch"
)

// feeds are the stories that a daemon has to fetch, beside those in folders and those that are pushed.
const feeds = "feeds"

const (
	sites = 4
	// shown is how many items a feed has, which is more than it gains while anything keeps a daemon from asking.
	shown = 60
	// pendingMost is how many bytes may wait for a tick.
	pendingMost = 24 << 10
)

// site is a server with one feed.
type site struct {
	world  *world
	number int
	server *http.Server

	mu      sync.Mutex
	stories []newsroom.Labelled
	mode    string
	until   time.Time
}

// The moods of a server. It is well in between.
var moods = []string{
	"error", "busy", "hangs", "drips", "resets", "page", "cut", "empty", "circle", "inward", "moved", "garbage", "late",
}

// found makes the sites and lets them serve.
func found(w *world) []*site {
	w.Helper()
	var list []*site
	for i := range sites {
		s := &site{world: w, number: i}
		l, err := w.net.listen(s.host() + ":80")
		if err != nil {
			w.Fatal(err)
		}
		s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
		go func() { _ = s.server.Serve(l) }()
		list = append(list, s)
	}
	return list
}

func (s *site) host() string { return fmt.Sprintf("news%d.example", s.number) }

// fetcher is what a daemon asks feeds with.
func (w *world) fetcher() *fetch.Client {
	w.Helper()
	o := fetch.DefaultOptions("sim")
	o.Dial = w.net.dial
	c, err := fetch.New(o)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// feeds are the settings of the sites' feeds. No two are asked in the same minute.
func (w *world) feedsOf(list []*site) []jobs.Feed {
	var all []jobs.Feed
	for _, s := range list {
		all = append(all, jobs.Feed{
			Name: fmt.Sprintf("feed%d", s.number), URL: "http://" + s.host() + "/feed",
			Spec: w.spec(fmt.Sprintf("%d,%d * * * *", 3+2*s.number, 33+2*s.number)), Options: source.Options{Language: text.Language},
		})
	}
	return all
}

// publish adds stories to the feed; one that is there already is replaced.
func (s *site) publish(l newsroom.Labelled) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.stories {
		if s.stories[i].URL == l.URL {
			s.stories[i] = l
			return
		}
	}
	s.stories = append(s.stories, l)
}

// feel puts the server in a mood for a while.
func (s *site) feel(mood string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode, s.until = mood, time.Now().Add(d)
}

func (s *site) mood() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().After(s.until) {
		return ""
	}
	return s.mode
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Each takes a time of its own, so that what was asked at once does not come at once.
	s.wait(r, time.Duration(s.number+1)*137*time.Millisecond)
	s.mu.Lock()
	stories := s.stories[max(0, len(s.stories)-shown):]
	body := s.document(stories)
	s.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", []string{"application/feed+json", "application/rss+xml"}[s.number%2])
	switch s.mood() {
	case "error":
		w.WriteHeader(http.StatusInternalServerError)
	case "busy":
		h.Set("Retry-After", "5400")
		w.WriteHeader(http.StatusTooManyRequests)
	case "hangs":
		s.wait(r, 24*time.Hour)
	case "late":
		s.wait(r, 40*time.Second)
		_, _ = w.Write(body)
	case "drips":
		h.Set("Content-Length", fmt.Sprint(len(body)))
		for i := range body {
			if _, err := w.Write(body[i : i+1]); err != nil || r.Context().Err() != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			s.wait(r, time.Second)
		}
	case "resets":
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
	case "page":
		h.Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Back soon</title><p>We are moving."))
	case "cut":
		_, _ = w.Write(body[:len(body)*2/3])
	case "empty":
	case "circle":
		http.Redirect(w, r, "/feed?"+r.URL.RawQuery+"x", http.StatusFound)
	case "inward":
		http.Redirect(w, r, "http://127.0.0.1/feed", http.StatusFound)
	case "moved":
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/new/feed", http.StatusMovedPermanently)
			return
		}
		_, _ = w.Write(body)
	case "garbage":
		_, _ = w.Write(bytes.Repeat([]byte{0xff, 0, '<'}, 1000))
	default:
		tag := fmt.Sprintf(`"%x"`, (&cluster.Story{Title: string(body)}).ContentHash())
		h.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body)
	}
}

// wait passes time, or less if the client goes away.
func (s *site) wait(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

// document is the feed; the lock is held.
func (s *site) document(stories []newsroom.Labelled) []byte {
	date := func(l *newsroom.Labelled) string {
		if l.Precision == cluster.Day {
			return l.Published.Format(time.DateOnly)
		}
		return l.Published.Format(time.RFC3339)
	}
	if s.number%2 == 0 {
		type item struct {
			ID        string `json:"id"`
			URL       string `json:"url"`
			Title     string `json:"title"`
			Text      string `json:"content_text"`
			Published string `json:"date_published"`
			Lang      string `json:"language"`
		}
		items := []item{}
		for i := range stories {
			l := &stories[i]
			items = append(items, item{l.ID, l.URL, l.Title, l.Text, date(l), l.Lang})
		}
		b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": s.host(), "items": items})
		if err != nil {
			panic(err)
		}
		return b
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>%s</title><link>http://%[1]s/</link>`, s.host())
	element := func(name, text string) {
		b.WriteString("<" + name + ">")
		_ = xml.EscapeText(&b, []byte(text))
		b.WriteString("</" + name + ">")
	}
	for i := range stories {
		l := &stories[i]
		b.WriteString("<item>")
		element("title", l.Title)
		element("link", l.URL)
		element("guid", l.ID)
		element("pubDate", date(l))
		element("description", l.Text)
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

// served are the stories that were in a feed, as it showed them last, by address.
func served(list []*site) map[string]newsroom.Labelled {
	all := map[string]newsroom.Labelled{}
	for _, s := range list {
		for _, l := range s.stories {
			all[l.URL] = l
		}
	}
	return all
}
