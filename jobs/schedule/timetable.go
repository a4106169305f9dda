package schedule

import (
	"hash/fnv"
	"sync"
	"time"
)

// timetable says when one job fires, on the wall clock of the scheduler. It stands between cron, which knows the clock of
// the machine only, and the spec: it moves every firing by the job's jitter, and it survives a step of the clock.
//
// Its mutex is never held while cron is called: cron calls Next from its own goroutine.
type timetable struct {
	clock  *wall
	spec   *Spec
	jitter time.Duration

	mu     sync.Mutex
	due    time.Time // the next firing; zero before the first is asked for
	resume bool      // the next call of Next gives due again, past or not
}

// Next is asked by cron when the job is entered and each time it fires. now is the machine's.
func (t *timetable) Next(now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	offset := t.clock.offset()
	if !t.resume {
		t.due = t.next(now.Add(offset))
	}
	t.resume = false
	if t.due.IsZero() {
		return time.Time{}
	}
	return t.due.Add(-offset)
}

// next is the first firing after a time.
func (t *timetable) next(after time.Time) time.Time {
	if t.spec.distance() {
		// A distance counts from the last firing, so that only the first one is moved.
		next := t.spec.Next(after)
		if t.due.IsZero() {
			next = next.Add(t.jitter)
		}
		return next
	}
	next := t.spec.Next(after.Add(-t.jitter))
	if next.IsZero() {
		return next
	}
	return next.Add(t.jitter)
}

// overdue says whether the job was due between its last success and now.
func (t *timetable) overdue(last, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := t.spec.Next(last)
	if !t.spec.distance() {
		next = t.next(last)
	}
	return !next.IsZero() && !next.After(now)
}

// step prepares for being entered anew after the clock went from one time to another. Forwards what is due stays due,
// so that a job whose time was stepped over runs, once. Backwards a spec of the calendar is due at its next time
// there, and a distance as far away as it was: neither waits for a time that was a mistake.
func (t *timetable) step(from, to time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.due.IsZero():
		return
	case to.After(from):
	case t.spec.distance():
		t.due = t.due.Add(to.Sub(from))
	default:
		t.due = t.next(to)
	}
	t.resume = true
}

// at is the next firing, in the zone of the spec.
func (t *timetable) at() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.due.IsZero() {
		return t.due
	}
	return t.due.In(t.spec.zone)
}

// jitterOf is how far the firings of a job are moved, from 0 to under most: always the same of one name and seed, so
// that jobs of one spec are spread and each keeps its distance.
func jitterOf(seed uint64, name string, most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	h := fnv.New64a()
	var b [8]byte
	for i := range b {
		b[i] = byte(seed >> (8 * i))
	}
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(name))
	// The low bits of names that differ in their last letter are alike.
	sum := h.Sum64()
	sum ^= sum >> 33
	sum *= 0xff51afd7ed558ccd
	sum ^= sum >> 33
	return time.Duration(sum % uint64(most)).Truncate(min(most, 100*time.Millisecond))
}
