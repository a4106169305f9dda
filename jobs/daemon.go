package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

// The jobs of a daemon, as the run log and the scheduler name them.
const (
	jobTick        = "tick"
	jobSettle      = "settle"
	jobMaintenance = "maintenance"
	jobBackup      = "backup"
)

// oneWriter is the scheduler's group of all jobs that write: they wait for each other.
const oneWriter = "store"

// Scheduled is an input with a schedule of its own; without one it is read by every tick.
type Scheduled struct {
	Input
	Spec *schedule.Spec
}

// DaemonOptions steer a Daemon.
type DaemonOptions struct {
	Params      cluster.Params
	Residents   int // see NewDesk
	Inputs      []Scheduled
	Tick        *schedule.Spec
	Settle      *schedule.Spec // nil: never
	Maintenance *schedule.Spec // nil: never
	Backup      Backup         // its Spec nil: never
	CatchUp     bool           // run once at the start what was missed
	StopAfter   time.Duration  // how long a job may finish its work
	Clock       func() time.Time
	Log         *slog.Logger
	Embed       *embed.Client // nil: stories are judged by their words alone
	Webhooks    []webhook.Endpoint
}

// Daemon runs ticks on a schedule over its inputs until it is stopped. It owns the store's one writer.
type Daemon struct {
	o     DaemonOptions
	store *store.Store
	desk  *Desk // nil until the first tick, and after one that failed
	hooks *webhook.Runner
}

// NewDaemon makes a daemon over an open store; the caller closes the store after Run.
func NewDaemon(s *store.Store, o DaemonOptions) *Daemon { return &Daemon{o: o, store: s} }

// Run runs the jobs until ctx ends. Then nothing new begins, the job under way finishes and commits what it has read,
// and Run returns nil; an error says that a job did not finish in time, or that the schedule cannot be.
func (d *Daemon) Run(ctx context.Context) error {
	s := schedule.New(schedule.Options{Ended: d.ended, Skipped: func(job string, total int) {
		d.o.Log.Warn("job is due while it still runs", "job", job, "skipped", total)
	}})
	if err := d.schedule(s); err != nil {
		return err
	}
	if err := d.startHooks(ctx, s); err != nil {
		return err
	}
	if err := s.Start(context.WithoutCancel(ctx)); err != nil {
		<-d.stopHooks(ctx)
		return err
	}
	for _, j := range s.Status() {
		d.o.Log.Info("job is scheduled", "job", j.Name, "spec", j.Spec, "next", j.Next.Format(time.RFC3339))
	}
	<-ctx.Done()
	d.o.Log.Info("stopping")
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.o.StopAfter)
	defer cancel()
	hooks := d.stopHooks(deadline)
	err := s.Stop(deadline)
	<-hooks
	if err != nil {
		return errors.Join(fmt.Errorf("stop after %s: %w", d.o.StopAfter, err), s.Stop(context.WithoutCancel(ctx)))
	}
	d.o.Log.Info("stopped")
	return nil
}

func (d *Daemon) schedule(s *schedule.Scheduler) error {
	last, err := d.lastRuns()
	if err != nil {
		return err
	}
	add := func(name string, spec *schedule.Spec, run func(context.Context) error) {
		if spec != nil && err == nil {
			err = s.Add(schedule.Job{
				Name: name, Spec: spec, Group: oneWriter, CatchUp: d.o.CatchUp, LastSuccess: last[name], Run: run,
			})
		}
	}
	var common []Input
	for _, in := range d.o.Inputs {
		if in.Spec == nil {
			common = append(common, in.Input)
			continue
		}
		add(jobTick+" "+in.Name, in.Spec, func(ctx context.Context) error {
			return d.tick(ctx, jobTick+" "+in.Name, []Input{in.Input})
		})
	}
	add(jobTick, d.o.Tick, func(ctx context.Context) error { return d.tick(ctx, jobTick, common) })
	add(jobSettle, d.o.Settle, d.settle)
	add(jobMaintenance, d.o.Maintenance, d.maintain)
	add(jobBackup, d.o.Backup.Spec, d.backup)
	return err
}

