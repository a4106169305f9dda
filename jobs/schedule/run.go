package schedule

import (
	"context"
	"fmt"
	"slices"
)

// begin is one firing of the clock; cron has given it a goroutine.
func (s *Scheduler) begin(j *job) {
	s.mu.Lock()
	if s.stopped || j.gone || s.ctx.Err() != nil {
		s.mu.Unlock()
		return
	}
	s.runs.Add(1)
	s.mu.Unlock()
	defer s.runs.Done()
	s.let(j)
}

// let runs a job unless it runs.
func (s *Scheduler) let(j *job) {
	s.mu.Lock()
	j.busy++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		j.busy--
	}()
	j.wrapped.Run()
}

// Trigger runs a job now and waits for its end. The error is the job's own, or ErrUnknownJob, ErrRunning or ErrStopped.
// Where ctx ends first the run goes on, and Trigger returns the context's error.
func (s *Scheduler) Trigger(ctx context.Context, name string) (Result, error) {
	s.mu.Lock()
	at := slices.IndexFunc(s.jobs, func(j *job) bool { return j.Name == name && !j.gone })
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
		s.let(j)
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
	gate, ctx := s.groups[j.Group], s.ctx
	j.status.Waiting = gate != nil
	s.mu.Unlock()
	if gate != nil {
		select {
		case gate <- struct{}{}:
			defer func() { <-gate }()
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			j.status.Waiting = false
			return
		}
	}
	s.mu.Lock()
	do := j.Run // what Replace has brought while the job waited is what runs
	j.status.Waiting, j.status.Running = false, true
	j.status.Last.Started = s.clock.time()
	s.mu.Unlock()
	s.ended(j, do(ctx))
}

// ended books a run. It is called once for each, by run or by the recovery from its panic.
func (s *Scheduler) ended(j *job, err error) {
	s.mu.Lock()
	j.status.Running = false
	j.status.Runs++
	if err != nil {
		j.status.Failed++
	}
	j.status.Last = Result{Job: j.Name, Started: j.status.Last.Started, Ended: s.clock.time(), Err: err}
	result := j.status.Last
	s.mu.Unlock()
	if s.options.Ended != nil {
		s.options.Ended(result)
	}
}
