package feed_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/feed"
)

func nobody(string) (cluster.Story, bool, error) { return cluster.Story{}, false, nil }

// it is an item as it stands in a document.
type it struct{ guid, url, title, date string }

// archive plays the store between fetches.
type archive map[string]cluster.Story

func (a archive) known(id string) (cluster.Story, bool, error) {
	s, ok := a[id]
	return s, ok, nil
}

// fetches resolves one document after the other and returns the ids, numbered in the order in which they appear.
func fetches(t *testing.T, documents ...[]it) [][]int {
	t.Helper()
	stored, numbers := archive{}, map[string]int{}
	var refs []feed.Ref
	var all [][]int
	for n, d := range documents {
		dec, err := source.NewDecoder(source.Options{Arrived: arrived.Add(time.Duration(n) * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		doc := &feed.Document{}
		for _, i := range d {
			doc.Entries = append(doc.Entries, feed.Entry{GUID: i.guid, URL: i.url, Title: i.title, Published: i.date})
		}
		items := doc.Items(dec, "https://velm.example/feed")
		if refs, err = feed.Resolve(items, "velm.example", refs, stored.known); err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, i := range items {
			if _, ok := numbers[i.Story.ID]; !ok {
				numbers[i.Story.ID] = len(numbers) + 1
			}
			got = append(got, numbers[i.Story.ID])
			stored[i.Story.ID] = i.Story
		}
		all = append(all, got)
	}
	return all
}

func TestWhichStoryAnItemIs(t *testing.T) {
	const v = "https://velm.example"
	for _, tt := range []struct {
		name    string
		fetches [][]it
		want    string
	}{
		{"the same item again", [][]it{{{"77", v + "/a", "Harbour dredged", ""}}, {{"77", v + "/a", "Harbour dredged", ""}}}, "[[1] [1]]"},
		{"another headline", [][]it{{{"77", v + "/a", "Harbour dredged", ""}}, {{"77", v + "/a", "Ferries sail", ""}}}, "[[1] [1]]"},
		{"no guid", [][]it{{{"", v + "/a", "Harbour dredged", ""}}, {{"", v + "/a?utm_source=rss", "Ferries sail", ""}}}, "[[1] [1]]"},
		{"a guid that changes with every fetch", [][]it{{{"1", v + "/a", "Harbour", ""}}, {{"2", v + "/a", "Harbour", ""}}, {{"3", v + "/a", "Harbour", ""}}}, "[[1] [1] [1]]"},
		{"guids that change, one page listed twice", [][]it{
			{{"1", v + "/a", "Harbour", ""}, {"2", v + "/a", "Harbour", ""}},
			{{"3", v + "/a", "Harbour", ""}, {"4", v + "/a", "Harbour", ""}},
		}, "[[1 1] [1 1]]"},
		{"one guid for all items", [][]it{{{"0", v + "/a", "Harbour", ""}, {"0", v + "/b", "Ferry", ""}}, {{"0", v + "/b", "Ferry", ""}, {"0", v + "/c", "Bridge", ""}}}, "[[1 2] [2 3]]"},
		{"one guid, another item each time", [][]it{
			{{"latest", v + "/a", "Harbour dredged at last", "2026-03-08 08:00"}},
			{{"latest", v + "/b", "Council meets today", "2026-03-09 08:00"}},
		}, "[[1] [2]]"},
		{"an address that follows the headline", [][]it{
			{{"77", v + "/harbour-dredged", "Harbour of Velm dredged", ""}},
			{{"77", v + "/harbour-reopened", "Harbour of Velm reopened", ""}},
			{{"77", v + "/ferries-sail", "Ferries sail from harbour of Velm", ""}},
		}, "[[1] [1] [1]]"},
		{"an address and a headline that change, of one date", [][]it{
			{{"77", v + "/a", "Harbour dredged", "2026-03-09T08:30:00Z"}},
			{{"77", v + "/b", "Ferries sail", "2026-03-09T08:30:00Z"}},
		}, "[[1] [1]]"},
		{"items of one page, told apart by guids", [][]it{
			{{"1", v + "/live", "08:00 Gates open", ""}, {"2", v + "/live", "08:20 First ferry", ""}},
			{{"2", v + "/live", "08:20 First ferry", ""}, {"3", v + "/live", "08:40 Second ferry", ""}},
		}, "[[1 2] [2 3]]"},
		{"items of one page without guids", [][]it{
			{{"", v + "/live", "08:00 Gates open", ""}, {"", v + "/live", "08:20 First ferry", ""}},
			{{"", v + "/live", "08:20 First ferry", ""}, {"", v + "/live", "08:40 Second ferry", ""}},
		}, "[[1 2] [2 3]]"},
		{"every item links to the front page", [][]it{{{"1", v + "/", "Harbour", ""}}, {{"2", v + "/", "Ferry", ""}}}, "[[1] [2]]"},
		{"neither guid nor address", [][]it{{{"", "", "Harbour", ""}, {"", "", "Ferry", ""}}, {{"", "", "Ferry", ""}, {"", "", "Bridge", ""}}}, "[[1 2] [2 3]]"},
		{"a guid and no address", [][]it{{{"7", "", "Harbour", ""}}, {{"7", "", "Harbour reopened", ""}}}, "[[1] [1]]"},
		{"an item that was away for a while", [][]it{
			{{"77", v + "/a", "Harbour of Velm dredged", ""}},
			{{"78", v + "/b", "Council meets", ""}},
			{{"77", v + "/c", "Harbour of Velm reopened", ""}},
		}, "[[1] [2] [1]]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fmt.Sprint(fetches(t, tt.fetches...)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestOneStoryWhereverItCameFrom holds that a feed's story has the id that a dump gives the same address.
func TestOneStoryWhereverItCameFrom(t *testing.T) {
	_, items := read(t, []byte(rss2), feed.Options{})
	if _, err := feed.Resolve(items, "velm.example", nil, nobody); err != nil {
		t.Fatal(err)
	}
	dec, err := source.NewDecoder(source.Options{Arrived: arrived})
	if err != nil {
		t.Fatal(err)
	}
	dumped, _, err := dec.Decode([]byte(`{"url":"http://www.velm.example/harbour/?utm_medium=x","title":"Harbour"}`))
	if err != nil || dumped.ID != items[0].Story.ID {
		t.Errorf("%q from the feed, %q from a dump (%v)", items[0].Story.ID, dumped.ID, err)
	}
}

func TestGUIDsAreOfTheirPublisher(t *testing.T) {
	id := func(scope, guid string) string {
		items := []feed.Item{{Item: source.Item{Story: cluster.Story{ID: "x", Title: "Harbour"}}, GUID: guid}}
		if _, err := feed.Resolve(items, scope, nil, nobody); err != nil {
			t.Fatal(err)
		}
		return items[0].Story.ID
	}
	if id("velm.example", "77") == id("tarn.example", "77") {
		t.Error("two publishers number their items alike, and their stories are taken for one")
	}
	if id("velm.example", "tag:velm.example,2026:77") != id("gather.example", "tag:velm.example,2026:77") {
		t.Error("one item by way of two feeds is two stories")
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	var refs []feed.Ref
	for i := range 4 {
		var items []feed.Item
		for k := range 1500 {
			items = append(items, feed.Item{Item: source.Item{Story: cluster.Story{ID: "x", Title: fmt.Sprint(i, k), URL: fmt.Sprintf("https://velm.example/%d-%d", i, k)}}, GUID: fmt.Sprint(i, k)})
		}
		var err error
		if refs, err = feed.Resolve(items, "velm.example", refs, nobody); err != nil {
			t.Fatal(err)
		}
	}
	if len(refs) != feed.MaxRefs {
		t.Errorf("%d, want %d", len(refs), feed.MaxRefs)
	}
}
