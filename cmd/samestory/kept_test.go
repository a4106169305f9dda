package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

// Pages of events and threads that are kept say what pages say that are made anew, after whatever a store goes through, and
// most are kept through a tick, which is about other events.
func TestKeptPagesAreNotOld(t *testing.T) {
	ctx := t.Context()
	s, c := catalogued(t)

	stories := arrived(newsroom.Options{Stories: 500, Seed: 5, Days: 8, TextBytes: 500})
	clock := stories[len(stories)-1].Arrived.Add(time.Hour)
	now := func() time.Time { return clock }
	w := &readers{t: t, store: s, catalog: c, tags: map[string]string{}, kept: web.New(s.View, now, nil, web.WithLists(c)), anew: web.New(s.View, now, nil)}

	desk, err := jobs.NewDesk(s, cluster.DefaultParams(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	tick := func(what string, list []cluster.Story) (same, all int) {
		t.Helper()
		slices.SortFunc(list, func(a, b cluster.Story) int { return a.Published.Compare(b.Published) })
		if err := desk.Tick(ctx, list, cluster.Events, func(d *cluster.Delta) store.Batch { return store.Batch{Delta: d, At: clock} }); err != nil {
			t.Fatal(err)
		}
		if err := desk.Flush(); err != nil {
			t.Fatal(err)
		}
		return w.agree(what)
	}
	tick("the first tick", slices.Clone(stories[:300]))
	same, all := 0, 0
	for part := range slices.Chunk(stories[300:], 20) {
		n, of := tick("a tick", slices.Clone(part))
		same, all = same+n, all+of
	}
	if 2*same < all {
		t.Errorf("%d pages of %d were kept through a tick, want most", same, all)
	}
	if n, of := w.agree("nothing"); n != of {
		t.Errorf("%d pages of %d were kept while nothing happened", n, of)
	}

	v := s.View()
	events := w.events(v)
	headline, err := v.Event(events[9])
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []jobs.Order{
		{Kind: cluster.OverrideRename, Objects: events[:1], Title: "Zanzibar nights"},
		{Kind: cluster.OverrideMerge, Objects: []string{events[0], events[5]}},
	} {
		if _, err := desk.Edit(ctx, o, now); err != nil {
			t.Fatal(err)
		}
		w.agree(string(o.Kind))
	}
	for i := range stories {
		if x := stories[i]; x.ID == headline.Representative { // a new version of a text, of which the journal says nothing
			x.Title = "Quagmire of " + x.Title
			x.Updated, x.Arrived = clock.Add(time.Minute), clock.Add(time.Minute)
			tick("a new headline", []cluster.Story{x})
		}
	}
	if err := desk.Tick(ctx, nil, cluster.Settled, func(d *cluster.Delta) store.Batch { return store.Batch{Delta: d, At: clock} }); err != nil {
		t.Fatal(err)
	}
	if err := desk.Flush(); err != nil {
		t.Fatal(err)
	}
	w.agree("a settlement")
	if _, err := s.Expire(ctx, store.ExpireOptions{Before: clock.Add(-72 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	w.agree("expired")
}

// readers look at all pages of events and threads of a store, those that have ended included.
type readers struct {
	t          *testing.T
	store      *store.Store
	catalog    *catalog.Catalog
	kept, anew http.Handler
	tags       map[string]string // of each page that was seen, the last
}

func (w *readers) events(v *store.Snapshot) []string {
	var ids []string
	for head, err := range v.EventHeads(time.Time{}, time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		ids = append(ids, head.ID)
	}
	slices.Sort(ids)
	return ids
}

// agree compares the pages, and tells how many are as they were, of those that were there before.
func (w *readers) agree(after string) (same, all int) {
	w.t.Helper()
	if err := w.catalog.Sync(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	v := w.store.View()
	defer v.Close()
	for _, id := range w.events(v) {
		e, err := v.Event(id)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, page := range []string{"/event/" + url.PathEscape(id), "/thread/" + url.PathEscape(e.Thread)} {
			if _, ok := w.tags[page]; !ok {
				w.tags[page] = ""
			}
		}
	}
	for page, tag := range w.tags {
		got, want := w.get(w.kept, page), w.get(w.anew, page)
		if got.Code != want.Code {
			w.t.Fatalf("%s after %s: %d, and %d when it is made anew", page, after, got.Code, want.Code)
		}
		if diff := cmp.Diff(want.Body.String(), got.Body.String()); diff != "" {
			w.t.Fatalf("%s after %s (-anew +kept):\n%s", page, after, diff)
		}
		w.tags[page] = got.Header().Get("ETag")
		if tag != "" {
			if all++; tag == w.tags[page] {
				same++
			}
		}
	}
	return same, all
}

func (w *readers) get(h http.Handler, page string) *httptest.ResponseRecorder {
	res := httptest.NewRecorder()
	h.ServeHTTP(res, httptest.NewRequest(http.MethodGet, page, nil))
	return res
}
