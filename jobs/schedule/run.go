package schedule

import (
	"context"
	"fmt"
	"slices"
	"time"
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
	s.due(j)
}

// due runs a job whose time has come, or counts that it could not since it runs.
func (s *Scheduler) due(j *job) {
	if s.let(j) {
		return
	}
	s.mu.Lock()
	j.status.Skipped++
	name, total := j.status.Name, j.status.Skipped
	s.mu.Unlock()
	if s.options.Skipped != nil {
		s.options.Skipped(name, total)
	}
}

// let runs a job unless it runs, and tells whether it did. cron.SkipIfStillRunning would do, but for not telling who is
// turned away: the clock, or somebody who asked and is told.
func (s *Scheduler) let(j *job) (ran bool) {
	s.mu.Lock()
	j.busy++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		j.busy--
	}()
	select {
	case j.running <- struct{}{}:
	default:
		return false
	}
	defer func() { <-j.running }()
	j.wrapped.Run()
	return true
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
	s.runs.Add(1)
	s.mu.Unlock()
	done := make(chan bool, 1)
	go func() {
		defer s.runs.Done()
		done <- s.let(j)
	}()
	ran := false
	select {
	case ran = <-done:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ran {
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
	j.status.Last.Started, j.begun = s.clock.time(), time.Now()
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
	started := j.status.Last.Started
	j.status.Last = Result{Job: j.Name, Started: started, Ended: started.Add(time.Since(j.begun)), Err: err}
	result := j.status.Last
	s.mu.Unlock()
	if s.options.Ended != nil {
		s.options.Ended(result)
	}
}
