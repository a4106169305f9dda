package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/report/internal/typeset"
)

// overridesBetween lists the orders that put stories of one list with some of another, or hold them apart, at a level.
func overridesBetween(r Reader, a, b []string, level constraint.Level) ([]OverrideLine, error) {
	out := []OverrideLine{}
	for o, err := range r.Overrides() {
		if err != nil {
			return nil, fmt.Errorf("read overrides: %w", err)
		}
		c, holds := o.Constraint()
		if holds && c.Decides(a, b, level) {
			out = append(out, ViewOverride(&o))
		}
	}
	return out, nil
}

// bySomebody says who decided, the first of some orders for all.
func bySomebody(list []OverrideLine) string {
	o := &list[0]
	s := fmt.Sprintf("%s said so (override %d, %s", typeset.Clean(cmp.Or(o.Author, "an editor")), o.Number, o.Kind)
	if o.Note != "" {
		s += ": " + typeset.Clean(o.Note)
	}
	return s + "), whatever the texts say"
}

// ordered says what orders decided, where they did.
func ordered(list []OverrideLine, together bool, yes, no string) (string, bool) {
	apart := func(l OverrideLine) bool {
		return l.Kind == string(cluster.OverrideForbid) || l.Kind == string(cluster.OverrideSplit)
	}
	list = slices.DeleteFunc(slices.Clone(list), func(l OverrideLine) bool { return apart(l) == together })
	if len(list) == 0 {
		return "", false
	}
	if !together {
		yes = no
	}
	return yes + ": " + bySomebody(list) + ".", true
}

// orders lists the orders on the story and the other one, or any of the event.
func (v *ExplainView) orders(r Reader) ([]OverrideLine, error) {
	var others []string
	if v.Other != nil {
		others = []string{v.Other.ID}
	} else {
		e, err := r.Event(v.Event.ID)
		if err != nil {
			return nil, err
		}
		others = e.Members
	}
	return overridesBetween(r, []string{v.Story.ID}, others, constraint.Event)
}

func (v *ExplainView) ordered() (string, bool) {
	if v.Event != nil {
		return ordered(v.Overrides, v.Together, "In the event", "Not in the event")
	}
	return ordered(v.Overrides, v.Together, "Together", "Apart")
}

// orders lists the orders on the event and the others of the thread.
func (v *ThreadExplainView) orders(r Reader) ([]OverrideLine, error) {
	e, err := r.Event(v.Event.ID)
	if err != nil {
		return nil, err
	}
	t, err := r.Thread(v.Thread.ID)
	if err != nil {
		return nil, err
	}
	var others []string
	for _, l := range t.Links {
		if l.Event == e.ID {
			continue
		}
		o, err := r.Event(l.Event)
		if err != nil {
			return nil, err
		}
		others = append(others, o.Members...)
	}
	return overridesBetween(r, e.Members, others, constraint.Thread)
}
