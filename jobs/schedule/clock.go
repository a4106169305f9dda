package schedule

import (
	"sync"
	"time"
)

const (
	// stepEvery is how often the clock is looked at. A machine that slept is late by no more than this.
	stepEvery = time.Minute
	// stepFrom is what counts as a step; a clock that is only corrected slowly moves by a few hundredths a minute.
	stepFrom = 2 * time.Second
)

// wall is the clock by which jobs are due. It differs from the machine's where a test steps it.
type wall struct {
	now func() time.Time

	mu    sync.Mutex
	ahead time.Duration // of the machine's clock
	last  time.Time     // what it showed when it was looked at last
	since time.Time     // the machine's clock at that moment, with the monotonic reading that no step touches
}

func newWall(now func() time.Time) *wall {
	if now == nil {
		now = time.Now
	}
	return &wall{now: now}
}

// offset is how far the clock is ahead of the machine's. It only changes in look, so that what is due does not move by the
// time that asking takes.
func (w *wall) offset() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ahead
}

// look reads the clock, and says what it should show and what it shows. They differ by stepFrom or more where it was
// stepped or the machine slept.
func (w *wall) look() (from, to time.Time, stepped bool) {
	to = w.now().Round(0)
	machine := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	from = to
	first := w.since.IsZero()
	if !first {
		from = w.last.Add(machine.Sub(w.since))
	}
	w.last, w.since = to, machine
	stepped = to.Sub(from).Abs() >= stepFrom
	if first || stepped {
		// What is left of reading two clocks one after the other is no difference.
		if w.ahead = to.Sub(machine.Round(0)); w.ahead.Abs() < 100*time.Millisecond {
			w.ahead = 0
		}
	}
	return from, to, stepped
}

// time is what the clock shows, as far as is known since it was looked at last.
func (w *wall) time() time.Time { return time.Now().Add(w.offset()) }

// watch looks at the clock until the scheduler is stopped or the context of its jobs ends.
func (s *Scheduler) watch(ended <-chan struct{}) {
	tick := time.NewTicker(stepEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-ended:
			return
		case <-tick.C:
			if from, to, stepped := s.clock.look(); stepped {
				s.stepped(from, to)
			}
		}
	}
}

// stepped enters every job anew. Cron would wait for times that are long past, or years away.
func (s *Scheduler) stepped(from, to time.Time) {
	s.entering.Lock()
	defer s.entering.Unlock()
	s.mu.Lock()
	jobs := s.current()
	stopped := s.stopped
	s.mu.Unlock()
	if stopped {
		return
	}
	for _, j := range jobs {
		s.cron.Remove(j.entry)
		j.times.step(from, to)
		s.enter(j)
	}
	s.cron.Entries() // see Start
	if s.options.Stepped != nil {
		s.options.Stepped(to.Sub(from))
	}
}
