package thread_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/thread"
)

// threadOf returns the thread that an event is in, and the kind of its link.
func threadOf(t *testing.T, threads []thread.Thread, event string) (thread.Thread, string) {
	t.Helper()
	for _, th := range threads {
		for _, l := range th.Links {
			if l.Event == event {
				return th, l.Kind
			}
		}
	}
	t.Fatalf("%s is in no thread", event)
	return thread.Thread{}, ""
}

// When all events have had their turn, the whole text of a saga decides about single stories and about what is in it by
// its text alone.
func TestSettle(t *testing.T) {
	const day = 24 * time.Hour
	// Words of the saga are those of sagaStore; every other story of the store has some of a dozen words besides.
	store := sagaStore{step: 56 * time.Hour}.make()
	start := store[0].Published
	for i := range store {
		if strings.HasPrefix(store[i].ID, "other") {
			for k := range 5 {
				store[i].Text += fmt.Sprintf("common%c ", 'a'+(i*7+k*5)%12)
			}
		}
	}
	words := func(i, n int) string { return strings.Join(strings.Fields(store[i].Text)[:n], " ") }
	common := "commona commonb commonc commond commone commonf commong commonh commoni commonj"
	for _, tt := range []struct {
		name   string
		text   string
		at     time.Duration // after the beginning of the saga
		change func(*thread.Params)
		in     bool
	}{
		{"a story from before the thread began", words(30, 14), -10 * day, nil, true},
		{"the same, if no thread is large enough to tell", words(30, 14), -10 * day, func(p *thread.Params) { p.SagaWhole = 1000 }, false},
		{"the same, long before", words(30, 14), -200 * day, nil, false},
		{"a story in the midst of it", words(30, 14), 100 * day, nil, true},
		{"a story that is as much like all others", words(30, 7) + " " + common, 100 * day, nil, false},
		{"the same, if that does not count", words(30, 7) + " " + common, 100 * day, func(p *thread.Params) { p.SagaContrast = 0 }, true},
		{"a story of other words", "nothing of this stands anywhere else in any story", 100 * day, nil, false},
		{"a story that finds the saga full", words(30, 14), -10 * day, func(p *thread.Params) { p.SagaMost = 50 }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := thread.DefaultParams()
			if tt.change != nil {
				tt.change(&p)
			}
			stories := append(slices.Clone(store), fixtureStory{ID: "story", Lang: "en", Published: start.Add(tt.at), Text: tt.text})
			events, idf := eventsOf(stories)
			threads := thread.Link(events, idf, p)
			got, kind := threadOf(t, threads, "e-story")
			saga, _ := threadOf(t, threads, "e-saga40")
			if in := got.ID == saga.ID; in != tt.in {
				t.Errorf("in the saga: %t, want %t", in, tt.in)
			}
			founds := !tt.in || tt.at < 0
			if want := map[bool]string{true: thread.Founding, false: thread.Saga}[founds]; kind != want {
				t.Errorf("its link is of kind %s, want %s", kind, want)
			}
			if founds && got.ID != thread.ID("story") {
				t.Errorf("thread %s is not named after the story that founds it", got.ID)
			}
			for _, th := range threads {
				for k, l := range th.Links {
					if (k == 0) != (l.Kind == thread.Founding) {
						t.Errorf("link %d of thread %s is of kind %s", k, th.ID, l.Kind)
					}
				}
			}
			if order := foundingOrder(threads, events); !slices.IsSortedFunc(order, time.Time.Compare) {
				t.Error("threads are not in order of their founding events")
			}
			slices.Reverse(events)
			if diff := cmp.Diff(threads, thread.Link(events, idf, p)); diff != "" {
				t.Errorf("in another order (-want +got):\n%s", diff)
			}
		})
	}
}

// foundingOrder returns when the founding event of each thread took place.
func foundingOrder(threads []thread.Thread, events []thread.Event) []time.Time {
	at := make(map[string]time.Time, len(events))
	for _, e := range events {
		at[e.ID] = e.First
	}
	out := make([]time.Time, len(threads))
	for i, th := range threads {
		out[i] = at[th.Links[0].Event]
	}
	return out
}
