package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/samestory/samestory/jobs/schedule"
)

// Once runs one job, also one without a schedule, and nothing else: no other job, no part, no webhook. It is for who has
// another clock. When ctx ends the job stops behind its last commit.
func (d *Daemon) Once(ctx context.Context, name string) (schedule.Result, error) {
	plan := d.plan(d.options())
	at := slices.IndexFunc(plan, func(j Job) bool { return j.Name == name })
	if at < 0 {
		names := make([]string, len(plan))
		for i, j := range plan {
			names[i] = j.Name
		}
		return schedule.Result{}, fmt.Errorf("%w: %q; there are: %s", schedule.ErrUnknownJob, name, strings.Join(names, ", "))
	}
	r := schedule.Result{Job: name, Started: d.options().Clock()}
	r.Err = d.jobs.Within(ctx, oneWriter, func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &schedule.PanicError{Value: p, Stack: string(debug.Stack())}
			}
		}()
		return plan[at].Run(ctx)
	})
	r.Ended = d.options().Clock()
	return r, r.Err
}

// JobNames lists the jobs, in the order of the plan.
func (d *Daemon) JobNames() []string {
	var names []string
	for _, s := range d.jobs.Status() {
		names = append(names, s.Name)
	}
	return names
}
