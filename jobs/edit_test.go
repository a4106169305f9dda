package jobs

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/store"
)

func noon() time.Time { return time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC) }

// edited is a store with the sample newsroom, and a desk over it.
func edited(t *testing.T) (*store.Store, *Desk) {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := deskOver(t, s)
	var stories []cluster.Story
	for _, l := range newsroom.Sample() {
		stories = append(stories, l.Story)
	}
	if err := d.Tick(t.Context(), stories, cluster.Settled, func(*cluster.Delta) store.Batch { return store.Batch{At: noon()} }); err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(); err != nil {
		t.Fatal(err)
	}
	return s, d
}

func deskOver(t *testing.T, s *store.Store) *Desk {
	t.Helper()
	d, err := NewDesk(s, cluster.DefaultParams(), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// largest lists the events by size, largest first.
func largest(t *testing.T, s *store.Store, n int) []cluster.Event {
	t.Helper()
	v := s.View()
	defer v.Close()
	var list []cluster.Event
	for e, err := range v.Events(time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		at := len(list)
		for at > 0 && len(list[at-1].Members) < len(e.Members) {
			at--
		}
		list = append(list[:at:at], append([]cluster.Event{e}, list[at:]...)...)
	}
	return list[:n]
}

func placeOf(t *testing.T, s *store.Store, story string) (event, thread string) {
	t.Helper()
	v := s.View()
	defer v.Close()
	r, err := v.Story(story)
	if err != nil {
		t.Fatal(err)
	}
	e, err := v.Event(r.Placement.Event)
	if err != nil {
		t.Fatal(err)
	}
	return e.ID, e.Thread
}

func order(t *testing.T, d *Desk, o Order) Edited {
	t.Helper()
	done, err := d.Edit(t.Context(), o, noon)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func sound(t *testing.T, s *store.Store) {
	t.Helper()
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Fatalf("check finds %+v", r.Findings)
	}
}

// What an editor merges stays together through settlements and restarts, and comes apart, under the ids of before, when
// it is undone.
func TestMergeHoldsUntilItIsUndone(t *testing.T) {
	s, d := edited(t)
	events := largest(t, s, 2)
	a, b := events[0].Members[0], events[1].Members[0]
	order(t, d, Order{Kind: cluster.OverrideMerge, Objects: []string{events[0].ID, events[1].ID}, Author: "ada", Note: "one fire"})
	sound(t, s)
	d = deskOver(t, s)
	if err := d.TakeAround(noon()); err != nil {
		t.Fatal(err)
	}
	if err := d.Tick(t.Context(), nil, cluster.Settled, func(*cluster.Delta) store.Batch { return store.Batch{At: noon()} }); err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(); err != nil {
		t.Fatal(err)
	}
	if x, _ := placeOf(t, s, a); x != first(placeOf(t, s, b)) {
		t.Error("a settlement after a restart took the events apart")
	}
	if _, err := d.Undo(t.Context(), 1, cluster.Undo{Author: "ada"}, noon); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
	if x, y := first(placeOf(t, s, a)), first(placeOf(t, s, b)); x != events[0].ID || y != events[1].ID {
		t.Errorf("the events are %s and %s, they were %s and %s", x, y, events[0].ID, events[1].ID)
	}
	if _, err := d.Undo(t.Context(), 1, cluster.Undo{}, noon); !errors.Is(err, ErrOrder) {
		t.Errorf("undone twice: %v", err)
	}
}

func first(a, _ string) string { return a }

func TestSplitForbidAndPin(t *testing.T) {
	s, d := edited(t)
	e := largest(t, s, 1)[0]
	gone := e.Members[len(e.Members)-1]
	order(t, d, Order{Kind: cluster.OverrideSplit, Objects: []string{e.ID, gone}})
	sound(t, s)
	if first(placeOf(t, s, gone)) == first(placeOf(t, s, e.Members[0])) {
		t.Error("the story is still in the event that it was split from")
	}
	_, err := d.Edit(t.Context(), Order{Kind: cluster.OverridePin, Objects: []string{gone, e.ID}}, noon)
	var contradicted *ContradictedError
	if !errors.As(err, &contradicted) || len(contradicted.By) != 1 || contradicted.By[0] != 1 {
		t.Errorf("pinned against a split: %v", err)
	}
	if _, err := d.Undo(t.Context(), 1, cluster.Undo{}, noon); err != nil {
		t.Fatal(err)
	}
	order(t, d, Order{Kind: cluster.OverridePin, Objects: []string{gone, e.ID}})
	sound(t, s)
	if first(placeOf(t, s, gone)) != first(placeOf(t, s, e.Members[0])) {
		t.Error("the story is not where it was pinned")
	}
}

func TestThreadsOfEditors(t *testing.T) {
	s, d := edited(t)
	events := largest(t, s, 3)
	threads := make([]string, len(events))
	for i, e := range events {
		threads[i] = e.Thread
	}
	if threads[0] == threads[1] {
		t.Fatal("the two largest events of the sample share a thread")
	}
	order(t, d, Order{Kind: cluster.OverrideMerge, Objects: threads[:2]})
	sound(t, s)
	_, x := placeOf(t, s, events[0].Members[0])
	if _, y := placeOf(t, s, events[1].Members[0]); x != y {
		t.Errorf("threads %s and %s were merged", x, y)
	}
	v := s.View()
	th, err := v.Thread(x)
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Undo(t.Context(), 1, cluster.Undo{}, noon); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
	if len(th.Links) < 2 {
		t.Error("a merged thread has one event")
	}
	order(t, d, Order{Kind: cluster.OverrideForbid, Objects: []string{events[0].ID, threads[1]}})
	sound(t, s)
}

// Who pins an event to a thread means that thread: its own events stay, under its id, whichever of the two is older.
func TestPinnedEventGoesToTheThread(t *testing.T) {
	for _, older := range []bool{false, true} {
		t.Run(fmt.Sprintf("older=%t", older), func(t *testing.T) {
			s, d := edited(t)
			events := largest(t, s, 2)
			pinned, home := events[0], events[1]
			if pinned.First.Before(home.First) != older {
				pinned, home = home, pinned
			}
			v := s.View()
			before, err := v.Thread(home.Thread)
			v.Close()
			if err != nil || home.Thread == pinned.Thread {
				t.Fatalf("%v; threads %s and %s", err, home.Thread, pinned.Thread)
			}
			order(t, d, Order{Kind: cluster.OverridePin, Objects: []string{pinned.ID, home.Thread}})
			sound(t, s)
			v = s.View()
			defer v.Close()
			after, err := v.Thread(home.Thread)
			if err != nil {
				t.Fatal(err)
			}
			var is []string
			for _, l := range after.Links {
				is = append(is, l.Event)
			}
			want := []string{pinned.ID}
			for _, l := range before.Links {
				want = append(want, l.Event)
			}
			slices.Sort(is)
			slices.Sort(want)
			if diff := cmp.Diff(want, is); diff != "" || after.Links[0].Event != before.Links[0].Event {
				t.Errorf("events of the thread (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOrdersThatSayNothing(t *testing.T) {
	s, d := edited(t)
	e := largest(t, s, 1)[0]
	for _, o := range []Order{
		{Kind: cluster.OverrideMerge, Objects: []string{e.ID, e.ID}},
		{Kind: cluster.OverrideMerge, Objects: []string{e.ID, e.Members[0]}},
		{Kind: cluster.OverrideSplit, Objects: append([]string{e.ID}, e.Members...)},
		{Kind: cluster.OverrideForbid, Objects: []string{e.Members[0], e.Members[0]}},
		{Kind: cluster.OverrideRename, Objects: []string{e.ID}, Title: "  "},
		{Kind: cluster.OverrideRename, Objects: []string{e.ID}, Title: "two\nlines"},
		{Kind: "praise", Objects: []string{e.ID}},
	} {
		if _, err := d.Edit(t.Context(), o, noon); !errors.Is(err, ErrOrder) {
			t.Errorf("%s %v: %v", o.Kind, o.Objects, err)
		}
	}
	if _, err := d.Edit(t.Context(), Order{Kind: cluster.OverrideMerge, Objects: []string{e.ID, "nowhere"}}, noon); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown event: %v", err)
	}
	sound(t, s)
}

func TestRename(t *testing.T) {
	s, d := edited(t)
	e := largest(t, s, 1)[0]
	order(t, d, Order{Kind: cluster.OverrideRename, Objects: []string{e.ID}, Title: "Fire at the depot"})
	v := s.View()
	defer v.Close()
	if title, err := v.Title(e.ID); err != nil || title != "Fire at the depot" {
		t.Errorf("title %q, %v", title, err)
	}
}
