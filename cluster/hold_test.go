package cluster_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
)

// homes is the event and the thread of every story.
func (w *world) homes() map[string][2]string {
	out := map[string][2]string{}
	for id, c := range w.current {
		out[id] = [2]string{c.Placement.Event, w.events[c.Placement.Event].Thread}
	}
	return out
}

// mates gives for every story, but for those of some threads, the first of the others that it is in a thread with: an event that
// an order is about may join a thread, and bring its id along.
func mates(before, now map[string][2]string, without map[string]bool) map[string]string {
	first, out := map[string]string{}, map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if without[before[id][1]] {
			continue
		}
		thread := now[id][1]
		if first[thread] == "" {
			first[thread] = id
		}
		out[id] = first[thread]
	}
	return out
}

// An order of an editor changes what it names and what hangs on that, and nothing else; when it is undone, everything is what
// it was, to the last id. So in a store too large for every tick to link all of it.
func TestOrdersMoveNothingElse(t *testing.T) {
	w, e := newWorld(), newEngine(t, 1)
	e.RelinkAll(0)
	run(t, e, w, cluster.Settled, newsroomStories(1000, 5))
	first := func(event string) string { return w.events[event].Members[0] }
	var orders []constraint.Constraint
	events := slices.Sorted(maps.Keys(w.events))
	for i := range 6 { // unrelated ones, and what is in one thread with something else
		a, b := w.events[events[7*i]], w.events[events[(7*i+101)%len(events)]]
		orders = append(orders, constraint.Constraint{Level: constraint.Event, A: a.Members, B: b.Members})
	}
	threads := slices.DeleteFunc(slices.Sorted(maps.Keys(w.threads)), func(id string) bool { return len(w.threads[id].Links) < 3 })
	if len(threads) < 6 {
		t.Fatalf("only %d threads of three events", len(threads))
	}
	standing := func(thread string) (out []string) { // what an order to merge threads names
		for _, l := range w.threads[thread].Links {
			out = append(out, first(l.Event))
		}
		return out
	}
	slices.SortFunc(threads, func(a, b string) int { return w.threads[a].First.Compare(w.threads[b].First) })
	for i := range 3 {
		// What is pinned goes to the older thread: the other way round the order takes the founding event away from those
		// that follow it, and the thread that is left, and grows again when that is undone, has another id by then.
		all, others := standing(threads[i+1]), standing(threads[i])
		last := all[len(all)-1:]
		orders = append(orders,
			constraint.Constraint{Level: constraint.Thread, A: last, B: others[:1]},           // pinned elsewhere
			constraint.Constraint{Level: constraint.Thread, A: all, B: others},                // merged
			constraint.Constraint{Level: constraint.Thread, Apart: true, A: last, B: all[:1]}, // taken out
			constraint.Constraint{Level: constraint.Event, A: w.events[w.current[all[0]].Placement.Event].Members, B: w.events[events[3]].Members},
		)
	}
	for i, o := range orders {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			o.ID = uint64(i + 1)
			before, was, all := w.homes(), maps.Clone(w.events), maps.Clone(w.threads)
			concerned := map[string]bool{}
			for _, id := range slices.Concat(o.A, o.B) {
				concerned[before[id][1]] = true
			}
			set, err := constraint.NewSet([]constraint.Constraint{o})
			if err != nil {
				t.Skip(err) // of an event with itself
			}
			e.Constrain(set)
			run(t, e, w, cluster.Events, nil)
			if err := w.obeys(set); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(mates(before, before, concerned), mates(before, w.homes(), concerned)); diff != "" {
				t.Errorf("what the order is not about (-before +after):\n%s", diff)
			}
			e.Constrain(&constraint.Set{})
			run(t, e, w, cluster.Events, nil)
			if diff := cmp.Diff(before, w.homes()); diff != "" {
				t.Errorf("undone (-before +after):\n%s", diff)
			}
			// How near something was is weighed anew with its stories.
			weighed := cmpopts.IgnoreFields(cluster.Event{}, "Cohesion")
			if diff := cmp.Diff(was, w.events, weighed); diff != "" {
				t.Errorf("events, undone (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(all, w.threads); diff != "" {
				t.Errorf("threads, undone (-before +after):\n%s", diff)
			}
		})
	}
}
