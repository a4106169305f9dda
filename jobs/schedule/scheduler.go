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
}

// Result is how one run ended.
type Result struct {
	Job            string
	Started, Ended time.Time // Started is when the job was let in, after its group
	Err            error     // of the job; a *PanicError where it panicked
}

// PanicError is a panic of a job.
type PanicError struct {
	Value any
	Stack string // of the goroutine that panicked
}

// Error names the value only; the stack is for the log.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Options are the hooks of a Scheduler. Each may be nil.
type Options struct {
	Ended   func(Result)                // after each run, also one that panicked
	Skipped func(job string, total int) // a run was due while the job was running; total so far
}

// Status is what a scheduler knows of a job.
type Status struct {
	Name    string
	Spec    string
	Next    time.Time // zero before Start and after Stop
	Running bool
	Runs    int // ended
	Failed  int // of them with an error or a panic
	Skipped int
	Last    Result // zero before the first run has ended
}

// Scheduler runs jobs. Jobs are added before Start.
type Scheduler struct {
	options Options
	cron    *cron.Cron

	mu      sync.Mutex
	jobs    []*job
	groups  map[string]chan struct{}
	ctx     context.Context // of the jobs, nil before Start
	cancel  context.CancelCauseFunc
	stopped bool
	runs    sync.WaitGroup // of every run, however it was started
}

// job is a Job with its state. The mutex of the scheduler guards status.
type job struct {
	Job
	status  Status
	wrapped cron.Job
	entry   cron.EntryID
}

// New makes a scheduler without jobs.
func New(o Options) *Scheduler {
	return &Scheduler{
		options: o,
		cron:    cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger)),
		groups:  map[string]chan struct{}{},
	}
}

// Add takes a job in. It fails for a job without name, spec or work, for a name that is taken, and after Start.
func (s *Scheduler) Add(j Job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case j.Name == "" || j.Spec == nil || j.Run == nil:
		return fmt.Errorf("job %q: name, spec and work are needed", j.Name)
	case s.ctx != nil || s.stopped:
		return fmt.Errorf("job %q: added after the start", j.Name)
	case slices.ContainsFunc(s.jobs, func(o *job) bool { return o.Name == j.Name }):
		return fmt.Errorf("job %q: the name is taken", j.Name)
	}
	added := &job{Job: j, status: Status{Name: j.Name, Spec: j.Spec.String()}}
	log := chainLog{s, added}
	// In this order a panic inside leaves SkipIfStillRunning unharmed; the other way round it would skip for ever.
	added.wrapped = cron.NewChain(cron.SkipIfStillRunning(log), cron.Recover(log)).Then(cron.FuncJob(func() { s.run(added) }))
	s.jobs = append(s.jobs, added)
	if j.Group != "" && s.groups[j.Group] == nil {
		s.groups[j.Group] = make(chan struct{}, 1)
	}
	return nil
}

// Start begins to run jobs, overdue ones at once, and those of one group in the order
// in which they were added. The context of every run comes
// from ctx: when that ends, runs are asked to wind down and none begins.
func (s *Scheduler) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx != nil || s.stopped {
		return errors.New("the scheduler was started before")
	}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	now := time.Now()
	for _, j := range s.jobs {
		j.entry = s.cron.Schedule(j.Spec.cronSchedule(), cron.FuncJob(func() { s.begin(j) }))
	}
	s.cron.Start()
	for _, line := range s.overdue(now) {
		s.runs.Add(1)
		go func() {
			defer s.runs.Done()
			for _, j := range line {
				j.wrapped.Run()
			}
		}()
	}
	return nil
}

// overdue returns the jobs to catch up with; those of a group are in one line, since they run one after the other.
func (s *Scheduler) overdue(now time.Time) [][]*job {
	var lines [][]*job
	at := map[string]int{}
	for _, j := range s.jobs {
		if !j.CatchUp || !j.LastSuccess.IsZero() && !j.Spec.Overdue(j.LastSuccess, now) {
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

// begin is one firing of the clock; cron has given it a goroutine.
func (s *Scheduler) begin(j *job) {
	s.mu.Lock()
	if s.stopped || s.ctx.Err() != nil {
		s.mu.Unlock()
		return
	}
	s.runs.Add(1)
	s.mu.Unlock()
	defer s.runs.Done()
	j.wrapped.Run()
}

// Trigger runs a job now and waits for its end. The error is the job's own, or ErrUnknownJob, ErrRunning or ErrStopped.
// Where ctx ends first the run goes on, and Trigger returns the context's error.
func (s *Scheduler) Trigger(ctx context.Context, name string) (Result, error) {
	s.mu.Lock()
	at := slices.IndexFunc(s.jobs, func(j *job) bool { return j.Name == name })
	switch {
	case at < 0:
		s.mu.Unlock()
		return Result{}, fmt.Errorf("%w: %q", ErrUnknownJob, name)
	case s.stopped || s.ctx == nil || s.ctx.Err() != nil:
		s.mu.Unlock()
		return Result{}, ErrStopped
	}
	j := s.jobs[at]
	runs, skipped := j.status.Runs, j.status.Skipped
	s.runs.Add(1)
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer s.runs.Done()
		defer close(done)
		j.wrapped.Run()
	}()
	select {
	case <-done:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.status.Runs == runs && j.status.Skipped > skipped {
		return Result{}, ErrRunning
	}
	return j.status.Last, j.status.Last.Err
}

// run is one run of a job that is let in. It panics on where the job does: the chain knows what to do with it.
func (s *Scheduler) run(j *job) {
	s.mu.Lock()
	gate := s.groups[j.Group]
	s.mu.Unlock()
	if gate != nil {
		select {
		case gate <- struct{}{}:
			defer func() { <-gate }()
		case <-s.ctx.Done():
			return
		}
	}
	s.mu.Lock()
	j.status.Running = true
	j.status.Last.Started = time.Now()
	s.mu.Unlock()
	s.ended(j, j.Run(s.ctx))
}

// ended books a run. It is called once for each, by run or by the recovery from its panic.
func (s *Scheduler) ended(j *job, err error) {
	s.mu.Lock()
	j.status.Running = false
	j.status.Runs++
	if err != nil {
		j.status.Failed++
	}
	j.status.Last = Result{Job: j.Name, Started: j.status.Last.Started, Ended: time.Now(), Err: err}
	result := j.status.Last
	s.mu.Unlock()
	if s.options.Ended != nil {
		s.options.Ended(result)
	}
}

// Status returns the jobs in the order in which they were added.
func (s *Scheduler) Status() []Status {
	next := map[cron.EntryID]time.Time{}
	for _, e := range s.cron.Entries() {
		next[e.ID] = e.Next
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Status, len(s.jobs))
	for i, j := range s.jobs {
		all[i] = j.status
		if s.ctx != nil && !s.stopped {
			all[i].Next = next[j.entry]
		}
	}
	return all
}

// Stop lets nothing begin any more and waits for what runs. When ctx ends first, the runs' contexts are cancelled and
// Stop returns an error that wraps ErrStillRunning and names the jobs; calling it again waits again.
func (s *Scheduler) Stop(ctx context.Context) error {
	s.mu.Lock()
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
