package feed

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

var morning = time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)

// world is a newsroom that says what its stories, events and threads are, and a store that is told.
type world struct {
	t       *testing.T
	s       *store.Store
	now     time.Time
	handler *Handler
	stories map[string]*cluster.StoryChange
	stored  map[string]bool
	events  map[string]string   // by story
	threads map[string][]linked // by id
	ended   map[string]string
	known   map[string]bool // events and threads that the store has
	long    map[string]bool // threads that had several events
}

type linked struct{ event, kind string }

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if found, err := s.Check(context.Background()); err != nil || !found.OK() {
			t.Errorf("the world was not sound: %+v, %v", found.Findings, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{
		t: t, s: s, now: morning, stories: map[string]*cluster.StoryChange{}, stored: map[string]bool{}, events: map[string]string{},
		threads: map[string][]linked{}, ended: map[string]string{}, known: map[string]bool{}, long: map[string]bool{},
	}
	w.handler = New(Options{
		View: func() Snapshot { return s.View() }, Clock: func() time.Time { return w.now },
		Query: func(v url.Values, now time.Time) (report.Query, error) {
			return report.Query{Text: v.Get("q"), Now: now, Limit: 100}, nil
		},
	})
	w.feeds(map[string]string{"velm": "Coast/North", "tarn": "Coast", "orrin": "Capital"})
	return w
}

// feeds puts feeds into folders.
func (w *world) feeds(folders map[string]string) {
	w.t.Helper()
	var states []store.FeedState
	for name, folder := range folders {
		states = append(states, store.FeedState{Name: "source:" + name, Kind: store.KindFeed, URL: "https://" + name + ".example/rss", Folder: folder})
	}
	if err := w.s.Commit(w.t.Context(), store.Batch{At: w.now, Feeds: states}); err != nil {
		w.t.Fatal(err)
	}
}

// tell adds a story of an event. Its id begins with the outlet: "velm-1".
func (w *world) tell(id, event, title string) *cluster.StoryChange {
	outlet, _, _ := strings.Cut(id, "-")
	c := &cluster.StoryChange{
		Story: cluster.Story{
			ID: id, Title: title, Text: title + ". The ferry left the pier at eight and came back at noon.", Source: strings.ToUpper(outlet[:1]) + outlet[1:],
			URL: "https://" + outlet + ".example/" + id, Lang: "en", Published: w.now.Add(-10 * time.Minute), Arrived: w.now,
		},
		Placement: cluster.Placement{Story: id, Group: "g-" + id, Event: event}, Features: []byte("f"),
	}
	w.stories[id] = c
	w.events[id] = event
	if w.threadOf(event) == "" {
		w.threads["t-"+event] = []linked{{event, "founding"}}
	}
	return c
}

// copied makes a story a copy of another.
func (w *world) copied(id, of, title string) {
	c := w.tell(id, w.events[of], title)
	c.Placement.Group = w.stories[of].Placement.Group
	c.Placement.Copy = cluster.Copy{Relation: cluster.Reprint, Jaccard: .9, Contained: .95, Contains: .95}
}

func (w *world) threadOf(event string) string {
	for id, links := range w.threads {
		if slices.ContainsFunc(links, func(l linked) bool { return l.event == event }) {
			return id
		}
	}
	return ""
}

// link puts an event at the end of the thread of another.
func (w *world) link(event, to, kind string) {
	old, thread := w.threadOf(event), w.threadOf(to)
	delete(w.threads, old)
	w.ended[old] = thread
	w.threads[thread] = append(w.threads[thread], linked{event, kind})
}

// merge puts the stories of an event into another.
func (w *world) merge(event, into string) {
	for id, e := range w.events {
		if e == event {
			w.events[id] = into
		}
	}
	old := w.threadOf(event)
	w.threads[old] = slices.DeleteFunc(w.threads[old], func(l linked) bool { return l.event == event })
	if len(w.threads[old]) == 0 {
		delete(w.threads, old)
		w.ended[old] = w.threadOf(into)
	}
	w.ended[event] = into
}

// commit stores what has changed, with what feeds brought: "velm velm-1".
func (w *world) commit(brought ...string) {
	w.t.Helper()
	d := &cluster.Delta{}
	members := map[string][]string{}
	groups := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(w.stories)) {
		c := w.stories[id]
		c.Placement.Event = w.events[id]
		members[w.events[id]] = append(members[w.events[id]], id)
		groups[c.Placement.Group] = append(groups[c.Placement.Group], id)
		if w.stored[id] {
			d.Moved = append(d.Moved, c.Placement)
		} else {
			d.Stories = append(d.Stories, *c)
		}
		w.stored[id] = true
	}
	byTime := func(a, b string) int {
		return cmp.Or(w.stories[a].Story.Published.Compare(w.stories[b].Story.Published), strings.Compare(a, b))
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		if list := groups[id]; len(list) > 1 {
			slices.SortFunc(list, byTime)
			d.Groups = append(d.Groups, cluster.Group{ID: id, Representative: list[0], Members: list})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(members)) {
		list := members[id]
		slices.SortFunc(list, byTime)
		d.Events = append(d.Events, cluster.Event{
			ID: id, Thread: w.threadOf(id), Representative: list[0], Members: list, Lang: "en", Names: []string{"Port Velm"},
			First: w.stories[list[0]].Story.Published, Last: w.stories[list[len(list)-1]].Story.Published, Cohesion: 1,
		})
		w.known[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(w.threads)) {
		w.known[id] = true
		if len(w.threads[id]) < 2 && !w.long[id] {
			continue
		}
		w.long[id] = true
		t := cluster.Thread{ID: id}
		for _, l := range w.threads[id] {
			i := slices.IndexFunc(d.Events, func(e cluster.Event) bool { return e.ID == l.event })
			e := d.Events[i]
			if t.First.IsZero() || e.First.Before(t.First) {
				t.First = e.First
			}
			if e.Last.After(t.Last) {
				t.Last = e.Last
			}
			t.Links = append(t.Links, cluster.Link{Event: l.event, Kind: l.kind, Score: 1})
		}
		d.Threads = append(d.Threads, t)
	}
	for _, from := range slices.Sorted(maps.Keys(w.ended)) {
		if w.known[from] {
			d.Ended = append(d.Ended, cluster.Redirect{From: from, To: w.ended[from], Reason: "merged"})
		}
	}
	clear(w.ended)
	b := store.Batch{Delta: d, At: w.now}
	for _, line := range brought {
		feed, story, _ := strings.Cut(line, " ")
		b.Brought = append(b.Brought, store.Brought{Feed: "source:" + feed, Story: story})
	}
	if err := w.s.Commit(w.t.Context(), b); err != nil {
		w.t.Fatal(err)
	}
	w.now = w.now.Add(time.Hour)
}

func (w *world) get(path string, header ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	mux := http.NewServeMux()
	for pattern, h := range w.handler.Routes() {
		mux.Handle(pattern, h)
	}
	r := httptest.NewRequest(http.MethodGet, "http://news.example"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, r)
	return rec
}

// read gives a feed as a reader has it.
func (w *world) read(path string) *gofeed.Feed {
	w.t.Helper()
	rec := w.get(path)
	if rec.Code != http.StatusOK {
		w.t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	f, err := gofeed.NewParser().ParseString(rec.Body.String())
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", path, err, rec.Body)
	}
	return f
}

// reader is somebody who subscribed: a reader shows what has an id that it has not seen.
type reader struct {
	w    *world
	path string
	seen map[string]bool
}

func (w *world) subscribe(path string) *reader { return &reader{w, path, map[string]bool{}} }

// unread gives the titles that are new to the reader.
func (r *reader) unread() []string {
	r.w.t.Helper()
	list := []string{}
	for _, it := range r.w.read(r.path).Items {
		if !r.seen[it.GUID] {
			r.seen[it.GUID] = true
			list = append(list, it.Title)
		}
	}
	return list
}
