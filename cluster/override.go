package cluster

import (
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/constraint"
)

// OverrideKind is what an editor asked for.
type OverrideKind string

// The kinds of overrides.
const (
	OverridePin    OverrideKind = "pin"    // the stories of A stay with those of B
	OverrideForbid OverrideKind = "forbid" // no story of A is with one of B
	OverrideMerge  OverrideKind = "merge"  // all stories of A and B are together
	OverrideSplit  OverrideKind = "split"  // the stories of A are taken away from those of B
	OverrideRename OverrideKind = "rename" // the object is headed by Title
)

// Override is one order of an editor. It holds in every later tick, settlement and rebuild until it is undone. It names
// stories, as they were when it was made, because the ids of events and threads may end.
type Override struct {
	Number  uint64 // from 1, in the order in which they were made
	Kind    OverrideKind
	Level   constraint.Level // whether it is about events or about threads
	Objects []string         // the ids that the editor named
	A, B    []string         // story ids, sorted; none of a rename
	Title   string           // of a rename
	Author  string
	Note    string
	At      time.Time
	Undone  *Undo // nil while it holds
}

// Undo says who took an override back.
type Undo struct {
	Author, Note string
	At           time.Time
}

// Constraint is what the engine has to obey; ok is false for a rename and for what is undone.
func (o *Override) Constraint() (c constraint.Constraint, ok bool) {
	if o.Kind == OverrideRename || o.Undone != nil {
		return constraint.Constraint{}, false
	}
	apart := o.Kind == OverrideForbid || o.Kind == OverrideSplit
	guests := o.Kind == OverridePin && o.Level == constraint.Thread
	return constraint.Constraint{ID: o.Number, Level: o.Level, Apart: apart, Guests: guests, A: o.A, B: o.B}, true
}

// ConstraintsOf gathers what the engine has to obey. The error is a *constraint.ContradictionError.
func ConstraintsOf(list []Override) (*constraint.Set, error) {
	var out []constraint.Constraint
	for i := range list {
		if c, ok := list[i].Constraint(); ok {
			out = append(out, c)
		}
	}
	return constraint.NewSet(out)
}

// Stories lists the stories that an override names, each once, sorted.
func (o *Override) Stories() []string {
	all := slices.Concat(o.A, o.B)
	slices.Sort(all)
	return slices.Compact(all)
}
