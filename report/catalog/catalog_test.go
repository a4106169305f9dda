package catalog

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// held is a newsroom in memory as a snapshot of a store that does not change.
type held struct{ *fixture.Reader }

func (held) LastChange() (uint64, error) { return 7, nil }
func (held) Close()                      {}

// start runs the catalog of a newsroom for the length of a test.
func start(t *testing.T, r *fixture.Reader) *Catalog {
	t.Helper()
	c := newCatalog(func() Snapshot { return held{r} }, func(func(store.Touched)) func() { return func() {} }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	if err := c.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// place is what only a catalog says of a list.
var place = cmpopts.IgnoreTypes(report.Page{})

var allSorts = []report.Sort{"", report.Newest, report.Size, report.Sources, report.Growth, report.Diversity, report.Importance}

// The store's reader and the catalog are two ways to one answer.
func TestCatalogAnswersAsTheStoreDoes(t *testing.T) {
	readers := []*fixture.Reader{fixture.Newsroom(), fixture.Random(1, 300), fixture.Random(2, 40)}
	catalogs := make([]*Catalog, len(readers))
	for i, r := range readers {
		catalogs[i] = start(t, r)
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(readers)-1).Draw(t, "newsroom")
		day := func(label string) time.Time {
			if rapid.Bool().Draw(t, "no "+label) {
				return time.Time{}
			}
			return fixture.Now.Add(-time.Duration(rapid.IntRange(0, 14*24*60*60).Draw(t, label)) * time.Second).Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "ms")) * time.Millisecond)
		}
		one := func(label string, of ...string) string {
			return rapid.SampledFrom(append([]string{"", "", ""}, of...)).Draw(t, label)
		}
		q := report.Query{
			Since: day("since"), Until: day("until"), Now: fixture.Now.Add(time.Duration(rapid.IntRange(-50, 50).Draw(t, "now")) * time.Hour),
			Sort: rapid.SampledFrom(allSorts).Draw(t, "sort"), Limit: rapid.SampledFrom([]int{-1, 0, 1, 3, 20}).Draw(t, "limit"),
			Source: one("source", "Meridian", "courier", "notes.example", "Outlet 3", "nobody"), Lang: one("lang", "EN", "ar", "nl"),
			Family: one("family", "meridian", "www.notes.example", "nobody"), MinSources: rapid.IntRange(0, 4).Draw(t, "sources"),
			Name:    one("name", "Ingrid Solvang", "solv", "Halden", "Event 7"),
			Text:    one("text", "h", "halden", "attack station", "持刀", "刀", "event 1 told", "travellers", "meridian", "!!", "zzz"),
			Unnamed: rapid.Bool().Draw(t, "unnamed"),
		}
		want, err := report.Events(readers[i], q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := catalogs[i].Events(q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, place); diff != "" || got.Sequence != 7 {
			t.Fatalf("events of state %d (-store +catalog):\n%s", got.Sequence, diff)
		}
		threads, err := report.Threads(readers[i], q)
		if err != nil {
			t.Fatal(err)
		}
		events, gotThreads, err := catalogs[i].Search(q.Text, q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(threads, gotThreads, place); diff != "" {
			t.Fatalf("threads (-store +catalog):\n%s", diff)
		}
		if diff := cmp.Diff(want, events, place); diff != "" {
			t.Fatalf("events of a search (-store +catalog):\n%s", diff)
		}
	})
}

// Pages together are the list: in its order, each element once, whatever the clock does meanwhile.
func TestPagesAreTheList(t *testing.T) {
	c := start(t, fixture.Random(3, 120))
	for _, sort := range allSorts {
		q := report.Query{Now: fixture.Now, Sort: sort, Limit: -1, Since: fixture.Now.Add(-200 * time.Hour), MinSources: 2}
		all, err := c.Events(q)
		if err != nil || all.Next != "" || all.Total != len(all.Events) || all.Total < 30 {
			t.Fatalf("%s: %d of %d, next %q, %v", sort, len(all.Events), all.Total, all.Next, err)
		}
		q.Limit = 7
		var got []report.EventLine
		for cursor := ""; ; {
			q.Cursor = cursor
			page, err := c.Events(q)
			if err != nil || page.Total != all.Total || page.Changed != 0 {
				t.Fatalf("%s: total %d of %d, %d changed, %v", sort, page.Total, all.Total, page.Changed, err)
			}
			got = append(got, page.Events...)
			if cursor = page.Next; cursor == "" {
				break
			}
			q.Now = q.Now.Add(3 * time.Hour) // the window and the figures stay those of the first page
			q.Since = q.Since.Add(3 * time.Hour)
		}
		if diff := cmp.Diff(all.Events, got); diff != "" {
			t.Errorf("%s (-list +pages):\n%s", sort, diff)
		}
	}
}

func TestCursorsOfOtherLists(t *testing.T) {
	c := start(t, fixture.Random(3, 120))
	q := report.Query{Now: fixture.Now, Limit: 5}
	first, err := c.Events(q)
	if err != nil || first.Next == "" {
		t.Fatalf("next %q, %v", first.Next, err)
	}
	for name, change := range map[string]func(*report.Query){
		"another order":       func(q *report.Query) { q.Sort = report.Size },
		"another filter":      func(q *report.Query) { q.MinSources = 3 },
		"words moved":         func(q *report.Query) { q.Text = "a" },
		"no base64":           func(q *report.Query) { q.Cursor = "<script>" },
		"cut":                 func(q *report.Query) { q.Cursor = q.Cursor[:20] },
		"nothing but a start": func(q *report.Query) { q.Cursor = "AQ" },
	} {
		asked := q
		asked.Cursor = first.Next
		change(&asked)
		if _, err := c.Events(asked); !errors.Is(err, report.ErrCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
	q.Cursor = first.Next
	if _, err := c.Threads(q); !errors.Is(err, report.ErrCursor) {
		t.Errorf("a cursor of events for threads: %v", err)
	}
	q.Limit, q.Sort = 9, report.Importance
	if v, err := c.Events(q); err != nil || len(v.Events) != 9 {
		t.Errorf("another length of page, and the order by its name: %d, %v", len(v.Events), err)
	}
}

func TestNotReady(t *testing.T) {
	c := newCatalog(nil, nil, nil)
	if _, err := c.Events(report.Query{}); !errors.Is(err, ErrNotReady) {
		t.Errorf("%v", err)
	}
	if _, ok := c.Ready(); ok || c.State() != "" {
		t.Errorf("ready in state %q", c.State())
	}
}
