package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/samestory/samestory/store"
)

// courier works for one endpoint. It belongs to one goroutine.
type courier struct {
	e      Endpoint
	o      *Options
	client *http.Client
	log    *slog.Logger
	wake   chan struct{} // holds one; what was committed while the courier works is found afterwards

	state   state
	reached *reached
	dirty   bool // state or reached is ahead of the store
	stale   bool // state and reached are behind the store

	asides chan aside // work of others on the record, see Runner.Aside
}

func newCourier(e Endpoint, o *Options) *courier {
	return &courier{
		e: e, o: o, client: client(o.Transport), log: o.Log.With("webhook", e.Name), wake: make(chan struct{}, 1),
		asides: make(chan aside), reached: &reached{endpoint: e.Name, has: map[uint64]bool{}},
	}
}

// load reads the record of the endpoint. An endpoint that is new begins at the end of the journal.
func (c *courier) load(ctx context.Context) error {
	v := c.o.View()
	defer v.Close()
	data, err := v.Cursor(cursorName(c.e.Name))
	if err != nil {
		return err
	}
	if data == nil {
		if c.state.Cursor, err = v.LastChange(); err != nil {
			return err
		}
		c.dirty = true
	} else if c.state, err = decodeState(data); err != nil {
		return err
	}
	if want := c.e.Filter.MinSources; want == c.state.ReachedOf {
		c.reached, err = loadReached(v, c.e.Name, c.state.ReachedCount)
	} else {
		c.reached, err = surveyReached(v, c.e.Name, want)
		c.state.ReachedOf, c.dirty = want, true
	}
	if err != nil || !c.dirty {
		return err
	}
	return c.save(ctx)
}

// save commits the record of the endpoint.
func (c *courier) save(ctx context.Context) error {
	c.state.ReachedCount = len(c.reached.list)
	data, err := c.state.encode()
	if err != nil {
		return err
	}
	rows := append(c.reached.rows(), store.Cursor{Source: cursorName(c.e.Name), Data: data})
	if err := c.o.Commit(ctx, store.Batch{Cursors: rows, At: c.o.Clock().UTC()}); err != nil {
		return fmt.Errorf("keep the state of webhook %s: %w", c.e.Name, err)
	}
	c.reached.saved = len(c.reached.list)
	c.dirty = false
	return nil
}

// next is when there is something to do again.
type next struct {
	after time.Duration // 0: at once
	wakes bool          // a commit is worth a look before
}

// run works until stop is closed, and keeps then what is not kept. When ctx ends, an attempt under way is cut off.
func (c *courier) run(ctx context.Context, stop <-chan struct{}) {
	var n next
	for !c.rest(ctx, stop, n) {
		var err error
		if n, err = c.step(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("webhook", "error", err)
		}
	}
	if c.dirty {
		if err := c.save(ctx); err != nil {
			c.log.Error("webhook", "error", err)
		}
	}
}

// rest waits until there is something to do, or tells that it is time to stop, which goes first.
func (c *courier) rest(ctx context.Context, stop <-chan struct{}, n next) (stopped bool) {
	if n.after > 0 {
		var wake <-chan struct{}
		if n.wakes {
			wake = c.wake
		}
		timer := time.NewTimer(n.after)
		defer timer.Stop()
		select {
		case <-stop:
		case <-wake:
		case a := <-c.asides:
			c.stepAside(ctx, a)
		case <-timer.C:
		}
	}
	select {
	case <-stop:
		return true
	case a := <-c.asides:
		c.stepAside(ctx, a)
		return false
	default:
		return false
	}
}

// step does one thing: it pins the next delivery or makes an attempt at the one that is pinned. Nothing is sent while the
// store does not hold what has been done before.
func (c *courier) step(ctx context.Context) (next, error) {
	if c.stale {
		if err := c.load(ctx); err != nil {
			return next{after: c.o.Poll}, err
		}
		c.stale = false
	}
	more, err := false, error(nil)
	if c.state.Pending == nil && c.state.Disabled == "" {
		more, err = c.pin(ctx)
	}
	if c.dirty {
		err = errors.Join(err, c.save(ctx)) // one commit for what was answered and what is next
	}
	if err != nil {
		return next{after: c.o.Poll}, err
	}
	now := c.o.Clock()
	switch {
	case more:
		return next{}, nil
	case c.state.Pending == nil, c.state.Disabled != "":
		return next{after: c.o.Poll, wakes: true}, nil
	case c.state.Next.After(now):
		return next{after: c.state.Next.Sub(now)}, nil
	}
	c.attempt(ctx)
	return next{}, nil
}

// pin makes the next delivery. more tells that there was none in what was looked at, and that the journal goes on.
func (c *courier) pin(ctx context.Context) (more bool, err error) {
	v := c.o.View()
	defer v.Close()
	g, err := gather(ctx, v, &c.e.Filter, c.reached, c.state.Cursor, c.e.Batch)
	if err != nil || g.through == c.state.Cursor {
		return false, err
	}
	if len(g.seqs) == 0 {
		c.state.Cursor, c.dirty = g.through, true
		return g.more, nil
	}
	p := &pinned{
		ID:      deliveryID(c.e.Name, g.seqs[0], g.seqs[len(g.seqs)-1], g.first),
		Through: g.through, Seqs: g.seqs, Sources: c.e.Filter.MinSources, Youngest: g.youngest,
	}
	if p.Body, err = body(c.e.Name, p.ID, c.o.Clock(), g.entries); err != nil {
		return false, err
	}
	for _, hash := range slices.Sorted(maps.Keys(g.marks)) {
		c.reached.add(hash)
	}
	c.state.Pending, c.dirty = p, true
	return false, nil
}

// attempt sends the pending delivery.
func (c *courier) attempt(ctx context.Context) {
	p := c.state.Pending
	failing := c.state.Failures > 0
	a := send(ctx, c.client, &c.e, p.ID, p.Attempts+1, p.Body, c.o.Clock)
	if a.verdict != delivered && errors.Is(context.Cause(ctx), errStopped) {
		return // cut off by the end of the daemon, which says nothing of the endpoint
	}
	buried := c.state.answered(a, c.o.Clock().UTC(), c.e.MaxAge, c.o.Jitter)
	c.dirty = true
	log := c.log.With("delivery", p.ID, "attempt", p.Attempts)
	switch {
	case buried:
		log.Error("delivery is given up; its entries are a dead letter", "entries", len(p.Seqs), "error", a.reason)
	case a.verdict == gone:
		log.Error("endpoint wants no more deliveries and gets none", "error", a.reason)
	case a.verdict == delivered && failing:
		log.Info("endpoint works again", "entries", len(p.Seqs))
	case a.verdict == delivered:
		log.Debug("delivered", "entries", len(p.Seqs))
	case !failing:
		log.Warn("delivery failed", "error", a.reason, "next", c.state.Next.UTC().Format(time.RFC3339))
	default:
		log.Debug("delivery failed again", "error", a.reason, "next", c.state.Next.UTC().Format(time.RFC3339))
	}
}
