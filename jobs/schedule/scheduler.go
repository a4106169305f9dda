package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// Errors that callers branch on.
var (
	ErrUnknownJob   = errors.New("no such job")
	ErrRunning      = errors.New("the job is already running")
	ErrStopped      = errors.New("the scheduler has stopped")
	ErrStillRunning = errors.New("still running")
)

// Job is one thing to do again and again.
type Job struct {
	Name string // unique
	Spec *Spec
	// Run does the work. It has to return soon after ctx ends, with what it began either finished or undone.
	Run func(ctx context.Context) error
	// Group names jobs that wait for each other; empty: waits for none.
	Group string
	// CatchUp runs the job once at the start if it is overdue since LastSuccess; never having run is overdue too.
	CatchUp     bool
	LastSuccess time.Time
	// Jitter moves every firing of a calendar spec, and the first one of a distance, by up to so much: always by the same
	// for one name.
	Jitter time.Duration
}

// Result is how one run ended.
type Result struct {
	Job            string
	Started, Ended time.Time // from when the job was let in, after its group, for as long as it took, whatever the clock did
	Err            error     // of the job; a *PanicError where it panicked
}

// PanicError is a panic of a job.
type PanicError struct {
	Value any
	Stack string // of the goroutine that panicked
}

// Error names the value only; the stack is for the log.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Options are the hooks of a Scheduler and what it is told of the world. Each may be left out.
type Options struct {
	Ended   func(Result)                // after each run, also one that panicked
	Skipped func(job string, total int) // a run was due while the job was running; total so far
	Stepped func(by time.Duration)      // the clock was stepped, or the machine slept; the jobs are planned anew
	Clock   func() time.Time            // by which jobs are due; nil: the machine's
	Seed    uint64                      // of jitter, best another one on each machine
}

// Status is what a scheduler knows of a job.
type Status struct {
	Name    string
	Spec    string
	Next    time.Time // zero before Start and after Stop
	Running bool
	Waiting bool // for the others of its group
	Runs    int  // ended
	Failed  int  // of them with an error or a panic
	Skipped int
	Last    Result // zero before the first run has ended
}

// Scheduler runs jobs. Jobs are added before Start; Replace changes them later.
type Scheduler struct {
	options Options
	cron    *cron.Cron
	clock   *wall

	// entering is held while jobs are entered into cron, and taken before mu. Cron is never called with mu held: its
	// goroutine may wait for mu.
	entering sync.Mutex

	mu      sync.Mutex
	jobs    []*job // those that are gone too, as long as they run
	groups  map[string]chan struct{}
	ctx     context.Context // of the jobs, nil before Start
	cancel  context.CancelCauseFunc
	done    chan struct{} // closed by Stop
	stopped bool
	runs    sync.WaitGroup // of every run, however it was started
}

// job is a Job with its state. The mutex of the scheduler guards all but entry, which entering guards, running and wrapped.
type job struct {
	Job
	times   *timetable
	status  Status
	begun   time.Time     // of the run, by the machine
	busy    int           // runs that have begun or wait
	gone    bool          // taken out by Replace
	running chan struct{} // full while it runs
	wrapped cron.Job
	entry   cron.EntryID
}

// New makes a scheduler without jobs.
func New(o Options) *Scheduler {
	return &Scheduler{
		options: o, clock: newWall(o.Clock), done: make(chan struct{}),
		cron:   cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger)),
		groups: map[string]chan struct{}{},
	}
}

// Add takes a job in. It fails for a job without name, spec or work, for a name that is taken, and after Start.
func (s *Scheduler) Add(j Job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := j.check(); err != nil {
		return err
	}
	switch {
	case s.ctx != nil || s.stopped:
		return fmt.Errorf("job %q: added after the start", j.Name)
	case slices.ContainsFunc(s.jobs, func(o *job) bool { return o.Name == j.Name }):
		return fmt.Errorf("job %q: the name is taken", j.Name)
	}
	s.jobs = append(s.jobs, s.newJob(j))
	return nil
}

func (j *Job) check() error {
	if j.Name == "" || j.Spec == nil || j.Run == nil {
		return fmt.Errorf("job %q: name, spec and work are needed", j.Name)
	}
	return nil
}

// newJob makes the state of a job. The mutex is held.
func (s *Scheduler) newJob(j Job) *job {
	made := &job{status: Status{Name: j.Name}, running: make(chan struct{}, 1)}
	s.become(made, j)
	made.wrapped = cron.NewChain(cron.Recover(chainLog{s, made})).Then(cron.FuncJob(func() { s.run(made) }))
	return made
}

