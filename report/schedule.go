package report

import (
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

// JobLine is a job of a daemon.
type JobLine struct {
	Name    string     `json:"name"`
	Spec    string     `json:"spec"` // when it is due
	Running bool       `json:"running"`
	Next    *time.Time `json:"next"`    // null while the daemon stops
	Last    *time.Time `json:"last"`    // when the last run that has ended began; null before the first
	Took    float64    `json:"seconds"` // of that run
	Error   string     `json:"error"`   // of that run; empty where it did well
	Runs    int        `json:"runs"`    // that have ended since the daemon began
	Failed  int        `json:"failed"`  // of them
	Skipped int        `json:"skipped"` // runs that were due while the job was running
}

// JobsView lists what a daemon does, and when.
type JobsView struct {
	Meta
	Jobs     []JobLine `json:"jobs"`     // in the order in which they are caught up with
	Degraded []string  `json:"degraded"` // what is wrong although the jobs do their work
}

// Jobs makes the view of a daemon's jobs.
func Jobs(jobs []JobLine, degraded []string, now time.Time) JobsView {
	return JobsView{Meta: newMeta("jobs", now), Jobs: append([]JobLine{}, jobs...), Degraded: append([]string{}, degraded...)}
}

func (v JobsView) layout() page {
	if len(v.Jobs) == 0 {
		return page{paragraph("This daemon has no jobs.")}
	}
	g := grid{cols: []col{
		{name: "job", flex: 14},
		{name: "spec", drop: 2},
		{name: "next"},
		{name: "last"},
		{name: "took", right: true, drop: 3},
		{name: "state"},
		{name: "runs", right: true, drop: 4},
		{name: "failed", right: true},
		{name: "skipped", right: true, drop: 1},
	}}
	p := page{heading{text: "Jobs", meta: "since the daemon began"}}
	var below page
	for i := range v.Jobs {
		j := &v.Jobs[i]
		next, last, took, state := text("-"), text("-"), text(""), text("waiting")
		if j.Next != nil {
			next = text("in " + typeset.Duration(max(0, j.Next.Sub(v.Now)).Round(time.Second).Seconds()))
		}
		if j.Last != nil {
			last, took, state = styled(typeset.Relative(*j.Last, v.Now), dim), text(typeset.Duration(j.Took)), text("ok")
		}
		if j.Error != "" {
			state = cell{text: "failed", style: alert}
			below = append(below, heading{text: "Error of " + typeset.Clean(j.Name), sub: true}, paragraph(typeset.Clean(j.Error)))
		}
		if j.Running {
			state = text("running")
		}
		g.rows = append(g.rows, []cell{
			text(j.Name), styled(j.Spec, dim), next, last, took, state, number(j.Runs), number(j.Failed), number(j.Skipped),
		})
	}
	for i, what := range v.Degraded {
		if i == 0 {
			below = append(below, heading{text: "Degraded", sub: true})
		}
		below = append(below, paragraph(typeset.Clean(what)))
	}
	return append(append(p, g), below...)
}

func (v JobsView) records() records {
	r := records{cols: []string{"job", "spec", "running", "next", "last", "seconds", "error", "runs", "failed", "skipped"}}
	for i := range v.Jobs {
		j := &v.Jobs[i]
		r.rows = append(r.rows, []any{j.Name, j.Spec, j.Running, j.Next, j.Last, j.Took, j.Error, j.Runs, j.Failed, j.Skipped})
	}
	return r
}

func (v JobsView) lines() []any { return asLines(v.Jobs) }
