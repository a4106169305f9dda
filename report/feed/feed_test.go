package feed

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

func (r *reader) want(what string, titles ...string) {
	r.w.t.Helper()
	if titles == nil {
		titles = []string{}
	}
	if diff := cmp.Diff(titles, r.unread()); diff != "" {
		r.w.t.Errorf("%s: unread in %s (-want +got):\n%s", what, r.path, diff)
	}
}

// A reader sees each thing once: further outlets, copies, updates and merges show it nothing again; a new beat does.
func TestWhatAReaderSees(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/feeds/folder/Coast.atom", "/feeds/folder/Coast.json", "/feeds/folder.atom?name=Coast"} {
		w := newWorld(t)
		r := w.subscribe(path)
		r.want("an empty store")

		w.tell("velm-1", "e1", "Ferry runs aground")
		w.commit("velm velm-1")
		r.want("the first story", "Ferry runs aground")

		w.tell("tarn-1", "e1", "Ferry stuck on reef")
		w.copied("orrin-1", "velm-1", "Ferry runs aground")
		w.commit("tarn tarn-1", "orrin orrin-1")
		r.want("another outlet and a copy")

		w.tell("tarn-2", "e2", "Ferry: tug on its way")
		w.link("e2", "e1", "update")
		w.commit("tarn tarn-2")
		r.want("an update tells the same within the day")

		w.tell("velm-3", "e3", "Ferry captain arrested")
		w.link("e3", "e1", "follow-up")
		w.commit("velm velm-3")
		r.want("a new beat", "Ferry captain arrested")

		w.tell("velm-4", "e4", "What is a reef?")
		w.link("e4", "e1", "background")
		w.commit("velm velm-4")
		r.want("a background piece tells nothing new")

		w.tell("tarn-5", "e5", "Captain of the ferry in custody")
		w.commit("tarn tarn-5")
		r.want("what seems to be something else", "Captain of the ferry in custody")
		w.merge("e5", "e3")
		w.commit()
		r.want("and is the same")

		w.tell("orrin-6", "e6", "Budget passed")
		w.commit("orrin orrin-6")
		r.want("a story of another folder")
	}
}

// The event with the id that stays is not always the one that the reader knows.
func TestMergeIntoAnEventThatWasNotInTheFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	coast, all := w.subscribe("/feeds/folder/Coast.atom"), w.subscribe("/feeds/all.atom")
	w.tell("orrin-1", "e1", "Bridge closed")
	w.commit("orrin orrin-1")
	coast.want("a story of another folder")
	all.want("anything", "Bridge closed")
	w.tell("velm-1", "e2", "The bridge at Velm is closed")
	w.commit("velm velm-1")
	coast.want("a story of the folder", "The bridge at Velm is closed")
	all.want("anything", "The bridge at Velm is closed")
	w.merge("e2", "e1")
	w.commit()
	coast.want("merged into the older one")
	all.want("merged into the older one")
	w.tell("tarn-1", "e1", "Bridge shut")
	w.commit("tarn tarn-1")
	coast.want("another outlet")
	all.want("another outlet")
}

// An entry moves neither in id nor in time when it grows, and says what it has grown by.
func TestAnEntryGrowsInPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell("velm-1", "e1", "Ferry runs aground")
	w.commit("velm velm-1")
	before := w.read("/feeds/folder/Coast.atom").Items[0]

	w.tell("tarn-1", "e1", "Ferry stuck on reef").Story.Published = morning.Add(-5 * time.Hour) // a late find
	w.copied("orrin-1", "velm-1", "Ferry runs aground")
	changed := *w.stories["velm-1"]
	w.commit("tarn tarn-1", "orrin orrin-1")
	// The herald is revised: its second version arrives later than the story of the other outlet.
	changed.Story.Text += " Nobody was hurt."
	changed.Story.Updated, changed.Story.Arrived = w.now, w.now
	changed.Placement.Event = "e1"
	if err := w.s.Commit(t.Context(), store.Batch{At: w.now, Delta: &cluster.Delta{Stories: []cluster.StoryChange{changed}}}); err != nil {
		t.Fatal(err)
	}

	for _, path := range []string{"/feeds/folder/Coast.atom", "/feeds/folder/Coast.json", "/feeds/all.atom"} {
		list := w.read(path).Items
		if len(list) != 1 {
			t.Fatalf("%s: %d entries", path, len(list))
		}
		after := list[0]
		if after.GUID != before.GUID || !after.UpdatedParsed.Equal(*before.UpdatedParsed) || !after.PublishedParsed.Equal(*before.PublishedParsed) {
			t.Errorf("%s: %s of %v, %v became %s of %v, %v", path, before.GUID, before.Updated, before.Published, after.GUID, after.Updated, after.Published)
		}
		for _, link := range []string{"https://velm.example/velm-1", "https://tarn.example/tarn-1"} {
			if !strings.Contains(after.Content, `href="`+link+`"`) {
				t.Errorf("%s: no link to %s in %s", path, link, after.Content)
			}
		}
	}
	content := w.read("/feeds/folder/Coast.atom").Items[0].Content
	if strings.Contains(content, "orrin.example") || !strings.Contains(content, "1 outlet outside of this feed") {
		t.Errorf("of an outlet outside of the folder it says: %s", content)
	}
	if all := w.read("/feeds/all.atom").Items[0].Content; !strings.Contains(all, "(reprint)") || !strings.Contains(all, "3 outlets, 1 copy") {
		t.Errorf("of the copy it says: %s", all)
	}
}

