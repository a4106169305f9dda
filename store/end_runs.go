package store

import "fmt"

// runsLookedAt is how many of the latest runs are looked at when a store is opened: those of weeks, so that also a clock that
// was set back for a day hides none.
const runsLookedAt = 1000

// diedWithProcess is the error of a run whose process was killed.
const diedWithProcess = "the process ended before the run did"

// endRuns writes down that the runs which are under way by their records were interrupted. Only a store that has just been
// opened can say so: whoever worked at them held it before, and is gone.
func (s *Store) endRuns() error {
	v := s.View()
	defer v.Close()
	var left []Run
	n := 0
	for r, err := range v.Runs() {
		if err != nil {
			return fmt.Errorf("look for runs that were killed: %w", err)
		}
		if r.Status == RunRunning {
			left = append(left, r)
		}
		if n++; n == runsLookedAt {
			break
		}
	}
	if left == nil {
		return nil
	}
	_, err := s.change(func(p *plan) error {
		for i := range left {
			r := &left[i]
			r.Status, r.Error = RunInterrupted, diedWithProcess
			p.put(keyRun(r.Started, r.ID), encodeRun(r))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("end the runs that were killed: %w", err)
	}
	return nil
}
