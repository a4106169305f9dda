package sim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/fetch"
	"github.com/samestory/samestory/store"
)

// errKilled is what a process would not live to see.
var errKilled = errors.New("killed")

// stopAfter is how long the daemon may take to stop; a slow disk can make it take longer.
const stopAfter = 30 * time.Second

// world is everything around a daemon, and the daemon while it runs.
type world struct {
	*testing.T
	dir   string
	zone  *time.Location
	press *press
	net   *network
	diary *diary

	served  bool          // the daemon takes in what is pushed
	batches int           // that were written for backfills
	ticks   string        // cron spec
	keeps   time.Duration // how long texts are kept; 0: for ever
	expired map[string]store.StoryRecord

	skew      atomic.Int64 // of the daemon's clock
	asked     atomic.Int64 // how often it was read
	full      atomic.Bool  // the disk is
	slow      atomic.Bool  // the disk is
	panicked  atomic.Bool  // the next job asks the clock in vain
	countdown atomic.Int64 // steps until the process is killed, if positive
	died      chan struct{}
	nudge     func() // called in the middle of what takes long; may be nil

	generation int
	store      *store.Store
	daemon     *jobs.Daemon
	box        *inbox.Inbox  // nil where nothing is pushed
	client     *fetch.Client // nil where nothing is fetched
	cancel     context.CancelFunc
	done       chan error
	last       kept
}

func newWorld(t *testing.T, zone *time.Location) *world {
	var dir string
	if *simKeep == "" {
		dir = folder(t)
	} else {
		var err error
		if dir, err = os.MkdirTemp(*simKeep, "samestory-sim-"); err != nil {
			t.Fatal(err)
		}
	}
	return &world{
		T: t, dir: dir, zone: zone, net: newNetwork(), diary: &diary{dir: dir, count: map[string]int{}}, died: make(chan struct{}, 1),
		ticks: tickSpecs[0], expired: map[string]store.StoryRecord{},
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// now is the time of the machine.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.skew.Load())) }

// daemonsNow is now, which panics once where a job asks.
func (w *world) daemonsNow() time.Time {
	if w.panicked.Load() && insideJob() && w.panicked.CompareAndSwap(true, false) {
		panic("the clock broke")
	}
	// Two runs never begin in the same nanosecond, by which they are known, also where the clock is set back.
	return w.now().Add(time.Duration(w.asked.Add(1)))
}

// insideJob tells whether the caller is run by the scheduler, which survives it.
func insideJob() bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "schedule.(*Scheduler).run") {
			return true
		}
		if !more {
			return false
		}
	}
}

func (w *world) db() string { return filepath.Join(w.dir, fmt.Sprintf("db-%d", w.generation)) }

// unhurried are the steps that a slow disk draws out. In the others no snapshot can be taken: who waits for one waits for a
// lock, and while somebody does the time of a bubble stands still.
var unhurried = []string{
	store.StepPlanned, store.StepStaged, store.StepSynced, store.StepBegun, store.StepRows, store.StepTidied, store.StepFlattened,
}

// seams are where the world meets the store.
func (w *world) seams() store.Seams {
	return store.Seams{
		Still: true, Transaction: 3 << 10,
		Free: func(string) (int64, error) {
			if w.full.Load() {
				return 0, nil
			}
			return 1 << 40, nil
		},
		Step: func(name string) error {
			if w.diary.dead.Load() {
				return errKilled
			}
			if w.slow.Load() && slices.Contains(unhurried, name) {
				if w.nudge != nil {
					w.nudge()
				}
				time.Sleep(9370 * time.Millisecond)
			}
			if w.countdown.Load() > 0 && w.countdown.Add(-1) == 0 {
				w.diary.say("killed at %s", name)
				w.diary.tally("killed at " + name)
				w.kill()
				w.died <- struct{}{}
				return errKilled
			}
			return nil
		},
	}
}

// kill makes the copy that the next process finds.
func (w *world) kill() {
	from := w.db()
	w.diary.dead.Store(true)
	if err := snapshot(from, filepath.Join(w.dir, fmt.Sprintf("db-%d", w.generation+1))); err != nil {
		w.Errorf("copy the store: %v", err)
	}
}

