package webhook

import "time"

const (
	firstPause   = 2 * time.Second
	longestPause = 10 * time.Minute
	// maxRefused is how often a delivery may be refused before it is buried.
	maxRefused = 5
)

// pause is how long an endpoint is left alone after so many failures in a row, one at least: twice as long each time, of
// which the second half is drawn, so that endpoints of one server that came back are not all asked at once.
func pause(failures int, jitter func(time.Duration) time.Duration) time.Duration {
	whole := longestPause
	if n := failures - 1; n < 16 {
		whole = min(firstPause<<n, longestPause)
	}
	return whole/2 + jitter(whole/2)
}

// answered books how an attempt at the pending delivery ended, and tells what became of the delivery.
func (s *state) answered(a answer, now time.Time, maxAge time.Duration, jitter func(time.Duration) time.Duration) (buried bool) {
	p := s.Pending
	p.Attempts++
	if a.verdict == delivered {
		s.Cursor, s.Pending = p.Through, nil
		s.Failures, s.FailingSince, s.Next = 0, time.Time{}, time.Time{}
		s.Deliveries++
		s.Delivered += uint64(len(p.Seqs))
		s.LastSuccess = now
		return false
	}
	s.Failures++
	if s.FailingSince.IsZero() {
		s.FailingSince = now
	}
	s.LastFailure, s.LastError = now, a.reason
	s.Next = now.Add(max(pause(s.Failures, jitter), a.after))
	switch a.verdict {
	case gone:
		s.Disabled = a.reason
	case refused:
		if p.Refused++; p.Refused >= maxRefused {
			s.bury(now, a.reason)
			return true
		}
	default:
		// A delivery that is younger than that gets its chance, however long the endpoint has failed for the ones before.
		if now.Sub(s.FailingSince) >= maxAge && now.Sub(p.Youngest) >= maxAge {
			s.bury(now, a.reason)
			return true
		}
	}
	return false
}
