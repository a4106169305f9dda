package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// robotsAge is for how long a robots.txt holds, the most that RFC 9309 allows.
	robotsAge = 24 * time.Hour
	// robotsRetry is for how long a host whose robots.txt cannot be had is left alone.
	robotsRetry = time.Hour
	// robotsSize is what of one is read, the least that RFC 9309 asks for, in bytes.
	robotsSize = 500 << 10
	// robotsKept is how many are remembered.
	robotsKept = 1024
)

// robots remembers what hosts allow.
type robots struct {
	product string

	mu     sync.Mutex
	byHost map[string]*robotsFile
}

// robotsFile is that of one scheme, host and port.
type robotsFile struct {
	lock  chan struct{} // held by who reads or fetches; the rest is guarded by it
	rules *rules        // nil where it could not be had
	why   string        // it could not
	until time.Time

	asked time.Time // guarded by robots.mu
}

func newRobots(userAgent string) *robots {
	return &robots{product: robotsProduct(userAgent), byHost: map[string]*robotsFile{}}
}

// allowed fails with ErrRobots where the host of a page asks not to fetch it, or does not say because it is down. One that
// has no robots.txt allows everything.
func (c *Client) allowed(ctx context.Context, u *url.URL) error {
	f := c.robots.file(u.Scheme + "://" + u.Host)
	select {
	case f.lock <- struct{}{}:
		defer func() { <-f.lock }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if !time.Now().Before(f.until) {
		if err := c.readRobots(ctx, u, f); err != nil {
			return err
		}
	}
	switch {
	case f.rules == nil:
		return fmt.Errorf("%w: it cannot be had: %s", ErrRobots, f.why)
	case !f.rules.allows(u):
		return ErrRobots
	}
	if f.rules.delay > 0 {
		c.hosts.slow(hostName(u), f.rules.delay)
	}
	return nil
}

// readRobots fails only where the caller's time is over, which tells nothing of the host.
func (c *Client) readRobots(ctx context.Context, u *url.URL, f *robotsFile) error {
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User, Path: "/robots.txt"}
	res, err := c.follow(ctx, at, &Request{MaxBody: robotsSize, cut: true})
	status, answered := errors.AsType[*StatusError](err)
	switch now := time.Now(); {
	case err == nil:
		if res.Truncated { // half a line would be another rule
			res.Body = res.Body[:bytes.LastIndexAny(res.Body, "\r\n")+1]
		}
		f.rules, f.until = parseRobots(res.Body, c.robots.product), now.Add(robotsAge)
	case ctx.Err() != nil || errors.Is(err, ErrBusy):
		return err
	case answered && status.Code/100 == 4 && status.Code != http.StatusTooManyRequests:
		f.rules, f.until = &rules{}, now.Add(robotsAge)
	default:
		f.rules, f.why, f.until = nil, err.Error(), now.Add(robotsRetry)
		if answered && status.RetryAfter > 0 {
			f.until = now.Add(min(status.RetryAfter, robotsAge))
		}
	}
	return nil
}

// file is the one of an origin. The one that was asked for longest ago makes place for a new one; whoever reads it now
// keeps it.
func (r *robots) file(origin string) *robotsFile {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.byHost[origin]
	if f == nil {
		if len(r.byHost) >= robotsKept {
			var oldest string
			for name, one := range r.byHost {
				if oldest == "" || one.asked.Before(r.byHost[oldest].asked) {
					oldest = name
				}
			}
			delete(r.byHost, oldest)
		}
		f = &robotsFile{lock: make(chan struct{}, 1)}
		r.byHost[origin] = f
	}
	f.asked = time.Now()
	return f
}
