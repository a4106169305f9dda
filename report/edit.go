package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
)

// EditView is what became of an order of an editor.
type EditView struct {
	Meta
	Override OverrideLine `json:"override"`
	Changes  []EditChange `json:"changes"` // of groups, events and threads, in the order of the journal
}

// EditChange is one thing that an order changed.
type EditChange struct {
	Level  string   `json:"level"` // group, event or thread
	Kind   string   `json:"kind"`  // as in the journal
	Object string   `json:"object"`
	Other  string   `json:"other,omitempty"` // the other object of a merge or split
	In     []string `json:"in"`              // members that came
	Out    []string `json:"out"`             // members that went
}

// ViewEdit describes an order that was carried out.
func ViewEdit(o *cluster.Override, changes []cluster.Change, now time.Time) EditView {
	v := EditView{Meta: newMeta("edit", now), Override: ViewOverride(o), Changes: []EditChange{}}
	for i := range changes {
		c := &changes[i]
		v.Changes = append(v.Changes, EditChange{
			Level: c.Level, Kind: c.Kind, Object: c.Object, Other: c.Other, In: orEmpty(c.In), Out: orEmpty(c.Out),
		})
	}
	return v
}

// sentence says what a change did.
func (c *EditChange) sentence() string {
	s := c.Kind
	switch {
	case c.Kind == cluster.Merged:
		return "is part of " + c.Other + " now"
	case c.Kind == cluster.Split:
		s = "is new, split from " + c.Other
	case c.Kind == cluster.Created:
		s = "is new"
	case c.Kind == cluster.Ended:
		s = "is no more"
	}
	of := "story"
	if c.Level == cluster.LevelThread {
		of = "event"
	}
	count := func(n int) string {
		if of == "event" {
			return typeset.Plural(n, "event", "events")
		}
		return typeset.Plural(n, "story", "stories")
	}
	switch {
	case len(c.In) > 0 && len(c.Out) > 0:
		s += fmt.Sprintf(": %s came, %d went", count(len(c.In)), len(c.Out))
	case len(c.In) > 0:
		s += ": " + count(len(c.In))
	case len(c.Out) > 0:
		s += ": " + count(len(c.Out))
	}
	return s
}

func (v EditView) layout() page {
	o := &v.Override
	word := fmt.Sprintf("Override %d: %s %s", o.Number, o.Kind, o.what())
	if o.Undone != nil {
		word = fmt.Sprintf("Override %d is undone: %s %s", o.Number, o.Kind, o.what())
	}
	p := page{heading{text: typeset.Clean(word)}}
	switch {
	case len(v.Changes) > 0:
	case o.Kind == string(cluster.OverrideRename):
		return append(p, paragraph("Lists and pages show the title from now on."))
	default:
		return append(p, paragraph("Nothing moved: it was so already, and stays so."))
	}
	g := grid{cols: []col{{name: "what"}, {name: "id"}, {name: "change", flex: 20, soft: 60}}}
	for i := range v.Changes {
		c := &v.Changes[i]
		g.rows = append(g.rows, []cell{styled(c.Level, dim), text(c.Object), text(typeset.Clean(c.sentence()))})
	}
	return append(p, g)
}

func (v EditView) records() records {
	r := records{cols: []string{"override", "level", "kind", "object", "other", "in", "out"}}
	for _, c := range v.Changes {
		r.rows = append(r.rows, []any{v.Override.Number, c.Level, c.Kind, c.Object, c.Other, c.In, c.Out})
	}
	return r
}

func (v EditView) lines() []any { return []any{v} }
