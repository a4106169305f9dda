package access

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxClients bounds each of the two generations of a limiter, 23 MB together when both are full.
const maxClients = 1 << 16

// client is whom a request is counted for: a token, or an address where none is shown.
type client struct {
	token string
	addr  netip.Addr
}

// limiter lets each client make so many requests a second. Clients are kept in two generations: when the young one is full
// it becomes the old one, and who has not asked since the last time is forgotten. Forgetting costs nothing, since whoever
// rests for long may do anything again.
type limiter struct {
	rate  rate.Limit
	burst int
	most  int // clients in a generation

	mu         sync.Mutex
	young, old map[client]*rate.Limiter
}

// newLimiter makes a limiter; nil for a rate of 0, which lets everybody pass.
func newLimiter(perSecond float64, burst, most int) *limiter {
	if perSecond <= 0 {
		return nil
	}
	return &limiter{rate: rate.Limit(perSecond), burst: max(burst, 1), most: most, young: map[client]*rate.Limiter{}}
}

// take counts a request; wait is after how long the client may come again, 0 if it may pass.
func (l *limiter) take(c client, now time.Time) (wait time.Duration) {
	if l == nil {
		return 0
	}
	r := l.of(c).ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now) // a request that is refused is not counted
	}
	return wait
}

func (l *limiter) of(c client) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.young[c]
	if one != nil {
		return one
	}
	if one = l.old[c]; one == nil {
		one = rate.NewLimiter(l.rate, l.burst)
	}
	if len(l.young) >= l.most {
		l.old, l.young = l.young, make(map[client]*rate.Limiter)
	}
	l.young[c] = one
	return one
}