// A beat says what came before it; events that belong to one beat are one entry; a counterpart goes where it is told.
func TestBeats(t *testing.T) {
	t.Parallel()
	links := func(pairs ...string) (l []cluster.Link) {
		for i := 0; i < len(pairs); i += 2 {
			l = append(l, cluster.Link{Event: pairs[i], Kind: pairs[i+1]})
		}
		return l
	}
	happenings := map[string]string{"c": "b", "f": "elsewhere"}
	for name, c := range map[string]struct {
		links []cluster.Link
		want  [][]string
	}{
		"one event":                                {links("a", "founding"), [][]string{{"a"}}},
		"what comes after is a beat":               {links("a", "founding", "b", "follow-up", "c2", "reaction", "d", "saga", "e", "reopened", "g", "anniversary"), [][]string{{"a"}, {"b"}, {"c2"}, {"d"}, {"e"}, {"g"}}},
		"an update tells the founding event":       {links("a", "founding", "b", "follow-up", "u", "update"), [][]string{{"a", "u"}, {"b"}}},
		"background goes with what was last":       {links("a", "founding", "b", "follow-up", "x", "background"), [][]string{{"a"}, {"b", "x"}}},
		"a counterpart goes with what it tells":    {links("a", "founding", "b", "follow-up", "d", "follow-up", "c", "counterpart"), [][]string{{"a"}, {"b", "c"}, {"d"}}},
		"a counterpart of nothing, with the last":  {links("a", "founding", "b", "follow-up", "f", "counterpart"), [][]string{{"a"}, {"b", "f"}}},
		"a first link that is no founding is one":  {links("a", "update", "b", "counterpart"), [][]string{{"a", "b"}}},
		"a kind that is not known yet is a beat":   {links("a", "founding", "b", "trial"), [][]string{{"a"}, {"b"}}},
		"two counterparts of one event go with it": {links("b", "founding", "c", "counterpart", "c", "counterpart"), [][]string{{"b", "c", "c"}}},
	} {
		beats, err := beatsOf(&cluster.Thread{ID: "t", Links: c.links}, func(id string) (*cluster.Event, error) {
			return &cluster.Event{ID: id, Happening: happenings[id]}, nil
		})
		got := [][]string{}
		for _, b := range beats {
			got = append(got, b.events)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestABeatSaysWhatCameBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell("velm-1", "e1", "Ferry runs aground")
	w.commit("velm velm-1")
	w.tell("velm-2", "e2", "Captain Ada Brinkmoor arrested").Story.Text = "Police arrested Ada Brinkmoor. The captain Ada Brinkmoor said nothing."
	w.link("e2", "e1", "follow-up")
	w.commit("velm velm-2")
	list := w.read("/feeds/folder/Coast.atom").Items
	if len(list) != 2 {
		t.Fatalf("%d entries", len(list))
	}
	for _, want := range []string{"Ada Brinkmoor", `<a href="http://news.example/event/e1">Ferry runs aground</a>`, `<a href="http://news.example/thread/t-e1">`} {
		if !strings.Contains(list[0].Content, want) {
			t.Errorf("no %q in %s", want, list[0].Content)
		}
	}
	if strings.Contains(list[1].Content, "Before:") {
		t.Errorf("the first beat has one before it: %s", list[1].Content)
	}
	if list[0].Link != "https://velm.example/velm-2" {
		t.Errorf("the entry leads to %s", list[0].Link)
	}
}

// Whatever stories say of themselves is text in a feed.
func TestHostileStories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.tell("velm-1", "e1", "<script>alert(1)</script> & ]]> \x01\u202egnp.exe\x00"+strings.Repeat(" long", 400))
	c.Story.URL = "javascript:alert(1)"
	c.Story.Source = "\"><img src=x onerror=alert(1)>\ufffe"
	c.Story.Lang = `en" onclick="`
	c.Story.Text = "<b>bold</b> \x0b ]]> <iframe src=//velm.example>"
	c.Story.Published = w.now.AddDate(0, 0, 1) // in the future
	w.commit("velm velm-1")
	for _, path := range []string{"/feeds/folder/Coast.atom", "/feeds/folder/Coast.json", "/feeds/events.atom"} {
		rec := w.get(path)
		for _, bad := range []string{"<script", "<img", "<iframe", "javascript:", "\u202e", "\x01", "\x00", "\x0b", "\ufffe", "onclick"} {
			markup := bad[0] == '<' || bad == "\ufffe" // means nothing in JSON
			if strings.Contains(rec.Body.String(), bad) && (strings.HasSuffix(path, "atom") || !markup) {
				t.Errorf("%s has %q:\n%s", path, bad, rec.Body)
			}
		}
		it := w.read(path).Items[0]
		if !strings.HasPrefix(it.Title, "<script>alert(1)</script> & ]]> ") || len(it.Title) > 4*titleRunes {
			t.Errorf("%s: the title is %q", path, it.Title)
		}
		for _, bad := range []string{"<script", "<img", "<iframe", "<b>", "javascript:"} {
			if strings.Contains(it.Content, bad) {
				t.Errorf("%s: the content has %q: %s", path, bad, it.Content)
			}
		}
		if it.Link != "http://news.example/event/e1" {
			t.Errorf("%s: a story without an address leads to %s", path, it.Link)
		}
		if it.PublishedParsed.After(*it.UpdatedParsed) {
			t.Errorf("%s: published %v, after it was there, %v", path, it.Published, it.Updated)
		}
	}
}

// The same state gives the same bytes, and is not sent again to who has it.
func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell("velm-1", "e1", "Ferry runs aground")
	w.commit("velm velm-1")
	const path = "/feeds/folder/Coast%2FNorth.atom"
	first := w.get(path)
	tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
	if first.Code != http.StatusOK || tag == "" || modified == "" || first.Header().Get("Content-Type") != atomType {
		t.Fatalf("%d %v", first.Code, first.Header())
	}
	w.now = w.now.Add(time.Hour)
	if again := w.get(path); again.Body.String() != first.Body.String() || again.Header().Get("Last-Modified") != modified {
		t.Errorf("asked again: %v (-want +got):\n%s", again.Header(), cmp.Diff(first.Body.String(), again.Body.String()))
	}
	for _, header := range [][]string{{"If-None-Match", tag}, {"If-Modified-Since", modified}} {
		if rec := w.get(path, header...); rec.Code != http.StatusNotModified || rec.Body.Len() > 0 {
			t.Errorf("%v: %d, %d bytes", header, rec.Code, rec.Body.Len())
		}
	}
	w.tell("velm-2", "e1", "Ferry stuck")
	w.commit("velm velm-2")
	for _, header := range [][]string{{"If-None-Match", tag}, {"If-Modified-Since", modified}} {
		if rec := w.get(path, header...); rec.Code != http.StatusOK || rec.Header().Get("ETag") == tag {
			t.Errorf("after a change, %v: %d %v", header, rec.Code, rec.Header())
		}
	}
	// Two forms in one second have two times.
	a := w.handler.from("x", "1")
	if b := w.handler.from("x", "2"); !b.After(a) {
		t.Errorf("the second form is from %v, the first from %v", b, a)
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.feeds(map[string]string{"dots": "..", "odd": "A b/Ü?#"})
	w.tell("velm-1", "e1", "Ferry runs aground").Story.Published = w.now.Add(-time.Hour)
	w.tell("tarn-2", "e2", "Bridge closed")
	w.tell("odd-3", "e3", "Budget passed")
	w.tell("dots-4", "e4", "Rain")
	w.commit("velm velm-1", "tarn tarn-2", "odd odd-3", "dots dots-4")
	for path, want := range map[string][]string{
		"/feeds/folder/Coast.atom":               {"Bridge closed", "Ferry runs aground"}, // with those within it
		"/feeds/folder/Coast/North.atom":         {"Ferry runs aground"},
		"/feeds/folder/Capital.atom":             {},
		"/feeds/folder/A%20b/%C3%9C%3F%23.atom":  {"Budget passed"},
		"/feeds/folder.json?name=..":             {"Rain"},
		"/feeds/folder/Coast.atom?min_sources=2": {},
		"/feeds/folder/Coast.atom?lang=de":       {},
	} {
		f := w.read(path)
		got := []string{}
		for _, it := range f.Items {
			got = append(got, it.Title)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
		if want := "http://news.example" + path; f.FeedLink != want {
			t.Errorf("%s calls itself %s", path, f.FeedLink)
		}
	}
	if n := len(w.read("/feeds/folder/Coast.atom?limit=1").Items); n != 1 {
		t.Errorf("limit=1 gives %d entries", n)
	}
	for path, want := range map[string]int{
		"/feeds/folder/Inland.atom":           http.StatusNotFound,
		"/feeds/folder/Coas.atom":             http.StatusNotFound,
		"/feeds/folder/Coast":                 http.StatusNotFound,
		"/feeds/folder.atom":                  http.StatusBadRequest,
		"/feeds/none.atom":                    http.StatusNotFound,
		"/feeds/all.rss":                      http.StatusNotFound,
		"/feeds/folder/Coast.atom?limit=0":    http.StatusBadRequest,
		"/feeds/folder/Coast.atom?limit=1001": http.StatusBadRequest,
		"/feeds/folder/Coast.atom?q=ferry":    http.StatusBadRequest,
		"/feeds/all.atom?%zz":                 http.StatusBadRequest,
	} {
		if rec := w.get(path); rec.Code != want || rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", path, rec.Code, rec.Header())
		}
	}
}

// A feed that was taken off the list told what it told.
func TestFeedsThatWereRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.subscribe("/feeds/folder/Coast.atom")
	w.tell("velm-1", "e1", "Ferry runs aground")
	w.commit("velm velm-1")
	w.tell("tarn-1", "e1", "Ferry stuck")
	w.commit("tarn tarn-1")
	r.want("a story", "Ferry runs aground")
	removed := store.FeedState{Name: "source:velm", Kind: store.KindFeed, URL: "https://velm.example/rss", Folder: "Coast/North", Removed: true}
	if err := w.s.Commit(t.Context(), store.Batch{Feeds: []store.FeedState{removed}}); err != nil {
		t.Fatal(err)
	}
	r.want("the feed that had it first is gone")
}

