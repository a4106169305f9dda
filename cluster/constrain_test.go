package cluster_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
)

// obeys holds every constraint between stories that have been through the event stage.
func (w *world) obeys(set *constraint.Set) error {
	level := func(l constraint.Level, id string) string {
		p := w.current[id].Placement
		if l == constraint.Thread && p.Event != "" {
			return w.events[p.Event].Thread
		}
		return p.Event
	}
	for _, c := range set.All() {
		for i, a := range slices.Concat(c.A, c.B) {
			for k, b := range slices.Concat(c.A, c.B) {
				across := i < len(c.A) && k >= len(c.A)
				x, y := level(c.Level, a), level(c.Level, b)
				if x == "" || y == "" || i >= k || c.Apart && !across {
					continue
				}
				if c.Apart == (x == y) {
					return fmt.Errorf("%v: %s is in %s, %s in %s", c, a, x, b, y)
				}
				if c.Apart && w.current[a].Placement.Group == w.current[b].Placement.Group {
					return fmt.Errorf("%v: %s and %s are copies of each other", c, a, b)
				}
			}
		}
	}
	return nil
}

func constraintOf(rt *rapid.T, id uint64, stories []string) constraint.Constraint {
	side := rapid.SliceOfNDistinct(rapid.SampledFrom(stories), 1, 3, rapid.ID[string])
	return constraint.Constraint{
		ID: id, Level: rapid.SampledFrom([]constraint.Level{constraint.Event, constraint.Thread}).Draw(rt, "level"),
		Apart: rapid.Bool().Draw(rt, "apart"), A: side.Draw(rt, "a"), B: side.Draw(rt, "b"),
	}
}

// Whatever is read, revised, restarted, ordered and taken back, in any order: what editors say holds after every event
// stage, with every other invariant.
func TestEveryHistoryObeysTheEditors(t *testing.T) {
	stories := newsroomStories(90, 11)
	rapid.Check(t, func(rt *rapid.T) {
		w, e := newWorld(), newEngine(rt, 1)
		least := rapid.SampledFrom([]int{0, 10, 2000}).Draw(rt, "events of which all are linked")
		e.RelinkAll(least)
		var list []constraint.Constraint
		set := &constraint.Set{}
		for n := range rapid.IntRange(2, 9).Draw(rt, "steps") {
			if known := slices.Sorted(maps.Keys(w.current)); len(known) > 4 {
				for range rapid.IntRange(0, 2).Draw(rt, "orders") {
					if len(list) > 0 && rapid.IntRange(0, 3).Draw(rt, "undo") == 0 {
						at := rapid.IntRange(0, len(list)-1).Draw(rt, "which")
						list = slices.Delete(slices.Clone(list), at, at+1)
					} else {
						list = append(slices.Clip(list), constraintOf(rt, uint64(10*n+len(list)+1000*len(list)), known))
					}
					next, err := constraint.NewSet(list)
					var contradiction *constraint.ContradictionError
					if errors.As(err, &contradiction) {
						list = slices.Clone(set.All())
						continue
					}
					set = next
					e.Constrain(set)
				}
			}
			if rapid.IntRange(0, 4).Draw(rt, "rebuild") == 0 {
				e.Reread(slices.Sorted(maps.Keys(w.current)))
				run(rt, e, w, cluster.Copies, nil)
				run(rt, e, w, cluster.Settled, nil)
				if err := w.obeys(set); err != nil {
					rt.Fatal(err)
				}
			}
			batch := rapid.SliceOfN(rapid.SampledFrom(stories), 0, 40).Draw(rt, "batch")
			for i := range batch {
				if rapid.IntRange(0, 9).Draw(rt, "revise") == 0 {
					other := rapid.SampledFrom(stories).Draw(rt, "text of")
					batch[i].Text, batch[i].Updated = other.Text, batch[i].Published.Add(time.Hour)
				}
			}
			stage := rapid.SampledFrom([]cluster.Stage{cluster.Copies, cluster.Events, cluster.Settled, cluster.Founded}).Draw(rt, "stage")
			run(rt, e, w, stage, batch)
			if stage == cluster.Copies {
				continue
			}
			if err := w.obeys(set); err != nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "restart") {
				e = w.restored(rt)
				e.RestoreConstraints(set)
				e.RelinkAll(least)
			}
		}
	})
}

// A story that an order keeps from another does not come to that one's event as the copy of a third: then the third has to go.
func TestForbiddenAsACopy(t *testing.T) {
	stories := newsroomStories(90, 11)
	sample := newWorld()
	run(t, newEngine(t, 1), sample, cluster.Settled, stories)
	tried := 0
	for _, id := range slices.Sorted(maps.Keys(sample.events)) {
		event := sample.events[id]
		kept := event.Members[0]
		third := slices.IndexFunc(stories, func(s cluster.Story) bool {
			p := sample.current[s.ID].Placement
			return p.Event == id && p.Group != sample.current[kept].Placement.Group
		})
		if third < 0 {
			continue
		}
		stranger := slices.IndexFunc(stories, func(s cluster.Story) bool {
			return sample.current[s.ID].Placement.Event != id && s.Published.After(stories[third].Published)
		})
		if stranger < 0 {
			continue
		}
		tried++
		w, e := newWorld(), newEngine(t, 1)
		run(t, e, w, cluster.Settled, stories)
		set, err := constraint.NewSet([]constraint.Constraint{
			{ID: 1, Level: constraint.Event, Apart: true, A: []string{stories[stranger].ID}, B: []string{kept}},
		})
		if err != nil {
			t.Fatal(err)
		}
		e.Constrain(set)
		run(t, e, w, cluster.Events, nil)
		copied := stories[stranger]
		copied.Title, copied.Text, copied.Updated = stories[third].Title, stories[third].Text, copied.Published.Add(time.Hour)
		run(t, e, w, cluster.Events, []cluster.Story{copied})
		if err := w.obeys(set); err != nil {
			t.Error(err)
		}
	}
	if tried == 0 {
		t.Error("no event of several texts in the sample")
	}
}
