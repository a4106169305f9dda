package schedule

import "fmt"

// Replace puts other jobs in the place of all. A job that keeps its name keeps what is known of it, and when it is due
// unless its spec or jitter is another; one that is new is caught up with as at the start. What runs is not disturbed, and
// a job that is gone ends its run. On an error nothing has changed.
func (s *Scheduler) Replace(jobs []Job) error {
	names := make(map[string]bool, len(jobs))
	for i := range jobs {
		if err := jobs[i].check(); err != nil {
			return err
		}
		if names[jobs[i].Name] {
			return fmt.Errorf("job %q: the name is taken", jobs[i].Name)
		}
		names[jobs[i].Name] = true
	}
	s.entering.Lock()
	defer s.entering.Unlock()
	s.mu.Lock()
	if s.stopped || s.ctx == nil {
		s.mu.Unlock()
		return ErrStopped
	}
	known := make(map[string]*job, len(s.jobs))
	for _, j := range s.jobs {
		known[j.Name] = j
	}
	var next, fresh, enter, remove []*job
	for _, as := range jobs {
		j := known[as.Name]
		switch {
		case j == nil:
			j = s.newJob(as)
			fresh, enter = append(fresh, j), append(enter, j)
		case j.gone:
			s.become(j, as)
			j.gone = false
			enter = append(enter, j)
		default:
			was := j.times
			if s.become(j, as); j.times != was {
				remove, enter = append(remove, j), append(enter, j)
			}
		}
		next = append(next, j)
	}
	for _, j := range s.jobs {
		if !names[j.Name] {
			if !j.gone {
				remove = append(remove, j)
			}
			if j.gone = true; j.busy > 0 {
				next = append(next, j)
			}
		}
	}
	s.jobs = next
	s.mu.Unlock()
	for _, j := range remove {
		s.cron.Remove(j.entry)
	}
	for _, j := range enter {
		s.enter(j)
	}
	s.cron.Entries() // see Start
	s.catchUp(fresh, s.clock.time())
	return nil
}