// The feed of a query has the events of the query, and names them as the others do.
func TestQueries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell("velm-1", "e1", "Ferry runs aground").Story.Published = w.now.Add(-time.Hour)
	w.tell("tarn-2", "e2", "Bridge closed")
	w.commit("velm velm-1", "tarn tarn-2")
	f := w.read("/feeds/events.atom?q=bridge")
	if len(f.Items) != 1 || f.Items[0].Title != "Bridge closed" || f.Title != "samestory: events with the words “bridge”" {
		t.Errorf("%q has %d entries", f.Title, len(f.Items))
	}
	if id := w.read("/feeds/folder/Coast.atom?limit=1").Items[0].GUID; len(f.Items) == 1 && id != f.Items[0].GUID {
		t.Errorf("the same is %s in one feed and %s in another", f.Items[0].GUID, id)
	}
}

// The list of the feeds can be read as one.
func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rec := w.get("/feeds.opml")
	for _, want := range []string{
		`xmlUrl="http://news.example/feeds/folder/Coast.atom"`, `xmlUrl="http://news.example/feeds/folder/Coast/North.atom"`,
		`xmlUrl="http://news.example/feeds/folder/Capital.atom"`, `text="Coast/North, once"`,
	} {
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("no %s in %d:\n%s", want, rec.Code, rec.Body)
		}
	}
}

