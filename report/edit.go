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
	Changes  []ChangeLine `json:"changes"` // what it changed, as the journal has it; the order itself is the first
}

// Edit describes an order that was carried out; since is the last journal entry before it.
func Edit(r Journal, o *cluster.Override, since uint64, now time.Time) (EditView, error) {
	v := EditView{Meta: newMeta("edit", now), Override: ViewOverride(o)}
	c, err := Changes(r, ChangesQuery{Since: since, Limit: -1, Now: now})
	v.Changes = c.Changes
	return v, err
}

func (v EditView) layout() page {
	o := &v.Override
	word := fmt.Sprintf("Override %d: %s %s", o.Number, o.Kind, o.what())
	if o.Undone != nil {
		word = fmt.Sprintf("Override %d is undone: %s %s", o.Number, o.Kind, o.what())
	}
	p := page{heading{text: typeset.Clean(word)}}
	var g grid
	g.cols = []col{{name: "what"}, {name: "id"}, {name: "change", flex: 20, soft: 60}, {name: "headline", flex: 14, soft: 36, drop: 1}}
	for i := range v.Changes {
		c := &v.Changes[i]
		if c.Level == cluster.LevelOverride {
			continue
		}
		g.rows = append(g.rows, []cell{styled(c.Level, dim), text(c.Object), text(c.Text), changeHeadline(c)})
	}
	switch {
	case len(g.rows) > 0:
		return append(p, g)
	case o.Kind == string(cluster.OverrideRename) && o.Undone == nil:
		return append(p, paragraph("Lists and pages show the title from now on."))
	case o.Kind == string(cluster.OverrideRename):
		return append(p, paragraph("Lists and pages show the headline again."))
	}
	return append(p, paragraph("Nothing moved: it was so already, and stays so."))
}

func (v EditView) records() records { return changeRecords(v.Changes) }

func (v EditView) lines() []any { return asLines(v.Changes) }
