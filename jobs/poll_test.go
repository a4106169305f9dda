package jobs

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

func TestAFeedBecomesStories(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(3)...), "ETag", `"a"`, "Content-Type", "application/rss+xml")
	f := s.pass(0)
	want := store.FeedState{
		Name: "source:velm", Kind: store.KindFeed, URL: s.feed.URL, Title: "Velm Courier", Site: "https://velm.example/",
		Since: aMorning, LastTry: aMorning, LastSuccess: aMorning, LastNew: aMorning, NextTry: aMorning.Add(15 * time.Minute),
		Status: 200, ETag: `"a"`, Polls: 1, Bytes: f.Bytes, Seen: 3, New: 3, Items: f.Items,
	}
	if diff := cmp.Diff(want, f); diff != "" || s.stories() != 3 {
		t.Errorf("%d stories; state (-want +got):\n%s", s.stories(), diff)
	}
}

func TestWhatIsKnownIsNotTakenAgain(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(3)...))
	s.pass(0)
	s.answer(200, rss(entries(4)...))
	f := s.pass(15 * time.Minute)
	if f.New != 4 || f.Unchanged != 3 || f.Seen != 7 || f.Polls != 2 || s.stories() != 4 {
		t.Errorf("%d stories, %+v", s.stories(), f)
	}
	if !f.LastNew.Equal(aMorning.Add(15 * time.Minute)) {
		t.Errorf("the last new story came at %s", f.LastNew)
	}
	f = s.pass(15 * time.Minute)
	if f.New != 4 || !f.LastNew.Equal(aMorning.Add(15*time.Minute)) || !f.LastSuccess.Equal(aMorning.Add(30*time.Minute)) {
		t.Errorf("after a poll without news: %+v", f)
	}
}

