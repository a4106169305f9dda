package cluster

import (
	"slices"

	"github.com/samestory/samestory/cluster/constraint"
)

// Constrain tells what editors say of stories, in place of what was told before; the error of constraint.NewSet tells
// what contradicts itself. Every later tick obeys it, the next one at the places that it is about. A story that is not
// resident is obeyed when it is.
func (e *Engine) Constrain(set *constraint.Set) {
	edited := constraint.Changed(e.orders, set)
	e.undone = e.undone || !within(e.orders, set)
	e.orders = set
	e.edited = append(e.edited, edited...)
	e.ordered = true
	if set.Empty() {
		e.detector.Constrain(nil, edited)
		return
	}
	e.detector.Constrain(e.forest, edited)
}

// within tells whether all constraints of one set are in another.
func within(some, others *constraint.Set) bool {
	for _, c := range some.All() {
		if !slices.ContainsFunc(others.All(), func(o constraint.Constraint) bool { return o.ID == c.ID }) {
			return false
		}
	}
	return true
}

// RestoreConstraints takes up what editors said in earlier runs: the places that were restored obey it already.
func (e *Engine) RestoreConstraints(set *constraint.Set) {
	e.orders = set
	if !set.Empty() {
		e.detector.Constrain(e.forest, nil)
	}
}

// Constraints is what Constrain was told last.
func (e *Engine) Constraints() *constraint.Set { return e.orders }

// forest is what editors say with what the events of earlier ticks hold together. An event that is to be made anew holds
// nothing together.
func (e *Engine) forest() *constraint.Forest {
	f := e.orders.Forest()
	anew := make(map[string]bool)
	for _, id := range e.edited {
		if r := e.stories[id]; r != nil {
			anew[r.place.Event] = true
		}
	}
	events := make(map[string][]string)
	for _, id := range f.Stories() {
		if r := e.stories[id]; r != nil && r.place.Event != "" && !anew[r.place.Event] {
			events[r.place.Event] = append(events[r.place.Event], id)
		}
	}
	for _, stories := range events {
		f.JoinThread(stories)
	}
	return f
}

// constrain hands the constraints to the event stage, in the names of the representatives.
func (t *tick) constrain() {
	if t.orders.Empty() && len(t.edited) == 0 {
		return
	}
	standing := func(id string) (string, bool) {
		r := t.stories[id]
		if r == nil {
			return id, true // its classes count, though it is not here
		}
		return t.representativeOf(r), true
	}
	var reps []string
	for _, id := range t.edited {
		if r := t.stories[id]; r != nil {
			reps = append(reps, t.representativeOf(r))
			if r.place.Event != "" {
				t.relink[r.place.Event] = true
			}
		}
	}
	t.edited = nil
	// Who has become a copy brings what editors said of it to the story that stands for both.
	for id, was := range t.before {
		if r := t.stories[id]; r != nil && r.place.Group != was.Group && t.orders.Names(id) {
			reps = append(reps, t.representativeOf(r))
		}
	}
	t.clusterer.Constrain(t.orders.Renamed(standing), reps)
}

// misplaced tells whether a story that constraints name has come from one event to another by being a copy.
func (t *tick) misplaced() bool {
	if t.orders.Empty() {
		return false
	}
	for id, was := range t.before {
		if now := t.stories[id].place.Event; was.Event != now && now != "" && t.orders.Names(id) {
			return true
		}
	}
	return false
}

// eventsOf lists the resident events that some stories are in, each once, sorted.
func (t *tick) eventsOf(stories []string) []string {
	var out []string
	for _, id := range stories {
		if r := t.stories[id]; r != nil && r.place.Event != "" {
			out = append(out, r.place.Event)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// overriding is the number of the constraint that put some stories with others, or took them apart; 0 where none did.
func (t *tick) overriding(some, others []string) uint64 {
	if t.orders.Empty() {
		return 0
	}
	for _, c := range t.orders.All() {
		if c.Decides(some, others, constraint.Event) {
			return c.ID
		}
	}
	return 0
}
