package jobs

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store"
)

// broughtBy lists the headlines of what a feed brought.
func (s *stand) broughtBy(feed string) []string {
	s.t.Helper()
	v := s.store.View()
	defer v.Close()
	list := []string{}
	for a, err := range v.BroughtBy(store.FeedKeyOf(feed)) {
		if err != nil {
			s.t.Fatal(err)
		}
		r, err := v.Arrived(a)
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, r.Title)
	}
	slices.Sort(list)
	return list
}

// A story stands in a feed also if another feed brought it first: in the same tick, or before.
func TestEachFeedHasBroughtWhatStandsInIt(t *testing.T) {
	s := newStand(t, func(o *DaemonOptions) {
		for _, name := range []string{"tarn", "orrin"} {
			other := o.Feeds[0]
			other.Name, other.URL = "source:"+name, other.URL+"?"+name
			o.Feeds = append(o.Feeds, other)
		}
	})
	titles := []string{}
	for _, e := range entries(3) {
		titles = append(titles, e.title)
	}
	poll := func(i int) {
		t.Helper()
		if err := s.poll(t.Context(), &s.options().Feeds[i]); err != nil {
			t.Fatal(err)
		}
	}
	tick := func() {
		t.Helper()
		if err := s.tick(t.Context(), jobTick, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.answer(200, rss(append(entries(2), entry{title: "", body: ""})...))
	poll(0)
	s.answer(200, rss(entries(3)...))
	poll(1)
	tick()
	// What is known already does not wait for a tick with stories, nor is it lost if the feed is asked once more before it.
	s.now = s.now.Add(time.Hour)
	s.answer(200, rss(entries(1)...), "ETag", `"a"`)
	poll(2)
	s.now = s.now.Add(time.Hour)
	s.answer(http.StatusNotModified, "")
	poll(2)
	tick()
	for feed, want := range map[string][]string{"source:velm": titles[:2], "source:tarn": titles, "source:orrin": titles[:1], "source:push": {}} {
		if diff := cmp.Diff(want, s.broughtBy(feed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", feed, diff)
		}
	}
	if found, err := s.store.Check(t.Context()); err != nil || !found.OK() {
		t.Errorf("%+v, %v", found.Findings, err)
	}
}