func TestAFeedThatHasNotChangedIsNotSentAgain(t *testing.T) {
	s := newStand(t)
	var asked []string
	s.serve = func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("If-None-Match")+" "+r.Header.Get("If-Modified-Since"))
		w.Header().Set("ETag", `"a"`)
		w.Header().Set("Last-Modified", "Thu, 05 Mar 2026 07:30:00 GMT")
		if r.Header.Get("If-None-Match") == `"a"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(rss(entries(2)...)))
	}
	s.pass(0)
	s.restart(*s.options()) // what is known of a feed is in the store
	f := s.pass(15 * time.Minute)
	if diff := cmp.Diff([]string{" ", `"a" Thu, 05 Mar 2026 07:30:00 GMT`}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if f.NotModified != 1 || f.Polls != 2 || f.Seen != 2 || f.Status != 304 || f.Fault != "" {
		t.Errorf("%+v", f)
	}
}

// TestAPollThatIsNotStoredHasNotBeen holds that nothing is lost between a poll and the tick that takes it.
func TestAPollThatIsNotStoredHasNotBeen(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(2)...), "ETag", `"a"`)
	if err := s.poll(t.Context(), &s.feed); err != nil {
		t.Fatal(err)
	}
	if f := s.state(); f.Polls != 0 || f.ETag != "" {
		t.Errorf("before the tick the store has %+v", f)
	}
	s.restart(*s.options()) // a crash
	f := s.pass(time.Minute)
	if f.New != 2 || f.Polls != 1 || s.stories() != 2 {
		t.Errorf("%d stories, %+v", s.stories(), f)
	}
}

func TestATickThatFailsLeavesWhatWasPolled(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(2)...))
	if err := s.poll(t.Context(), &s.feed); err != nil {
		t.Fatal(err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.tick(stopped, jobTick, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if stories, size := s.Pending(); stories != 2 || size == 0 {
		t.Errorf("%d stories of %d bytes wait", stories, size)
	}
	s.serve = func(http.ResponseWriter, *http.Request) {
		t.Error("the feed is asked again before what it brought is stored")
	}
	if f := s.pass(15 * time.Minute); f.New != 2 || f.Polls != 1 {
		t.Errorf("%+v", f)
	}
	if stories, size := s.Pending(); stories != 0 || size != 0 {
		t.Errorf("%d stories of %d bytes still wait", stories, size)
	}
}

func TestMoreThanAChunkOfPolledStories(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(2500)...))
	f := s.pass(0)
	if f.New != 2500 || s.stories() != 2500 {
		t.Errorf("%d stories, %d new", s.stories(), f.New)
	}
}

func TestPollingWaitsWhileTooMuchWaits(t *testing.T) {
	s := newStand(t, func(o *DaemonOptions) {
		o.PollPending = 100
		other := o.Feeds[0]
		other.Name, other.URL = "source:tarn", other.URL+"?other"
		o.Feeds = append(o.Feeds, other)
	})
	asked := 0
	s.serve = func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write([]byte(rss(entries(20)...)))
	}
	for i := range s.options().Feeds {
		if err := s.poll(t.Context(), &s.options().Feeds[i]); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("%d feeds were asked, want the first alone", asked)
	}
	select {
	case <-s.polls.press:
	default:
		t.Error("no tick is asked for though no more can be taken")
	}
}

func TestAStoryThatIsPublishedAgain(t *testing.T) {
	s := newStand(t)
	first := entry{"77", "https://velm.example/harbour", "Harbour dredged", "Ferries wait.", "Thu, 05 Mar 2026 07:30:00 GMT"}
	second := first
	second.title, second.body = "Harbour dredged, ferries sail", "Ferries sail again."
	third := second
	third.link, third.body = "https://velm.example/harbour-reopened", "All ferries sail again."
	for i, e := range []entry{first, second, second, third} {
		s.answer(200, rss(e))
		s.pass(time.Duration(i) * 15 * time.Minute)
	}
	f := s.state()
	if f.New != 1 || f.Revised != 2 || f.Unchanged != 1 || s.stories() != 1 {
		t.Fatalf("%d stories, %+v", s.stories(), f)
	}
	s.answer(200, rss()) // gone from the feed is not gone from here
	s.pass(time.Hour)
	v := s.store.View()
	defer v.Close()
	id := source.IDFrom('u', "velm.example/harbour")
	versions, err := v.Versions(id)
	if err != nil {
		t.Fatal(err)
	}
	current, err := v.Current(id)
	if err != nil || len(versions) != 3 || current.Text != "All ferries sail again." || current.URL != third.link {
		t.Errorf("%v: %d versions, the current one is %+v", err, len(versions), current)
	}
	if !current.Published.Equal(time.Date(2026, 3, 5, 7, 30, 0, 0, time.UTC)) {
		t.Errorf("published %s", current.Published)
	}
}

// What a feed says now holds, also where the clock is behind what is stored: a feed that writes another zone than its own, or
// a clock that was set back.
func TestARevisionBeforeItsStory(t *testing.T) {
	s := newStand(t)
	first := entry{"77", "https://velm.example/harbour", "Harbour dredged", "Ferries wait.", aMorning.Add(2 * time.Hour).Format(time.RFC1123)}
	for i, body := range []string{"Ferries wait.", "Ferries sail.", "All ferries sail.", "Ferries wait again."} {
		e := first
		e.body = body
		s.answer(200, rss(e))
		s.pass([]time.Duration{0, 15 * time.Minute, -20 * time.Hour, time.Minute}[i])
		v := s.store.View()
		got, err := v.Current(source.IDFrom('u', "velm.example/harbour"))
		v.Close()
		if err != nil || got.Text != body {
			t.Errorf("version %d: %+v, %v", i+1, got, err)
		}
	}
	if f := s.state(); f.New != 1 || f.Revised != 3 {
		t.Errorf("%+v", f)
	}
}

func TestAStoryWithoutADateKeepsTheTimeItWasSeenFirst(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entry{"1", "https://velm.example/a", "Harbour dredged", "Ferries wait.", ""}))
	s.pass(0)
	s.answer(200, rss(entry{"1", "https://velm.example/a", "Harbour dredged", "Ferries sail.", "no date"}))
	s.pass(5 * time.Hour)
	v := s.store.View()
	defer v.Close()
	got, err := v.Current(source.IDFrom('u', "velm.example/a"))
	if err != nil || got.Text != "Ferries sail." || !got.Published.Equal(aMorning) || got.Precision != cluster.Arrival {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFeedsThatShareAStory(t *testing.T) {
	s := newStand(t, func(o *DaemonOptions) {
		other := o.Feeds[0]
		other.Name, other.URL = "source:tarn", other.URL+"?other"
		o.Feeds = append(o.Feeds, other)
	})
	s.answer(200, rss(entries(2)...))
	for i := range s.options().Feeds {
		if err := s.poll(t.Context(), &s.options().Feeds[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.tick(t.Context(), jobTick, nil); err != nil {
		t.Fatal(err)
	}
	v := s.store.View()
	defer v.Close()
	list, err := v.Feeds()
	if err != nil || len(list) != 2 || s.stories() != 2 || list[0].New+list[1].New != 2 {
		t.Errorf("%d stories of %+v, %v", s.stories(), list, err)
	}
}

func TestAFeedThatIsNotNamedAnyMore(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(2)...))
	s.pass(0)
	o := *s.options()
	o.Feeds = nil
	s.restart(o)
	if err := s.tick(t.Context(), jobTick, nil); err != nil {
		t.Fatal(err)
	}
	if f := s.state(); !f.Removed || f.New != 2 {
		t.Errorf("%+v", f)
	}
	o.Feeds = []Feed{s.feed}
	s.restart(o)
	if f := s.pass(time.Hour); f.Removed || f.New != 2 || f.Unchanged != 2 {
		t.Errorf("named again: %+v", f)
	}
}

func TestFullTextOfPages(t *testing.T) {
	var pages []string
	text := strings.Repeat("The harbour of Velm was dredged by night. ", 10)
	fails := false
	s := newStand(t, func(o *DaemonOptions) {
		o.Feeds[0].FullText = true
		o.FullText = func(_ context.Context, url string) (string, error) {
			pages = append(pages, url)
			if fails {
				return "", errors.New("not now")
			}
			return text, nil
		}
	})
	e := entry{"1", "https://velm.example/a", "Harbour dredged", "A lead.", ""}
	s.answer(200, rss(e))
	s.pass(0)
	if f := s.pass(15 * time.Minute); f.New != 1 || f.Revised != 0 || f.Unchanged != 1 || len(pages) != 1 {
		t.Fatalf("pages %v, %+v", pages, f)
	}
	e.body, fails = "Another lead.", true
	s.answer(200, rss(e))
	if f := s.pass(15 * time.Minute); f.Revised != 0 || len(pages) != 2 || f.Note == "" {
		t.Fatalf("a page that cannot be read makes a version of the lead: %+v", f)
	}
	fails, text = false, text+"Ferries sail."
	if f := s.pass(15 * time.Minute); f.Revised != 1 || len(pages) != 3 {
		t.Errorf("pages %v, %+v", pages, f)
	}
	v := s.store.View()
	defer v.Close()
	if got, err := v.Current(source.IDFrom('u', "velm.example/a")); err != nil || !strings.HasSuffix(got.Text, "Ferries sail.") {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestAServerThatDripsDoesNotDelayATick holds that polling takes no part in the turns of those who write.
func TestAServerThatDripsDoesNotDelayATick(t *testing.T) {
	s := newStand(t)
	begun, end := make(chan bool), make(chan bool)
	s.serve = func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-end
	}
	done := make(chan error)
	go func() { done <- s.poll(t.Context(), &s.feed) }()
	<-begun
	if err := s.tick(t.Context(), jobTick, nil); err != nil {
		t.Fatal(err)
	}
	s.endIntake() // and a daemon that stops does not wait for it
	if err := <-done; err != nil {
		t.Error(err)
	}
	close(end)
	if f := s.state(); f.Polls != 0 {
		t.Errorf("a poll that was broken off is counted: %+v", f)
	}
}

func TestTheFirstPollsAskForATick(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(2)...))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	for deadline := time.Now().Add(20 * time.Second); s.stories() != 2 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if s.stories() != 2 { // the schedule says in a quarter of an hour
		t.Errorf("%d stories", s.stories())
	}
}

func TestARestartDoesNotAskAnybodyMoreOften(t *testing.T) {
	s := newStand(t)
	s.answer(200, rss(entries(1)...))
	s.pass(0)
	due := func(after time.Duration, f Feed) bool {
		t.Helper()
		s.now = aMorning.Add(after)
		o := *s.options()
		o.Feeds = []Feed{f}
		jobs, err := s.scheduled(&o)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			if j.Name == jobPoll+" "+f.Name {
				return j.LastSuccess.IsZero() || !j.Spec.Next(j.LastSuccess).After(s.now)
			}
		}
		t.Fatal("there is no job that polls")
		return false
	}
	elsewhere := s.feed
	elsewhere.URL += "?new"
	if due(time.Minute, s.feed) || !due(time.Hour, s.feed) || !due(time.Minute, elsewhere) {
		t.Error("a feed is caught up with when it is overdue or has another address, and only then")
	}
}
