package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/schedule"
)

// ended logs how a run ended; a failed one throws its desk away.
func (d *Daemon) ended(r schedule.Result) {
	d.wakeHooks()
	countEnded(d.options().Metrics, &r)
	log := d.options().Log.With("job", r.Job, "took", r.Ended.Sub(r.Started).Round(time.Millisecond))
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
	o := d.options()
	log := newRunLog(job, o.Clock)
	desk, err := d.takeDesk()
	if err != nil {
		return err
	}
	desk.embeddings.begin()
	in := &ingest{desk: desk, run: log, workers: o.Params.Workers, progress: func(Progress) { d.beats(job) }}
	defer func() {
		if p := recover(); p != nil {
			// The scheduler reports the panic. Before the next run the commit under way has to be in the store.
			err := errors.Join(fmt.Errorf("panic: %v", p), desk.Flush())
			if _, endErr := log.end(d.store, err); endErr != nil {
				o.Log.Error("run", "job", job, "error", endErr)
			}
			panic(p)
		}
	}()
	err = do(in)
	if flushErr := desk.Flush(); flushErr != nil {
		err = flushErr
	}
	if err == nil {
		in.done()
	}
	run, err := log.end(d.store, err)
	countRun(o.Metrics, &run, desk)
	if e := run.Embeddings; e.Missing > 0 {
		o.Log.Warn("stories are judged without embeddings", "job", job, "missing", e.Missing, "made", e.Made, "cached", e.Cached,
			"reason", e.Reason)
	}
	if err == nil {
		d.desk = desk
	}
	if run.Read > 0 || err != nil {
		o.Log.Info("run", "job", job, "status", run.Status, "read", run.Read, "new", run.New, "revised", run.Revised,
			"unchanged", run.Unchanged, "rejected", run.Rejected, "events", run.Events, "threads", run.Threads)
	}
	return err
}

// tick reads inputs and places what is new, in rounds while there is more than one takes: in between whoever else wants to
// write has a turn, and a daemon that is asked to stop does.
func (d *Daemon) tick(ctx context.Context, job string, inputs []Input) error {
	for {
		more, err := d.round(ctx, job, inputs)
		if err != nil || !more || !d.jobs.Yield(oneWriter) {
			return err
		}
	}
}

// round is a run over all inputs, each as far as its limit. One that cannot be read does not keep the others from being read.
func (d *Daemon) round(ctx context.Context, job string, inputs []Input) (more bool, err error) {
	read := 0
	if job == jobTick {
		inputs = append(slices.Clone(inputs), d.polledInputs()...)
	}
	err = d.work(ctx, job, func(in *ingest) error {
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
				d.options().Log.Warn("input cannot be read", "input", input.Name, "error", err)
				in.run.problem(err)
				if err := in.noteUnread(&input, unread.Err); err != nil {
					return err
				}
				continue
			}
			if err != nil {
				return err
			}
		}
		more, read = in.more, in.run.state.Read+len(in.chunk)
		return in.flush(ctx)
	})
	return more || job == jobTick && d.box != nil && d.box.Pressing() && read > 0, err
}

// settle scores everything that is resident anew.
func (d *Daemon) settle(ctx context.Context) error {
	return d.work(ctx, jobSettle, func(in *ingest) error {
		return in.settleAround(ctx)
	})
}

// maintain gives disk space back and then checks a part of the store. It needs no desk.
func (d *Daemon) maintain(ctx context.Context) error {
	log := newRunLog(jobMaintenance, d.options().Clock)
	do := func() error {
		if _, err := d.store.ForgetRuns(ctx, idleRuns(d.options().Clock())); err != nil {
			return err
		}
		if err := d.store.Maintain(ctx); err != nil || !d.jobs.Yield(oneWriter) {
			return err
		}
		return d.sample(ctx, log)
	}
	_, err := log.end(d.store, do())
	return err
}

// Status is what is known of each job, in the order of the plan.
func (d *Daemon) Status() []schedule.Status { return d.jobs.Status() }
