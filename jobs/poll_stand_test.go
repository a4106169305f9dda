package jobs

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/fetch"
	"github.com/samestory/samestory/store"
)

// stand is a daemon over one feed of a local server, polled and ticked by hand.
type stand struct {
	*Daemon
	t     *testing.T
	store *store.Store
	mu    sync.Mutex
	serve http.HandlerFunc
	now   time.Time
	feed  Feed
}

func newStand(t *testing.T, changes ...func(*DaemonOptions)) *stand {
	t.Helper()
	s := &stand{t: t, store: newStore(t), now: aMorning}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		serve := s.serve
		s.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(server.Close)
	o := fetch.DefaultOptions("test")
	o.AllowPrivate, o.Rate, o.Timeout = []string{"127.0.0.0/8"}, 0, 2*time.Second
	client, err := fetch.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	spec, err := schedule.Parse("*/15 * * * *", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	s.feed = Feed{Name: "source:velm", URL: server.URL + "/feed", Spec: spec, Options: source.Options{Name: "velm", Language: text.Language}}
	options := DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Tick: spec, Feeds: []Feed{s.feed}, Fetch: client, CatchUp: true,
		StopAfter: time.Minute, Clock: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler),
	}
	for _, change := range changes {
		change(&options)
	}
	s.feed = options.Feeds[0]
	s.restart(options)
	return s
}

// restart puts a new daemon in the place of the old one, as after a crash.
func (s *stand) restart(o DaemonOptions) {
	s.t.Helper()
	s.Daemon = NewDaemon(s.store, o)
	if err := s.polls.meet(s.store, o.Feeds, nil); err != nil {
		s.t.Fatal(err)
	}
}

// answer sets what the server says from now on.
func (s *stand) answer(status int, body string, headers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve = func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// pass lets time go by, polls the feed and runs a tick.
func (s *stand) pass(by time.Duration) store.FeedState {
	s.t.Helper()
	s.now = s.now.Add(by)
	if err := s.poll(s.t.Context(), &s.feed); err != nil {
		s.t.Fatal(err)
	}
	if err := s.tick(s.t.Context(), jobTick, nil); err != nil {
		s.t.Fatal(err)
	}
	return s.state()
}

func (s *stand) state() store.FeedState {
	s.t.Helper()
	v := s.store.View()
	defer v.Close()
	f, err := v.Feed(s.feed.Name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		s.t.Fatal(err)
	}
	return f
}

func (s *stand) stories() int {
	s.t.Helper()
	v := s.store.View()
	defer v.Close()
	stats, err := v.Stats()
	if err != nil {
		s.t.Fatal(err)
	}
	return stats.Stories
}

// entry is an item of a feed.
type entry struct{ guid, link, title, body, date string }

func rss(items ...entry) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Velm Courier</title><link>https://velm.example/</link><language>en</language>`)
	for _, it := range items {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%s</guid><pubDate>%s</pubDate><description>%s</description></item>",
			it.title, it.link, it.guid, it.date, it.body)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func entries(n int) []entry {
	var list []entry
	for i := range n {
		list = append(list, entry{
			guid: fmt.Sprint(i), link: fmt.Sprintf("https://velm.example/%d", i), title: fmt.Sprintf("Ferry number %d opens route %d", i, i*7),
			body: fmt.Sprintf("The ferry %d sails at %d o'clock.", i, i%24), date: "Thu, 05 Mar 2026 07:30:00 GMT",
		})
	}
	return list
}