// Addresses begin with what the configuration says, or with what the reader asked for.
func TestBase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.handler.o.Base = "https://proxy.example/news"
	if got := w.read("/feeds/all.atom").FeedLink; got != "https://proxy.example/news/feeds/all.atom" {
		t.Errorf("behind a proxy it calls itself %s", got)
	}
	w.handler.o.Base = ""
	if rec := w.get("/feeds/all.atom"); !strings.Contains(rec.Body.String(), `href="http://news.example/feeds/all.json"`) {
		t.Errorf("no link to the other form in %s", rec.Body)
	}
}

// The bytes of a small feed, so that a change of the form is seen.
func TestForms(t *testing.T) {
	t.Parallel()
	for ext, kind := range map[string]string{".atom": "atom", ".json": "json"} {
		w := newWorld(t)
		w.tell("velm-1", "e1", "Ferry runs aground")
		w.copied("tarn-1", "velm-1", "Ferry runs aground on reef")
		w.commit("velm velm-1", "tarn tarn-1")
		body := w.get("/feeds/folder/Coast" + ext).Body.String()
		f, err := gofeed.NewParser().ParseString(body)
		if err != nil || f.FeedType != kind || len(f.Items) != 1 || len(f.Items[0].Authors) != 2 {
			t.Errorf("%s: %v %+v", kind, err, f)
		}
		golden(t, "coast"+ext, body)
	}
}
