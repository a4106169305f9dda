package schedule

// Yield lets the others of a group have their turns in the middle of a job's own, and returns when it is the job's again,
// with whether there is a reason to go on: not when the scheduler is stopping. Only a job of the group that is running may
// call it, between two things of which each leaves everything in order.
func (s *Scheduler) Yield(group string) bool {
	s.mu.Lock()
	gate, stopped := s.groups[group], s.stopped
	s.mu.Unlock()
	if gate == nil || stopped {
		return !stopped
	}
	<-gate // whoever waits is let in before the next line
	gate <- struct{}{}
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.stopped
}