// become lets a job do what another one says, from its next run on. The mutex is held.
func (s *Scheduler) become(j *job, as Job) {
	if j.times == nil || !j.Spec.equal(as.Spec) || j.Jitter != as.Jitter || j.gone {
		j.times = &timetable{clock: s.clock, spec: as.Spec, jitter: jitterOf(s.options.Seed, as.Name, as.Jitter)}
	}
	j.Job, j.status.Spec = as, as.Spec.String()
	if as.Group != "" && s.groups[as.Group] == nil {
		s.groups[as.Group] = make(chan struct{}, 1)
	}
}

// Start begins to run jobs, overdue ones at once, and those of one group in the order
// in which they were added. The context of every run comes
// from ctx: when that ends, runs are asked to wind down and none begins.
func (s *Scheduler) Start(ctx context.Context) error {
	s.entering.Lock()
	defer s.entering.Unlock()
	s.mu.Lock()
	if s.ctx != nil || s.stopped {
		s.mu.Unlock()
		return errors.New("the scheduler was started before")
	}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	jobs := slices.Clone(s.jobs)
	s.mu.Unlock()
	_, now, _ := s.clock.look()
	for _, j := range jobs {
		s.enter(j)
	}
	s.cron.Start()
	s.cron.Entries() // answered when cron has asked every timetable
	go s.watch(ctx.Done())
	s.catchUp(jobs, now)
	return nil
}

// enter gives a job to cron, which asks its timetable. entering is held.
func (s *Scheduler) enter(j *job) {
	j.entry = s.cron.Schedule(j.times, cron.FuncJob(func() { s.begin(j) }))
}

// current are the jobs that are not gone. The mutex is held.
func (s *Scheduler) current() []*job {
	return slices.DeleteFunc(slices.Clone(s.jobs), func(j *job) bool { return j.gone })
}

// catchUp runs those of the jobs that are overdue.
func (s *Scheduler) catchUp(jobs []*job, now time.Time) {
	s.mu.Lock()
	lines := overdue(jobs, now)
	s.runs.Add(len(lines))
	s.mu.Unlock()
	for _, line := range lines {
		go func() {
			defer s.runs.Done()
			for _, j := range line {
				s.due(j)
			}
		}()
	}
}

// overdue returns the jobs to catch up with; those of a group are in one line, since they run one after the other.
func overdue(jobs []*job, now time.Time) [][]*job {
	var lines [][]*job
	at := map[string]int{}
	for _, j := range jobs {
		if !j.CatchUp || !j.LastSuccess.IsZero() && !j.times.overdue(j.LastSuccess, now) {
			continue
		}
		i, ok := at[j.Group]
		if !ok || j.Group == "" {
			i = len(lines)
			lines = append(lines, nil)
			at[j.Group] = i
		}
		lines[i] = append(lines[i], j)
	}
	return lines
}

// Status returns the jobs in the order in which they were added or put in place.
func (s *Scheduler) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	jobs := s.current()
	all := make([]Status, len(jobs))
	for i, j := range jobs {
		all[i] = j.status
		if s.ctx != nil && !s.stopped {
			all[i].Next = j.times.at()
		}
	}
	return all
}

// Responds says whether the clockwork of a scheduler that was started still turns: nil, or ctx's error where it gave no
// answer until then.
func (s *Scheduler) Responds(ctx context.Context) error {
	answer := make(chan struct{})
	go func() {
		defer close(answer)
		s.cron.Entries() // by the goroutine that fires
		s.Status()
	}()
	select {
	case <-answer:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop lets nothing begin any more and waits for what runs. When ctx ends first, the runs' contexts are cancelled and
// Stop returns an error that wraps ErrStillRunning and names the jobs; calling it again waits again.
func (s *Scheduler) Stop(ctx context.Context) error {
	s.mu.Lock()
	if !s.stopped {
		close(s.done)
	}
	s.stopped = true
	started := s.ctx != nil
	s.mu.Unlock()
	if !started {
		return nil
	}
	s.cron.Stop()
	done := make(chan struct{})
	go func() {
		s.runs.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.cancel(ErrStopped)
		return nil
	case <-ctx.Done():
	}
	s.cancel(ErrStopped)
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, j := range s.jobs {
		if j.status.Running {
			names = append(names, j.Name)
		}
	}
	return fmt.Errorf("%w: %s", ErrStillRunning, strings.Join(names, ", "))
}
