package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var aFeed = FeedState{
	Name: "source:velm", Kind: KindFeed, URL: "https://velm.example/rss", Moved: "https://www.velm.example/feed", Folder: "coast/north",
	Title: "Velm Courier", Site: "https://velm.example/",
	Since: aTime.Add(-24 * time.Hour), LastTry: aTime, LastSuccess: aTime.Add(-time.Hour), LastNew: aTime.Add(-2 * time.Hour), NextTry: aTime.Add(time.Hour),
	Failures: 3, Gone: true, Waits: true, Status: 410, Fault: "status", Error: "the server answers 410 Gone", Note: "cut off",
	ETag: `"abc"`, LastModified: "Mon, 09 Mar 2026 08:30:00 GMT",
	Polls: 300, NotModified: 200, Bytes: 1 << 33, Seen: 5000, New: 70, Revised: 8, Unchanged: 4900,
	Dropped: []FeedDropped{{"no title and no text", 20}, {"an item that was cut off", 2}},
	Items:   []FeedItem{{1 << 63, "uabc"}, {7, "gdef"}},
	Pages:   []FeedPage{{"uabc", [16]byte{9}}},
}

func TestFeedStatesAreKeptByName(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other := FeedState{Name: "source:tarn", URL: "https://tarn.example/atom", AskedUntil: aTime.Add(50 * time.Minute), Pages: aFeed.Pages}
	if err := s.Commit(t.Context(), Batch{Feeds: []FeedState{aFeed, other}}); err != nil {
		t.Fatal(err)
	}
	later := aFeed
	later.Polls, later.Items = 301, nil
	if err := s.Commit(t.Context(), Batch{Feeds: []FeedState{later}}); err != nil {
		t.Fatal(err)
	}
	v := s.View()
	defer v.Close()
	list, err := v.Feeds()
	if diff := cmp.Diff([]FeedState{other, later}, list); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	one, err := v.Feed("source:velm")
	if diff := cmp.Diff(later, one); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := v.Feed("source:nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a feed that was never polled gives %v", err)
	}
	if err := s.Commit(t.Context(), Batch{Feeds: []FeedState{{URL: "https://velm.example/"}}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a feed without a name gives %v", err)
	}
	if found, err := s.Check(t.Context()); err != nil || !found.OK() {
		t.Errorf("%+v, %v", found.Findings, err)
	}
}
