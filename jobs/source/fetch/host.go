package fetch

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// hosts says whose turn it is with each host.
type hosts struct {
	rate       rate.Limit
	burst      int
	concurrent int

	mu     sync.Mutex
	byName map[string]*host
	sweep  int // the number of hosts at which those that are not needed are dropped
}

// host is what is known of one.
type host struct {
	slots chan struct{}
	limit *rate.Limiter

	// Guarded by hosts.mu.
	users int       // who hold or wait for a slot
	used  time.Time // when the last of them was done
	free  time.Time // until when it asked to be left alone
}

const (
	// longestHold bounds for how long one answer keeps everything away from a host; the request that got the answer is
	// told the whole time.
	longestHold = time.Hour
	// forget is after how long an idle host is as good as a new one.
	forget     = 10 * time.Minute
	firstSweep = 512
)

func newHosts(o *Options) *hosts {
	h := &hosts{rate: rate.Limit(o.Rate), burst: o.Burst, concurrent: o.Concurrent, byName: map[string]*host{}, sweep: firstSweep}
	if o.Rate == 0 {
		h.rate = rate.Inf
	}
	return h
}

// hostName is the name under which a host is spared: http and https are one.
func hostName(u *url.URL) string {
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch port := u.Port(); {
	case port == "", port == "80" && u.Scheme == "http", port == "443" && u.Scheme == "https":
		return name
	default:
		return name + ":" + port
	}
}

// turn waits until the host may be asked; done has to be called after the answer.
func (h *hosts) turn(ctx context.Context, name string) (done func(), err error) {
	one := h.enter(name)
	done = func() { h.leave(one) }
	select {
	case one.slots <- struct{}{}:
		done = func() { <-one.slots; h.leave(one) }
	case <-ctx.Done():
		done()
		return nil, context.Cause(ctx)
	}
	if err := h.held(one); err != nil {
		done()
		return nil, err
	}
	if err := one.limit.Wait(ctx); err != nil {
		done()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, ErrBusy
	}
	if err := h.held(one); err != nil { // one that was asked meanwhile may have been answered
		done()
		return nil, err
	}
	return done, nil
}

func (h *hosts) enter(name string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := h.get(name)
	one.users++
	return one
}

// get is the host of a name, made where it is not known.
func (h *hosts) get(name string) *host {
	one := h.byName[name]
	if one == nil {
		if len(h.byName) >= h.sweep {
			h.drop()
		}
		one = &host{slots: make(chan struct{}, h.concurrent), limit: rate.NewLimiter(h.rate, h.burst)}
		h.byName[name] = one
	}
	return one
}

func (h *hosts) leave(one *host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one.users--
	one.used = time.Now()
}

// drop forgets the hosts that nothing has to be known of.
func (h *hosts) drop() {
	now := time.Now()
	for name, one := range h.byName {
		if one.users == 0 && now.Sub(one.used) > forget && now.After(one.free) {
			delete(h.byName, name)
		}
	}
	h.sweep = max(firstSweep, 2*len(h.byName))
}

// held reports that the host asked to be left alone.
func (h *hosts) held(one *host) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if left := time.Until(one.free); left > 0 {
		return &StatusError{Code: http.StatusTooManyRequests, RetryAfter: left, Held: true}
	}
	return nil
}

// hold leaves a host alone.
func (h *hosts) hold(name string, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one := h.byName[name]; one != nil {
		if until := time.Now().Add(min(d, longestHold)); until.After(one.free) {
			one.free = until
		}
	}
}

// slow makes requests to a host at least so far apart.
func (h *hosts) slow(name string, apart time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := h.get(name)
	if limit := rate.Every(apart); limit < one.limit.Limit() {
		one.limit.SetLimit(limit)
		one.limit.SetBurst(1)
	}
}