func (w *world) spec(s string) *schedule.Spec {
	spec, err := schedule.Parse(s, w.zone)
	if err != nil {
		w.Fatal(err)
	}
	return spec
}

// start opens the store and runs a daemon over it.
func (w *world) start() {
	w.Helper()
	var err error
	w.full.Store(false) // whoever starts the daemon has seen to it
	w.store, err = store.Open(w.Context(), w.db(), store.Options{
		Create: w.generation == 0, Params: store.Header{Features: cluster.FeaturesVersion}, MinFree: 1, Seams: w.seams(),
		Log: slog.New(w.diary),
	})
	if err != nil {
		w.Fatalf("open the store: %v", err)
	}
	ctx, cancel := context.WithCancel(w.Context())
	w.cancel, w.done = cancel, make(chan error, 1)
	if w.served {
		w.client = w.fetcher()
	}
	d := jobs.NewDaemon(w.store, w.options())
	w.daemon = d
	if w.served {
		if err := w.serve(d); err != nil {
			w.Fatal(err)
		}
	}
	go func() { w.done <- d.Run(ctx) }()
	synctest.Wait()
}

func (w *world) options() jobs.DaemonOptions {
	params := cluster.DefaultParams()
	params.Workers = 2
	o := jobs.DaemonOptions{
		Params: params, Residents: 100_000, CatchUp: true, StopAfter: stopAfter, Clock: w.daemonsNow, Log: slog.New(w.diary),
		Sample: time.Minute, Tick: w.spec(w.ticks), Settle: w.spec("30 2 * * *"), Maintenance: w.spec("30 1 * * 0"),
		Backup: jobs.Backup{Spec: w.spec("10 4 * * *"), Dir: filepath.Join(w.dir, "backups"), FullEvery: 7 * 24 * time.Hour, Keep: 2},
	}
	for _, f := range folders {
		o.Inputs = append(o.Inputs, jobs.Scheduled{Input: jobs.Input{Name: f, Spec: source.Spec{
			Paths: []string{filepath.Join(w.dir, f)}, Follow: true, Options: source.Options{Language: text.Language},
		}}})
	}
	if w.keeps > 0 {
		o.Retention = jobs.Retention{Spec: w.spec("50 3 * * *"), Age: w.keeps}
	}
	if w.served {
		o.Feeds, o.Fetch, o.PollPending = w.feedsOf(w.press.sites), w.client, pendingMost
	}
	return o
}

// tickSpecs are what a reload chooses from. Acts are never at a whole minute, and no feed is asked in the minute of a tick: one
// whose stories wait is not asked again, and which of the two came first would be for the machine to say.
var tickSpecs = []string{"*/20 * * * *", "*/12 * * * *", "14-59/30 * * * *"}

// reload gives the daemon that runs other options.
func (w *world) reload(n int) {
	w.Helper()
	w.ticks = tickSpecs[n%len(tickSpecs)]
	if err := w.daemon.Reload(w.Context(), w.options()); err != nil && !w.diary.dead.Load() {
		w.Errorf("reload: %v", err)
	}
}

// stop ends the daemon as a service manager does and closes the store.
func (w *world) stop() {
	w.Helper()
	w.cancel()
	if err := <-w.done; err != nil && !w.diary.dead.Load() {
		// On a slow disk it may have to give up waiting; then it has said so, and waited all the same.
		if !errors.Is(err, schedule.ErrStillRunning) {
			w.Errorf("the daemon stopped with %v", err)
		}
		w.diary.tally("late stop")
	}
	if err := w.store.Close(); err != nil && !w.diary.dead.Load() {
		w.Errorf("close the store: %v", err)
	}
	w.store = nil
	if w.client != nil {
		w.client.Close()
	}
}

// bury ends what is left of a process that was killed; the next one lives on the copy.
func (w *world) bury() {
	w.stop()
	if err := os.RemoveAll(w.db()); err != nil {
		w.Error(err)
	}
	w.generation++
	w.diary.dead.Store(false)
}
