package jobs

import (
	"context"
	"errors"

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
