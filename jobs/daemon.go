package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/metrics"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

// DaemonOptions steer a Daemon. They are not changed once it has them.
type DaemonOptions struct {
	Params      cluster.Params
	Residents   int // see NewDesk
	Inputs      []Scheduled
	Feeds       []Feed
	Fetch       Getter        // asks for feeds
	FullText    FullText      // reads pages of feeds that ask for it; nil: the words of the feed it is
	Polls       int           // how many feeds are polled at a time, of the first options; 0: 16
	Pushed      source.Limits // of what is pushed; a reload only widens those that ticks read it under
	PollPending int           // bytes of polled stories that may wait for a tick before polling does; 0: 64 MiB
	Tick        *schedule.Spec
	Settle      *schedule.Spec // nil: never
	Maintenance *schedule.Spec // nil: never
	Sample      time.Duration  // how long maintenance checks the store, see Sampled; 0: not at all
	Retention   Retention      // its Spec nil: never
	Backup      Backup         // its Spec nil: never
	Jobs        []Job          // further ones, see Daemon.Add for those that no config names
	CatchUp     bool           // run once at the start what was missed
	StopAfter   time.Duration  // how long a job may finish its work
	Clock       func() time.Time
	Log         *slog.Logger
	Jitter      time.Duration // by up to so much the times of sources with a schedule of their own are moved apart
	Seed        uint64        // of jitter, best another one on each machine
	Embed       *embed.Client // nil: stories are judged by their words alone
	Webhooks    []webhook.Endpoint
	// StuckAfter is how long a job that writes may show no progress before the daemon counts as stuck; 0: for ever.
	StuckAfter time.Duration
	Metrics    *metrics.Set // nil: nothing is counted
	Running    func()       // called once when parts and jobs have begun; may be nil
}

// Scheduled is an input with a schedule of its own; without one it is read by every tick.
type Scheduled struct {
	Input
	Spec *schedule.Spec
}

// Daemon runs jobs on a schedule, and its parts beside them, until it is stopped. It owns the store's one writer.
type Daemon struct {
	store *store.Store
	jobs  *schedule.Scheduler
	o     atomic.Pointer[DaemonOptions] // see options
	added []Job
	parts []Part
	hooks atomic.Pointer[webhook.Runner] // nil without webhooks
	state state

	reloading sync.Mutex // one reload at a time

	polls     *polling
	intake    context.Context // ends when nothing is to be taken in any more
	endIntake context.CancelFunc

	box    *inbox.Inbox // of stories that were pushed; nil: none are
	pushed []Input      // that reads it

	desk *Desk // of the job whose turn it is; nil until the first tick, and after one that failed
}

// NewDaemon makes a daemon over an open store; the caller closes the store after Run.
func NewDaemon(s *store.Store, o DaemonOptions) *Daemon {
	d := &Daemon{store: s, polls: newPolling(o.Polls)}
	d.intake, d.endIntake = context.WithCancel(context.Background())
	d.o.Store(&o)
	d.jobs = schedule.New(schedule.Options{
		Clock: o.Clock, Seed: o.Seed, Ended: d.ended,
		Skipped: func(job string, total int) {
			d.options().Metrics.Skipped(job)
			d.options().Log.Warn("job is due while it still runs", "job", job, "skipped", total)
		},
		Stepped: func(by time.Duration) {
			d.options().Log.Warn("the clock was stepped or the machine slept: jobs are planned anew", "by", by.Round(time.Second))
		},
	})
	d.gauges(o.Metrics)
	return d
}

// options are those that hold now. A job asks once, when it begins, and keeps to them.
func (d *Daemon) options() *DaemonOptions { return d.o.Load() }

// Run runs the jobs until ctx ends. Then nothing new begins, the job under way finishes and commits what it has read,
// and Run returns nil; an error says that a job did not finish in time, or that the schedule cannot be.
func (d *Daemon) Run(ctx context.Context) error {
	defer d.endIntake()
	d.Attach(d.pollPart())
	d.enter(starting)
	if err := d.schedule(); err != nil {
		return err
	}
	if err := d.startHooks(ctx); err != nil {
		return err
	}
	if err := d.startParts(ctx); err != nil {
		<-d.stopHooks(ctx)
		return err
	}
	if err := d.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		<-d.stopHooks(ctx)
		return errors.Join(err, d.stopParts(ctx))
	}
	d.logSchedule()
	d.enter(running)
	if d.options().Running != nil {
		d.options().Running()
	}
	<-ctx.Done()
	return d.stop(context.WithoutCancel(ctx))
}

// stop ends the parts, which take nothing in any more, then lets the jobs finish, all within StopAfter.
func (d *Daemon) stop(ctx context.Context) error {
	d.enter(stopping)
	d.reloading.Lock() // one under way ends, with ctx of Run at the latest
	defer d.reloading.Unlock()
	log, patience := d.options().Log, d.options().StopAfter
	log.Info("stopping")
	deadline, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	hooks := d.stopHooks(deadline)
	partsErr := d.stopParts(deadline)
	err := d.jobs.Stop(deadline)
	<-hooks
	if err != nil {
		return errors.Join(fmt.Errorf("stop after %s: %w", patience, err), d.jobs.Stop(ctx), partsErr)
	}
	log.Info("stopped")
	return partsErr
}

// logSchedule says when each job is due next; of many jobs at the level debug.
func (d *Daemon) logSchedule() {
	const many = 20
	log, jobs, level := d.options().Log, d.jobs.Status(), slog.LevelInfo
	if len(jobs) > many {
		log.Info("jobs are scheduled", "jobs", len(jobs))
		level = slog.LevelDebug
	}
	for _, j := range jobs {
		log.Log(context.Background(), level, "job is scheduled", "job", j.Name, "spec", j.Spec, "next", j.Next.Format(time.RFC3339))
	}
}
