package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/samestory/samestory/jobs/schedule"
)

// Once runs one job, also one without a schedule, with the parts that are attached, and nothing else: no other job and no
// webhook. What a poll brings is stored by a tick of its own. It is for who has another clock. When ctx ends the job stops behind its last commit.
func (d *Daemon) Once(ctx context.Context, name string) (r Ran, err error) {
	plan := d.plan(d.options())
	at := slices.IndexFunc(plan, func(j Job) bool { return j.Name == name })
	if at < 0 {
		names := make([]string, len(plan))
		for i, j := range plan {
			names[i] = j.Name
		}
		return Ran{}, fmt.Errorf("%w: %q; there are: %s", schedule.ErrUnknownJob, name, strings.Join(names, ", "))
	}
	if err := d.startParts(ctx); err != nil {
		return Ran{}, err
	}
	defer func() {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.options().StopAfter)
		defer cancel()
		err = errors.Join(err, d.stopParts(patience))
	}()
	r.Result = schedule.Result{Job: name, Started: d.options().Clock()}
	r.Err = d.jobs.Within(ctx, oneWriter, func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &schedule.PanicError{Value: p, Stack: string(debug.Stack())}
			}
		}()
		if strings.HasPrefix(name, jobPoll+" ") {
			r.Notes, r.Undone, err = d.pollOnce(ctx, &plan[at])
			return err
		}
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
