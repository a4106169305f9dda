package embed

import (
	"fmt"
	"sync"
	"time"
)

const (
	breakerFailures = 3 // in a row, after their retries
	breakerPause    = 30 * time.Second
	breakerMost     = 15 * time.Minute
)

// breaker leaves a server alone that fails again and again: each time twice as long, until one request succeeds.
type breaker struct {
	now func() time.Time

	lock   sync.Mutex
	failed int // in a row
	pause  time.Duration
	until  time.Time
	why    error
}

// OpenError says that the server was not asked because it failed before.
type OpenError struct {
	Until time.Time
	Err   error // the failure that opened the breaker
}

func (e *OpenError) Error() string {
	return fmt.Sprintf("not asked until %s: %v", e.Until.UTC().Format("15:04:05Z"), e.Err)
}

func (e *OpenError) Unwrap() error { return e.Err }

// check returns an error while the server is left alone.
func (b *breaker) check() error {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.now().Before(b.until) {
		return &OpenError{b.until, b.why}
	}
	return nil
}

// worked closes the breaker.
func (b *breaker) worked() {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.failed, b.pause, b.until, b.why = 0, 0, time.Time{}, nil
}

// broke notes a failure; hopeless ones open the breaker at once. wait, where not zero, is what the server asked for.
func (b *breaker) broke(err error, hopeless bool, wait time.Duration) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.failed++
	if !hopeless && wait == 0 && b.failed < breakerFailures || b.now().Before(b.until) {
		return
	}
	b.pause = min(max(2*b.pause, breakerPause), breakerMost)
	b.until, b.why = b.now().Add(max(b.pause, min(wait, breakerMost))), err
}
