package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
)

// placed are stories of one event each, in threads of their own, but for the first two, which share an event.
func placedBatch(ids ...string) Batch {
	d := &cluster.Delta{}
	for i, id := range ids {
		event := "e" + id
		if i == 1 {
			event = "e" + ids[0]
		}
		d.Stories = append(d.Stories, cluster.StoryChange{
			Story:     cluster.Story{ID: id, Title: "Ferry", Text: "The ferry is late.", Published: epoch, Arrived: epoch},
			Placement: cluster.Placement{Story: id, Group: "g" + id, Event: event}, Features: []byte{1},
		})
	}
	for i, id := range ids {
		if i == 1 {
			continue
		}
		members := []string{id}
		if i == 0 {
			members = ids[:2]
		}
		d.Events = append(d.Events, cluster.Event{
			ID: "e" + id, Thread: "t" + id, Representative: id, Members: members, First: epoch, Last: epoch, Cohesion: 1,
		})
	}
	return Batch{Delta: d, At: epoch}
}

func commitAll(t *testing.T, s *Store, batches ...Batch) {
	t.Helper()
	for _, b := range batches {
		if err := s.Commit(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func forbidding(number uint64, a, b string) cluster.Override {
	return cluster.Override{Number: number, Kind: cluster.OverrideForbid, Objects: []string{a, b}, A: []string{a}, B: []string{b}, At: epoch}
}

func TestOverridesAreNumberedOnAndNameStories(t *testing.T) {
	t.Parallel()
	s := create(t)
	commitAll(t, s, placedBatch("a", "b", "c"), Batch{Overrides: []cluster.Override{forbidding(1, "a", "c")}, At: epoch})
	for _, o := range []cluster.Override{forbidding(0, "a", "c"), forbidding(3, "a", "c"), forbidding(2, "a", "nobody")} {
		if err := s.Commit(t.Context(), Batch{Overrides: []cluster.Override{o}, At: epoch}); !errors.Is(err, ErrInvalid) {
			t.Errorf("override %d of %v: %v", o.Number, o.Objects, err)
		}
	}
	undone := forbidding(1, "a", "c")
	undone.Undone = &cluster.Undo{Author: "ada", At: epoch.Add(time.Hour)}
	commitAll(t, s, Batch{Overrides: []cluster.Override{undone, forbidding(2, "b", "c")}, At: epoch.Add(time.Hour)})
	v := s.View()
	defer v.Close()
	var numbers []uint64
	var first cluster.Override
	for o, err := range v.Overrides() {
		if err != nil {
			t.Fatal(err)
		}
		if numbers = append(numbers, o.Number); o.Number == 1 {
			first = o
		}
	}
	if first.Undone == nil || !slices.Equal(numbers, []uint64{1, 2}) {
		t.Errorf("overrides %v, the first is %+v", numbers, first)
	}
	clean(t, s)
}

func TestCheckFindsWhatIsNotObeyed(t *testing.T) {
	t.Parallel()
	together := func(number uint64, level constraint.Level, a, b string) cluster.Override {
		o := forbidding(number, a, b)
		o.Kind, o.Level = cluster.OverrideMerge, level
		return o
	}
	for _, tt := range []struct {
		name string
		list []cluster.Override
		want string // empty: nothing to find
	}{
		{"apart and apart", []cluster.Override{forbidding(1, "a", "c")}, ""},
		{"apart and in one event", []cluster.Override{forbidding(1, "a", "b")}, "are both in ea, against override 1"},
		{"together and in one event", []cluster.Override{together(1, constraint.Event, "a", "b")}, ""},
		{"together and in two events", []cluster.Override{together(1, constraint.Event, "a", "c")}, "override 1 are in 2 events"},
		{"together and in two threads", []cluster.Override{together(1, constraint.Thread, "a", "c")}, "override 1 are in 2 threads"},
		{
			"both",
			[]cluster.Override{together(1, constraint.Event, "a", "b"), forbidding(2, "a", "b")},
			"override 2 keeps a and b apart",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := create(t)
			commitAll(t, s, placedBatch("a", "b", "c"), Batch{Overrides: tt.list, At: epoch})
			r, err := s.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range r.Findings {
				if f.Kind != BadOverride {
					t.Errorf("check finds %+v", f)
				}
				found = append(found, f.Examples...)
			}
			if got := strings.Join(found, "; "); (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("found %q", got)
			}
		})
	}
}

// What an editor called an event heads what the event went into, and the latest title wins; in the past it is the one of
// then.
func TestTitles(t *testing.T) {
	t.Parallel()
	s := create(t)
	named := func(number uint64, title string, at time.Time) Batch {
		return Batch{At: at, Overrides: []cluster.Override{{
			Number: number, Kind: cluster.OverrideRename, Objects: []string{"ec"}, Title: title, At: at,
		}}}
	}
	merged := placedBatch("a", "b").Delta
	merged.Stories = nil
	merged.Moved = []cluster.Placement{{Story: "c", Group: "gc", Event: "ea"}}
	merged.Events = []cluster.Event{{
		ID: "ea", Thread: "ta", Representative: "a", Members: []string{"a", "b", "c"}, First: epoch, Last: epoch, Cohesion: 1,
	}}
	merged.Ended = []cluster.Redirect{{From: "ec", To: "ea", Reason: "merged"}, {From: "tc", To: "ta", Reason: "merged"}}
	commitAll(t, s, placedBatch("a", "b", "c"), named(1, "First", epoch.Add(time.Hour)), named(2, "Second", epoch.Add(2*time.Hour)),
		Batch{Delta: merged, At: epoch.Add(3 * time.Hour)})
	v := s.View()
	defer v.Close()
	if title, err := v.Title("ea"); err != nil || title != "Second" {
		t.Errorf("title %q, %v", title, err)
	}
	then, err := v.AsOf(epoch.Add(90 * time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if title, err := then.Title("ec"); err != nil || title != "First" {
		t.Errorf("title of then %q, %v", title, err)
	}
	if title, err := then.Title("ea"); err != nil || title != "" {
		t.Errorf("title of an event that had none then: %q, %v", title, err)
	}
}
