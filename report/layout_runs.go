package report

import (
	"fmt"

	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

func (v RunsView) layout() page {
	if len(v.Runs) == 0 {
		return page{
			paragraph("No runs in this store."),
			paragraph("samestory backfill FILE makes one, and so does every job of samestory daemon."),
		}
	}
	g := grid{cols: []col{
		{name: "started"},
		{name: "job", flex: 10},
		{name: "status"},
		{name: "took", right: true, drop: 5},
		{name: "read", right: true},
		{name: "new", right: true},
		{name: "revised", right: true, drop: 2},
		{name: "unchanged", right: true, drop: 3},
		{name: "rejected", right: true, drop: 1},
		{name: "notes", right: true, drop: 6},
		{name: "run", flex: 12, drop: 4},
	}}
	p := page{heading{text: "Runs", meta: "newest first"}}
	var below page
	for _, r := range v.Runs {
		status := text(r.Status)
		if r.Status != store.RunOK && r.Status != store.RunRunning {
			status.style = alert
		}
		took := ""
		if r.Ended != nil {
			took = typeset.Duration(r.Duration)
		}
		rejected := number(r.Rejected)
		if r.Rejected > 0 {
			rejected.style = alert
		}
		g.rows = append(g.rows, []cell{
			styled(typeset.Relative(r.Started, v.Now), dim), text(r.Job), status,
			{text: took},
			number(r.Read), number(r.New),
			number(r.Revised), number(r.Unchanged), rejected, number(len(r.Notes)), styled(r.ID, dim),
		})
		below = append(below, r.trouble()...)
	}
	return append(append(p, g), below...)
}

// trouble is what went wrong in a run, in full: nobody should have to look for the reason elsewhere.
func (r RunLine) trouble() page {
	var p page
	if r.Error != "" {
		p = append(p, heading{text: "Error of " + typeset.Clean(r.ID), sub: true}, paragraph(typeset.Clean(r.Error)))
	}
	p = append(p, r.Embeddings.trouble(r.ID)...)
	if len(r.Rejects) == 0 {
		return p
	}
	g := grid{cols: []col{{name: "where", flex: 20}, {name: "reason", flex: 24}, {name: "excerpt", flex: 16, drop: 1}}}
	for _, x := range r.Rejects {
		where := x.Path
		if x.Line > 0 {
			where = fmt.Sprintf("%s:%d", x.Path, x.Line)
		}
		g.rows = append(g.rows, []cell{text(where), text(x.Reason), styled(x.Excerpt, dim)})
	}
	meta := ""
	if r.Rejected > len(r.Rejects) {
		meta = fmt.Sprintf("the first %d of %s", len(r.Rejects), typeset.Thousands(r.Rejected))
	}
	return append(p, heading{text: "Rejected by " + typeset.Clean(r.ID), meta: meta, sub: true}, g)
}

func (v RunsView) records() records {
	r := records{cols: []string{
		"run", "job", "started", "ended", "duration", "status", "read", "new", "revised", "unchanged", "rejected",
		"error", "first_reject", "notes",
	}}
	for _, x := range v.Runs {
		first := ""
		if len(x.Rejects) > 0 {
			first = x.Rejects[0].Reason
		}
		r.rows = append(r.rows, []any{
			x.ID, x.Job, x.Started, x.Ended, x.Duration, x.Status, x.Read, x.New, x.Revised, x.Unchanged, x.Rejected,
			x.Error, first, x.Notes,
		})
	}
	return r
}

func (v RunsView) lines() []any { return asLines(v.Runs) }
