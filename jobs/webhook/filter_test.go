package webhook

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

func TestFilters(t *testing.T) {
	w := newWorld()
	w.event("e-heir", "Courier")
	w.merge("e-old", "e-heir")
	w.merge("e-dissolved", "")
	in := func(thread string) cluster.State { return cluster.State{Size: 2, Thread: thread} }
	w.write(
		cluster.Change{Level: "group", Kind: "created", Object: "g1"},                                              // 1
		cluster.Change{Level: "event", Kind: "created", Object: "e1", After: in("t1")},                             // 2
		cluster.Change{Level: "event", Kind: "merged", Object: "e2", Other: "e1", Before: in("t2")},                // 3
		cluster.Change{Level: "event", Kind: "grew", Object: "e-heir", Before: in("t1"), After: in("t2")},          // 4
		cluster.Change{Level: "event", Kind: "split", Object: "e3", Other: "e2", After: in("t2")},                  // 5
		cluster.Change{Level: "thread", Kind: "grew", Object: "t1", In: []string{"e3", "e1"}, Out: []string{"e4"}}, // 6
		cluster.Change{Level: "thread", Kind: "merged", Object: "t2", Other: "t1"},                                 // 7
		cluster.Change{Level: "override", Kind: "pin", Object: "override 1", In: []string{"e1"}},                   // 8
		cluster.Change{Level: "event", Kind: "ended", Object: "e-dissolved", Before: in("t3")},                     // 9
	)
	for _, c := range []struct {
		name   string
		filter Filter
		want   []uint64
	}{
		{"everything", Filter{}, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9}},
		{"kinds", Filter{Kinds: []string{"merged", "split"}}, []uint64{3, 5, 7}},
		{"levels", Filter{Levels: []string{"thread", "group"}}, []uint64{1, 6, 7}},
		{"kinds of levels", Filter{Kinds: []string{"merged"}, Levels: []string{"event"}}, []uint64{3}},
		{"nothing that there is", Filter{Kinds: []string{"undo"}}, nil},
		{"an event: what it is about, goes into it, or holds it", Filter{Follow: []string{"e1"}}, []uint64{2, 3, 6}},
		{"an event that a thread lets go", Filter{Follow: []string{"e4"}}, []uint64{6}},
		{"a thread with its events, and those that leave it", Filter{Follow: []string{"t1"}}, []uint64{2, 4, 6, 7}},
		{"an event that went into another is followed there", Filter{Follow: []string{"e-old"}}, []uint64{4}},
		{"an event that is no more", Filter{Follow: []string{"e-dissolved"}}, []uint64{9}},
		{"several, merged only", Filter{Follow: []string{"e2", "t2"}, Kinds: []string{"merged"}}, []uint64{3, 7}},
		{"nobody knows it", Filter{Follow: []string{"e-never"}}, nil},
	} {
		r, err := loadReached(w.View(), "desk", 0)
		if err != nil {
			t.Fatal(err)
		}
		g, err := gather(t.Context(), w.View(), &c.filter, r, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, g.seqs); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if g.through != 9 {
			t.Errorf("%s: the cursor stays at %d", c.name, g.through)
		}
	}
}

// A source counts where it has a text of its own.
func TestIndependentSources(t *testing.T) {
	for _, c := range []struct {
		stories []string // outlet, or outlet/group for a copy
		want    int
	}{
		{[]string{"Courier"}, 1},
		{[]string{"Courier", "Courier"}, 1},
		{[]string{"Courier", "Herald", "Gazette"}, 3},
		{[]string{"Courier", "Herald/e1-s0", "Gazette/e1-s0"}, 1},
		{[]string{"Courier", "Herald/e1-s0", "Herald"}, 2},
		{[]string{"Courier/elsewhere", "Herald/elsewhere", "Gazette"}, 2}, // the origin is in another event
		{[]string{"Herald/e1-s1", "Courier"}, 1},                          // the origin comes later
	} {
		w := newWorld()
		w.event("e1", c.stories...)
		a, err := newLookup(w.View()).event("e1")
		if err != nil {
			t.Fatal(err)
		}
		if a.Sources != c.want || a.Stories != len(c.stories) || a.Headline != "Headline e1-s0" {
			t.Errorf("%v: %+v, want %d sources", c.stories, a, c.want)
		}
	}
}

