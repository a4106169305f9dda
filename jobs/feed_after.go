package jobs

import (
	"errors"
	"hash/fnv"
	"net/http"
	"strings"
	"time"

	"github.com/samestory/samestory/jobs/source/feed"
	"github.com/samestory/samestory/jobs/source/fetch"
)

const (
	// longestPause is how long a feed that fails is left alone at most.
	longestPause = 24 * time.Hour
	// firstPause is how long it is left alone after the second failure in a row; the first may be nothing.
	firstPause = 10 * time.Minute
)

// succeeded notes a poll that was answered as it should be.
func (q *poll) succeeded(r *fetch.Response) {
	s := &q.state
	s.LastSuccess = q.now
	s.Failures, s.Fault, s.Error, s.Waits, s.Gone = 0, "", "", false, false
	s.NextTry = q.feed.next(q.now)
	if q.asked(r.RetryAfter) {
		s.Waits, s.NextTry = true, later(s.NextTry, s.AskedUntil)
	}
}

// asked notes how long the server wants to be left alone, which holds for a day at most.
func (q *poll) asked(wait time.Duration) bool {
	q.state.AskedUntil = time.Time{}
	if wait = min(wait, longestPause); wait > 0 {
		q.state.AskedUntil = q.now.Add(wait)
	}
	return wait > 0
}

// refused notes an answer that is none, or none at all.
func (q *poll) refused(err error) {
	s := &q.state
	s.Status = 0
	var wait time.Duration
	if status, ok := errors.AsType[*fetch.StatusError](err); ok {
		s.Status, wait = status.Code, status.RetryAfter
		if status.Code == http.StatusGone {
			s.Gone = true
		}
	}
	q.failed(fetch.Kind(err), err, wait)
}

// failed notes what went wrong, and how long the feed is left alone. It waits as long as its server asks, and the longer
// the more often it failed.
func (q *poll) failed(fault string, err error, wait time.Duration) {
	s := &q.state
	s.Failures++
	s.Fault, s.Error = fault, strings.ToValidUTF8(err.Error(), "\uFFFD")
	if len(s.Error) > 500 {
		s.Error = strings.ToValidUTF8(s.Error[:500], "") + "…"
	}
	q.asked(wait)
	wait = max(min(wait, longestPause), pauseAfter(q.feed.Name, s.Failures))
	s.Waits = wait > 0
	s.NextTry = q.feed.next(q.now)
	if s.Waits {
		s.NextTry = later(s.NextTry, q.now.Add(wait))
	}
	if s.Gone {
		s.NextTry = time.Time{}
	}
}

// pauseAfter doubles with every failure up to a day. Feeds that failed together are drawn apart, each always to the same
// place, by up to a quarter.
func pauseAfter(name string, failures int) time.Duration {
	if failures < 2 {
		return 0
	}
	pause := longestPause
	if n := failures - 2; n < 12 {
		pause = min(pause, firstPause<<n)
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return pause - time.Duration(uint64(pause)/4*uint64(h.Sum32()%1024)/1024)
}

// next is when the schedule of a feed fires after a time; zero without one.
func (f *Feed) next(after time.Time) time.Time {
	if f.Spec == nil {
		return time.Time{}
	}
	return f.Spec.Next(after).UTC()
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// faultOf is the word for a document that is no feed.
func faultOf(err error) string {
	var page *feed.PageError
	switch {
	case errors.As(err, &page):
		return "page"
	case errors.Is(err, feed.ErrEmpty):
		return "empty"
	case errors.Is(err, feed.ErrBroken):
		return "broken"
	}
	return "not_feed"
}
