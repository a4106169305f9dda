package cluster_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
)

// ids are those that groups, events and threads have, of one member too.
func (w *world) ids() map[string]bool {
	out := map[string]bool{}
	for _, c := range w.current {
		out[c.Placement.Group] = true
		if id := c.Placement.Event; id != "" {
			out[id], out[w.events[id].Thread] = true, true
		}
	}
	return out
}

// published checks that every id that went out of use says so, that no other does, and that all lead somewhere.
func (w *world) published(before map[string]bool, d *cluster.Delta) error {
	now := w.ids()
	ended := map[string]cluster.Redirect{}
	for _, r := range d.Ended {
		if _, twice := ended[r.From]; twice {
			return fmt.Errorf("%s ended twice", r.From)
		}
		ended[r.From] = r
		switch {
		case r.From[0] == 's' || r.From[0] == 'c': // series
		case now[r.From]:
			return fmt.Errorf("%s ended as %s and is in use", r.From, r.Reason)
		case r.To != "" && !now[r.To]:
			return fmt.Errorf("%s leads to %s, which is not in use", r.From, r.To)
		}
	}
	for id := range before {
		if _, ok := ended[id]; !ok && !now[id] {
			return fmt.Errorf("%s is in use no more and did not end", id)
		}
	}
	return nil
}

// founders gives every event and thread the first of its stories.
func (w *world) founders() map[string]string {
	out := map[string]string{}
	for id, e := range w.events {
		out[id] = e.Members[0]
	}
	for id, th := range w.threads {
		out[id] = w.events[th.Links[0].Event].Members[0]
	}
	return out
}

// Stories that come last to first give every cluster an earlier founder again and again: its id stays, unless it says that
// it merged or split.
func TestLateFoundersRenameNothing(t *testing.T) {
	stories := newsroomStories(300, 6)
	slices.SortFunc(stories, func(a, b cluster.Story) int { return b.Published.Compare(a.Published) })
	for _, least := range []int{2000, 0} {
		w, e := newWorld(), newEngine(t, 2)
		e.RelinkAll(least)
		earlier := map[byte]int{}
		for batch := range slices.Chunk(stories, 25) {
			before := w.founders()
			d := run(t, e, w, cluster.Events, batch)
			for _, r := range d.Ended {
				if r.Reason == "refounded" {
					t.Errorf("%s was renamed to %s", r.From, r.To)
				}
			}
			for id, founder := range w.founders() {
				if was := before[id]; was != "" && was != founder {
					earlier[id[0]]++
				}
			}
		}
		if earlier['e'] < 10 || earlier['t'] < 2 {
			t.Errorf("%d events and %d threads got an earlier founder: the fixture has too few", earlier['e'], earlier['t'])
		}
	}
}

// An event alone in its thread that gets an earlier founder keeps the id of the thread too.
func TestThreadsOfOneEventKeepTheirID(t *testing.T) {
	story := func(id string, hour int) cluster.Story {
		return cluster.Story{
			ID: id, Source: id, Lang: "en", Published: time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC),
			Title: "Fire destroys the Harrowgate grain mill in Tolmere",
			Text: "A fire destroyed the Harrowgate grain mill in Tolmere on Monday, the fire chief Ansel Rookwood said. " + id +
				" reports that forty workers left the building unhurt and that the roof fell in before noon.",
		}
	}
	w, e := newWorld(), newEngine(t, 1)
	run(t, e, w, cluster.Events, []cluster.Story{story("late", 12)})
	event := w.current["late"].Placement.Event
	thread := w.events[event].Thread
	run(t, e, w, cluster.Events, []cluster.Story{story("early", 6)})
	e = w.restored(t)
	d := run(t, e, w, cluster.Settled, []cluster.Story{story("earliest", 5)})
	if got := w.current["earliest"].Placement.Event; got != event || w.events[event].Thread != thread || len(d.Ended) > 0 {
		t.Errorf("event %s of thread %s, was %s of %s; ended %v", got, w.events[got].Thread, event, thread, d.Ended)
	}
	if got := w.events[event].Members; got[0] != "earliest" || len(got) != 3 {
		t.Errorf("members %v", got)
	}
}

// Founding names everything after its founder, however it came to be.
func TestFoundingRenamesWhatCameLastToFirst(t *testing.T) {
	var stories []cluster.Story
	for _, l := range newsroom.Sample() {
		stories = append(stories, l.Story)
	}
	want := newWorld()
	run(t, newEngine(t, 2), want, cluster.Founded, stories)
	slices.SortFunc(stories, func(a, b cluster.Story) int { return b.Published.Compare(a.Published) })
	w, e := newWorld(), newEngine(t, 2)
	run(t, e, w, cluster.Events, stories[:len(stories)/2])
	run(t, e, w, cluster.Settled, stories[len(stories)/2:])
	kept := w.places()
	e = w.restored(t)
	run(t, e, w, cluster.Founded, nil)
	moved := 0
	for id, p := range want.places() {
		if got := w.places()[id]; got != p {
			t.Fatalf("story %s is at %+v, not %+v", id, got, p)
		}
		if kept[id] != p {
			moved++
		}
	}
	if moved == 0 {
		t.Error("all ids were those of the founders before")
	}
}