// lastRuns is when each job was last brought to its end. A run of the future is of a clock that was wrong, and no reason to
// wait for that time.
func (d *Daemon) lastRuns() (map[string]time.Time, error) {
	view := d.store.View()
	defer view.Close()
	last := make(map[string]time.Time)
	now := d.o.Clock()
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

// ended logs how a run ended; a failed one throws its desk away.
func (d *Daemon) ended(r schedule.Result) {
	if d.hooks != nil {
		d.hooks.Wake()
	}
	log := d.o.Log.With("job", r.Job, "took", r.Ended.Sub(r.Started).Round(time.Millisecond))
	var panicked *schedule.PanicError
	switch {
	case errors.As(r.Err, &panicked):
		log.Error("job panicked", "panic", fmt.Sprint(panicked.Value), "stack", panicked.Stack)
	case r.Err != nil:
		log.Error("job failed", "error", r.Err)
	default:
		log.Debug("job ended")
	}
}

// work runs a job with the desk. The desk survives only a job that succeeds: after anything else, a panic included, it
// may be ahead of the store.
func (d *Daemon) work(ctx context.Context, job string, do func(*ingest) error) error {
	log := newRunLog(job, d.o.Clock)
	desk := d.desk
	d.desk = nil
	if desk == nil {
		var err error
		if desk, err = NewDesk(d.store, d.o.Params, d.o.Residents); err != nil {
			return err
		}
		desk.UseEmbeddings(d.o.Embed)
	}
	desk.embeddings.begin()
	in := &ingest{desk: desk, run: log, workers: d.o.Params.Workers}
	defer func() {
		if p := recover(); p != nil {
			// The scheduler reports the panic. Before the next run the commit under way has to be in the store.
			err := errors.Join(fmt.Errorf("panic: %v", p), desk.Flush())
			if _, endErr := log.end(d.store, err); endErr != nil {
				d.o.Log.Error("run", "job", job, "error", endErr)
			}
			panic(p)
		}
	}()
	err := do(in)
	if flushErr := desk.Flush(); flushErr != nil {
		err = flushErr
	}
	if err == nil {
		in.done()
	}
	run, err := log.end(d.store, err)
	if e := run.Embeddings; e.Missing > 0 {
		d.o.Log.Warn("stories are judged without embeddings", "job", job, "missing", e.Missing, "made", e.Made, "cached", e.Cached,
			"reason", e.Reason)
	}
	if err == nil {
		d.desk = desk
	}
	if run.Read > 0 || err != nil {
		d.o.Log.Info("run", "job", job, "status", run.Status, "read", run.Read, "new", run.New, "revised", run.Revised,
			"unchanged", run.Unchanged, "rejected", run.Rejected, "events", run.Events, "threads", run.Threads)
	}
	return err
}

// tick reads inputs and places what is new. One input that cannot be read does not keep the others from being read.
func (d *Daemon) tick(ctx context.Context, job string, inputs []Input) error {
	return d.work(ctx, job, func(in *ingest) error {
		if err := in.desk.TakeWaiting(); err != nil {
			return err
		}
		if in.desk.Waiting() > 0 {
			if err := in.events(ctx, cluster.Events); err != nil {
				return err
			}
		}
		for _, input := range inputs {
			err := in.read(ctx, input)
			var unread *UnreadError
			if errors.As(err, &unread) {
				d.o.Log.Warn("input cannot be read", "input", input.Name, "error", err)
				in.run.problem(err)
				continue
			}
			if err != nil {
				return err
			}
		}
		return in.flush(ctx)
	})
}

// settle scores everything that is resident anew.
func (d *Daemon) settle(ctx context.Context) error {
	return d.work(ctx, jobSettle, func(in *ingest) error {
		if err := in.desk.TakeAround(d.o.Clock()); err != nil {
			return err
		}
		return in.events(ctx, cluster.Settled)
	})
}

func (d *Daemon) maintain(ctx context.Context) error {
	return d.work(ctx, jobMaintenance, func(*ingest) error { return d.store.Maintain(ctx) })
}
