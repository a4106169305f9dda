package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/store"
)

// A catalog that was kept up to date says what a reading of the store does, after whatever a store goes through: ticks, new
// versions, renamed, merged and split events, and stories that expire.
func TestCatalogFollowsTheStore(t *testing.T) {
	ctx := t.Context()
	s, c := catalogued(t)
	w := &followed{t: t, store: s, catalog: c}
	w.agree("an empty store")

	desk, err := jobs.NewDesk(s, cluster.DefaultParams(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	stories := arrived(newsroom.Options{Stories: 500, Seed: 11, Days: 6, TextBytes: 500})
	tick := func(what string, list []cluster.Story) {
		t.Helper()
		slices.SortFunc(list, func(a, b cluster.Story) int { return a.Published.Compare(b.Published) })
		w.now = stories[len(stories)-1].Arrived.Add(time.Hour)
		if err := desk.Tick(ctx, list, cluster.Events, func(d *cluster.Delta) store.Batch { return store.Batch{Delta: d, At: w.now} }); err != nil {
			t.Fatal(err)
		}
		if err := desk.Flush(); err != nil {
			t.Fatal(err)
		}
		w.agree(what)
	}
	for part := range slices.Chunk(stories, 150) {
		tick("a tick", part)
	}
	before, _ := c.Ready()
	v := w.agree("all ticks")
	if len(v.Events) < 60 {
		t.Fatalf("%d events are too few to tell anything", len(v.Events))
	}

	clock := func() time.Time { return w.now }
	one, other := v.Events[0], v.Events[5]
	edit := func(o jobs.Order) {
		t.Helper()
		if _, err := desk.Edit(ctx, o, clock); err != nil {
			t.Fatal(err)
		}
		w.agree(string(o.Kind))
	}
	edit(jobs.Order{Kind: cluster.OverrideRename, Objects: []string{one.ID}, Title: "Zanzibar nights"})
	if found, err := c.Events(report.Query{Text: "zanzi", Now: w.now}); err != nil || found.Total != 1 {
		t.Errorf("what an editor called an event is found %d times, %v", found.Total, err)
	}
	edit(jobs.Order{Kind: cluster.OverrideMerge, Objects: []string{one.ID, other.ID}})
	if v := w.agree("merge"); slices.ContainsFunc(v.Events, func(e report.EventLine) bool { return e.ID == other.ID }) == slices.ContainsFunc(v.Events, func(e report.EventLine) bool { return e.ID == one.ID }) {
		t.Error("one of two merged events should be left")
	}

	// A new headline of the story that stands for an event changes no cluster: the journal says nothing.
	for i := range stories {
		if x := stories[i]; x.ID == v.Events[9].Story {
			x.Title = "Quagmire of " + x.Title
			x.Updated = w.now.Add(time.Minute)
			x.Arrived = w.now.Add(time.Minute)
			state := c.State()
			tick("a new headline", []cluster.Story{x})
			if found, err := c.Events(report.Query{Text: "quagmire", Now: w.now}); err != nil || found.Total != 1 {
				t.Errorf("a new headline is found %d times, %v", found.Total, err)
			}
			if c.State() == state {
				t.Error("a new headline is a new state")
			}
		}
	}
	if after, _ := c.Ready(); after <= before {
		t.Errorf("sequence number %d after %d", after, before)
	}
	if _, err := s.Expire(ctx, store.ExpireOptions{Before: w.now.Add(-72 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	w.agree("expired")
}

// followed is a store with its catalog.
type followed struct {
	t       *testing.T
	store   *store.Store
	catalog *catalog.Catalog
	now     time.Time
	memo    *report.Memo
}

// agree compares lists of both kinds, and gives the longest of events.
func (w *followed) agree(after string) report.EventsView {
	w.t.Helper()
	if err := w.catalog.Sync(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	v := w.store.View()
	defer v.Close()
	now := w.now
	if now.IsZero() {
		now = time.Unix(1e9, 0)
	}
	var all report.EventsView
	for _, q := range []report.Query{
		{Limit: -1}, {Sort: report.Newest, Limit: 10, Since: now.Add(-48 * time.Hour)}, {Sort: report.Growth, MinSources: 2}, {Text: "a b"},
	} {
		q.Now = now
		events, err := report.Events(v, q)
		if err != nil {
			w.t.Fatal(err)
		}
		threads, err := report.Threads(v, q)
		if err != nil {
			w.t.Fatal(err)
		}
		gotEvents, gotThreads, err := w.catalog.Search(q.Text, q)
		if err != nil {
			w.t.Fatalf("after %s: %v", after, err)
		}
		place := cmpopts.IgnoreTypes(report.Page{})
		if diff := cmp.Diff(events, gotEvents, place); diff != "" {
			w.t.Fatalf("events after %s (-store +catalog):\n%s", after, diff)
		}
		if diff := cmp.Diff(threads, gotThreads, place); diff != "" {
			w.t.Fatalf("threads after %s (-store +catalog):\n%s", after, diff)
		}
		if q.Limit < 0 {
			all = events
		}
	}
	w.remembered(v, all.Events, after)
	return all
}

// remembered compares pages that are made with what was worked out before, of whatever state, with pages that are made anew.
func (w *followed) remembered(v *store.Snapshot, events []report.EventLine, after string) {
	w.t.Helper()
	if w.memo == nil {
		w.memo = report.NewMemo()
	}
	for _, e := range events {
		event, err := report.EventByID(v, e.ID, w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		thread, err := report.ThreadByID(v, e.Thread, w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		r := remembering{v, w.memo}
		again, err := report.EventByID(r, e.ID, w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		threadAgain, err := report.ThreadByID(r, e.Thread, w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		_, figures, err := report.ThreadFigures(r, e.Thread, w.now)
		if err != nil {
			w.t.Fatal(err)
		}
		if diff := cmp.Diff(event, again) + cmp.Diff(thread, threadAgain) + cmp.Diff(thread.Figures, figures); diff != "" {
			w.t.Fatalf("event %s and its thread after %s (-anew +remembered):\n%s", e.ID, after, diff)
		}
	}
}

type remembering struct {
	*store.Snapshot
	memo *report.Memo
}

func (r remembering) Memo() *report.Memo { return r.memo }

// catalogued makes a store and a catalog that follows it, both until the end of the test.
func catalogued(t *testing.T) (*store.Store, *catalog.Catalog) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.Of(s, slog.New(slog.NewTextHandler(t.Output(), nil)))
	running, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Run(running)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		_ = s.Close() // nothing is written after the test
	})
	return s, c
}

// arrived makes stories; those without a date have the time of their arrival.
func arrived(o newsroom.Options) (stories []cluster.Story) {
	for l := range newsroom.Generate(o) {
		x := l.Story
		if x.Published.IsZero() {
			x.Published, x.Precision = x.Arrived, cluster.Arrival
		}
		stories = append(stories, x)
	}
	return stories
}