// An endpoint that waits for three sources is told of each event once, whatever becomes of the event afterwards and
// whoever asks again; what had three before the endpoint was there stays silent, and so does what such an event went into.
func TestReachingSourcesIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		three := func(e *Endpoint) { e.Filter.MinSources = 3 }
		told := func(object string, change cluster.Change) {
			change.Level, change.Object = "event", object
			w.write(change)
		}
		w.event("e-before", "Courier", "Herald", "Gazette")
		w.event("e-small", "Courier")
		w.event("e-rising", "Courier", "Herald")
		told("e-before", cluster.Change{Kind: "created"})
		runner, stop := w.start(t, r, endpoint("desk", three))
		var want [][]uint64
		tick := func(what string, reached bool) {
			runner.Wake()
			synctest.Wait()
			if reached {
				want = append(want, []uint64{uint64(len(w.journal))})
			}
			if diff := cmp.Diff(want, r.seqs()); diff != "" {
				t.Fatalf("%s: %s", what, diff)
			}
		}
		w.event("e-before", "Courier", "Herald", "Gazette", "Post")
		told("e-before", cluster.Change{Kind: "grew"})
		tick("it had three before", false)
		w.event("e-small", "Courier", "Herald", "Gazette/e-small-s0")
		told("e-small", cluster.Change{Kind: "grew"})
		tick("two sources and a copy", false)
		w.event("e-small", "Courier", "Herald", "Gazette/e-small-s0", "Post")
		told("e-small", cluster.Change{Kind: "grew"})
		tick("the third source", true)
		w.event("e-small", "Courier", "Herald")
		told("e-small", cluster.Change{Kind: "shrank"})
		tick("below again", false)
		w.event("e-small", "Courier", "Herald", "Wire")
		told("e-small", cluster.Change{Kind: "grew"})
		tick("three for the second time", false)
		stop()
		runner, stop = w.start(t, r, endpoint("desk", three))
		w.event("e-small", "Courier", "Herald", "Wire", "Post")
		told("e-small", cluster.Change{Kind: "grew"})
		tick("another process", false)
		w.merge("e-small", "e-rising")
		w.event("e-rising", "Courier", "Herald", "Wire", "Post")
		told("e-small", cluster.Change{Kind: "merged", Other: "e-rising"})
		told("e-rising", cluster.Change{Kind: "grew"})
		tick("with the stories of one that was told", false)
		w.event("e-new", "Courier", "Herald", "Wire")
		told("e-new", cluster.Change{Kind: "created"})
		tick("three at once", true)
		stop()
		if e := r.got()[0].body.Entries[0]; e.Reached != 3 || e.About.Sources != 3 || e.About.ID != "e-small" {
			t.Errorf("%+v %+v", e, e.About)
		}

		// Another number is another question: the survey begins anew.
		runner, stop = w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Filter.MinSources = 4 }))
		w.event("e-new", "Courier", "Herald", "Wire", "Post")
		told("e-new", cluster.Change{Kind: "grew"})
		tick("the fourth source", true)
		told("e-rising", cluster.Change{Kind: "grew"})
		tick("it had four before", false)
		stop()
	})
}

// What an endpoint knows of thousands of events takes several rows, of which a commit writes the last.
func TestReachedRows(t *testing.T) {
	w := newWorld()
	r := &reached{endpoint: "desk", has: map[uint64]bool{}}
	write := func() (rows int) {
		cursors := r.rows()
		if err := w.Commit(t.Context(), store.Batch{Cursors: cursors}); err != nil {
			t.Fatal(err)
		}
		r.saved = len(r.list)
		return len(cursors)
	}
	for i, c := range []struct{ add, rows int }{
		{0, 0}, {1, 1}, {reachedRow - 2, 1}, {1, 1}, {1, 1}, {3*reachedRow + 5, 4}, {0, 0},
	} {
		for range c.add {
			r.add(uint64(len(r.list)) * 7919)
		}
		if rows := write(); rows != c.rows {
			t.Errorf("step %d: %d rows, want %d", i, rows, c.rows)
		}
		back, err := loadReached(w.View(), "desk", len(r.list))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.list, back.list); diff != "" {
			t.Fatalf("step %d: %s", i, diff)
		}
	}
	if _, err := loadReached(w.View(), "desk", len(r.list)+1); err == nil {
		t.Error("more events than the rows hold")
	}
}

// A long stretch without anything wanted is gone through piece by piece, and its end is kept.
func TestLongSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := newWorld(), newReceiver(t, fine)
		_, stop := w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Filter.Kinds = []string{"merged"} }))
		w.write(grew(2*gatherMost + 5)...)
		w.write(cluster.Change{Level: "event", Kind: "merged", Object: "e1"})
		w.write(grew(3)...)
		at := func() string { s := w.status(t, "desk"); return fmt.Sprint(s.Cursor, s.Lag) }
		stop()
		_, stop = w.start(t, r, endpoint("desk", func(e *Endpoint) { e.Filter.Kinds = []string{"merged"} }))
		synctest.Wait()
		stop()
		if diff := cmp.Diff([][]uint64{{2*gatherMost + 6}}, r.seqs()); diff != "" {
			t.Error(diff)
		}
		if got := at(); got != fmt.Sprint(2*gatherMost+9, 0) {
			t.Errorf("cursor and lag are %s", got)
		}
	})
}
