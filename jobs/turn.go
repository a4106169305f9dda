package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

// WithDesk does something with the daemon's desk in the turn of the jobs that write, while none of them runs; before Run
// and after it too. It is for what comes from outside, such as an order of an editor: the desk keeps what it has in memory.
func (d *Daemon) WithDesk(ctx context.Context, do func(*Desk) error) error {
	err := d.jobs.Within(ctx, oneWriter, func() error {
		desk, err := d.takeDesk()
		if err != nil {
			return err
		}
		err = do(desk)
		if flushErr := desk.Flush(); flushErr != nil {
			return errors.Join(err, flushErr)
		}
		if err == nil || refused(err) {
			d.desk = desk
		}
		return err
	})
	d.wakeHooks()
	return err
}

// refused tells whether an order was turned down before anything was done, after which a desk is as it was.
func refused(err error) bool {
	var contradicted *ContradictedError
	return errors.As(err, &contradicted) || errors.Is(err, ErrOrder) || errors.Is(err, store.ErrNotFound)
}

// takeDesk takes the desk away from the daemon, or makes one. Whoever took it gives it back when it is known to be as the
// store is.
func (d *Daemon) takeDesk() (*Desk, error) {
	o, desk := d.options(), d.desk
	d.desk = nil
	if desk == nil || desk.params != o.Params || desk.limit != o.Residents {
		var err error
		if desk, err = NewDesk(d.store, o.Params, o.Residents); err != nil {
			return nil, err
		}
		if o.Metrics != nil {
			desk.Observe(o.Metrics.Begin)
		}
	}
	if desk.embeddings.client != o.Embed {
		desk.UseEmbeddings(o.Embed)
	}
	return desk, nil
}

// TakeTurn waits until no job writes, and keeps all that do waiting until leave is called; before Run and after it too. It
// is for work with a desk of its own: what the jobs hold in memory is made anew afterwards, since the store may be another
// then. Calling leave twice is harmless.
func (d *Daemon) TakeTurn(ctx context.Context) (leave func(), err error) {
	end, err := d.jobs.Enter(ctx, oneWriter)
	if err != nil {
		return nil, err
	}
	d.desk = nil
	return sync.OnceFunc(func() {
		end()
		d.wakeHooks()
	}), nil
}

// Commit commits a batch in the turn of the jobs that write. It is for what no desk has to know of.
func (d *Daemon) Commit(ctx context.Context, b store.Batch) error {
	return d.jobs.Within(ctx, oneWriter, func() error { return d.store.Commit(ctx, b) })
}

// WebhookAside does something with the record of a webhook in the store while the daemon leaves it alone, see
// webhook.Runner.Aside. Who commits there does so with Commit.
func (d *Daemon) WebhookAside(ctx context.Context, name string, do func() error) error {
	for {
		hooks := d.hooks.Load()
		switch {
		case hooks != nil:
			if err := hooks.Aside(ctx, name, do); !errors.Is(err, webhook.ErrEnded) {
				return err
			}
		case d.reloading.TryLock():
			d.reloading.Unlock()
			return do()
		}
		// The options are being changed: others will work for the endpoint. Or the daemon ends, and ctx soon.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
