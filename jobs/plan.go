package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

// The jobs of a daemon, as the run log and the scheduler name them.
const (
	jobTick        = "tick"
	jobSettle      = "settle"
	jobMaintenance = "maintenance"
	jobBackup      = "backup"
	jobRetention   = "retention"
)

// oneWriter is the scheduler's group of all jobs that write: they wait for each other.
const oneWriter = "store"

// Job is one thing that a daemon does again and again.
type Job struct {
	Name string         // unique
	Spec *schedule.Spec // nil: the job is left out
	// Writes says that the job commits to the store: it takes turns with all others that do. A job that only fetches must
	// not, or a slow server keeps everybody waiting.
	Writes bool
	// CatchUp runs the job at the start if it was due since it last succeeded, as far as DaemonOptions.CatchUp allows.
	CatchUp bool
	Jitter  time.Duration // see schedule.Job
	// Run does the work. When ctx ends it returns soon, with what it began finished or undone.
	Run func(ctx context.Context) error
}

// Add gives the daemon a job of its own, before Run. Options that come later do not take it away.
func (d *Daemon) Add(j Job) { d.added = append(d.added, j) }

// plan is every job that the options ask for, in the order in which those that are overdue are caught up with.
func (d *Daemon) plan(o *DaemonOptions) []Job {
	writes := func(name string, spec *schedule.Spec, run func(context.Context) error) Job {
		return Job{Name: name, Spec: spec, Writes: true, CatchUp: true, Run: run}
	}
	var all []Job
	common := slices.Clone(d.pushed)
	for _, in := range o.Inputs {
		in.Kind = store.KindFiles
		if in.Spec == nil {
			common = append(common, in.Input)
			continue
		}
		own := writes(jobTick+" "+in.Name, in.Spec, func(ctx context.Context) error {
			return d.tick(ctx, jobTick+" "+in.Name, []Input{in.Input})
		})
		own.Jitter = o.Jitter
		all = append(all, own)
	}
	all = append(all,
		writes(jobTick, o.Tick, func(ctx context.Context) error { return d.tick(ctx, jobTick, common) }),
		writes(jobSettle, o.Settle, d.settle),
		writes(jobRetention, o.Retention.Spec, d.retain),
		writes(jobMaintenance, o.Maintenance, d.maintain),
		writes(jobBackup, o.Backup.Spec, d.backup))
	all = append(all, d.pollJobs(o)...)
	return append(append(all, o.Jobs...), d.added...)
}

// schedule hands the plan to the scheduler.
func (d *Daemon) schedule() error {
	jobs, err := d.scheduled(d.options())
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if err := d.jobs.Add(j); err != nil {
			return err
		}
	}
	return nil
}

// scheduled is the plan as the scheduler wants it, with when each job last succeeded.
func (d *Daemon) scheduled(o *DaemonOptions) ([]schedule.Job, error) {
	last, err := d.lastRuns()
	if err != nil {
		return nil, err
	}
	if err := d.polls.meet(d.store, o.Feeds, o.Inputs); err != nil {
		return nil, err
	}
	d.polls.lastTries(o.Feeds, last)
	var all []schedule.Job
	for _, j := range d.plan(o) {
		if j.Spec == nil {
			continue
		}
		group, run := "", j.Run
		if j.Writes {
			group = oneWriter
			run = func(ctx context.Context) error {
				d.beats(j.Name)
				defer d.beats("")
				return j.Run(ctx)
			}
		}
		all = append(all, schedule.Job{
			Name: j.Name, Spec: j.Spec, Group: group, CatchUp: j.CatchUp && o.CatchUp, LastSuccess: last[j.Name],
			Jitter: j.Jitter, Run: run,
		})
	}
	return all, nil
}

// lastRuns is when each job was last brought to its end. A run of the future is of a clock that was wrong, and no reason to
// wait for that time.
func (d *Daemon) lastRuns() (map[string]time.Time, error) {
	view := d.store.View()
	defer view.Close()
	last := make(map[string]time.Time)
	now := d.options().Clock()
	for run, err := range view.Runs() {
		if err != nil {
			return nil, fmt.Errorf("read the run log: %w", err)
		}
		if _, ok := last[run.Job]; !ok && !run.Started.After(now) && (run.Status == store.RunOK || run.Status == store.RunPartial) {
			last[run.Job] = run.Started
		}
	}
	return last, nil
}
