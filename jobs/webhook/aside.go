package webhook

import (
	"context"
	"errors"
)

// ErrEnded: the runner works no more.
var ErrEnded = errors.New("the webhooks have ended")

// aside is work on the record of an endpoint that its courier makes room for.
type aside struct {
	do   func() error
	done chan error
}

// Aside does something with the record of an endpoint in the store, as Retry does, between two attempts of its courier,
// which goes on from the record afterwards. It waits for an attempt under way, and returns ctx's error where that ends
// first, or ErrEnded. Of an endpoint that the runner does not have nobody keeps the record in memory: it is done at once.
func (r *Runner) Aside(ctx context.Context, name string, do func() error) error {
	for _, c := range r.couriers {
		if c.e.Name != name {
			continue
		}
		a := aside{do, make(chan error, 1)}
		select {
		case c.asides <- a:
			return <-a.done
		case <-r.ended:
			return ErrEnded
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return do()
}

// stepAside does the work of another in the courier's place and reads the record anew.
func (c *courier) stepAside(ctx context.Context, a aside) {
	if c.dirty {
		if err := c.save(ctx); err != nil {
			a.done <- err
			return
		}
	}
	err := a.do()
	if loadErr := c.load(ctx); loadErr != nil {
		// What is in memory is as old as the record was: it must not be written over it.
		c.log.Error("webhook", "error", loadErr)
		c.stale, c.dirty = true, false
	}
	a.done <- err
}
