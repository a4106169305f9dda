package jobs

import (
	"context"
	"sync"

	"github.com/samestory/samestory/store"
)

// Turn waits until no job writes, and keeps all that do waiting until leave is called; before Run and after it too. It is
// for work that has a desk of its own, or none: what the jobs hold in memory is made anew afterwards, since the store may
// be another then. Calling leave twice is harmless.
func (d *Daemon) Turn(ctx context.Context) (leave func(), err error) {
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

// WithDesk does something small with the desk of the jobs, in their turn: an order of an editor, say. keep tells whether
// the desk is as the store has it afterwards, also after an error; otherwise the next job makes a new one.
func (d *Daemon) WithDesk(ctx context.Context, do func(*Desk) (keep bool, err error)) error {
	defer d.wakeHooks()
	return d.jobs.Within(ctx, oneWriter, func() error {
		desk, err := d.takeDesk()
		if err != nil {
			return err
		}
		keep, err := do(desk)
		if flushErr := desk.Flush(); flushErr != nil {
			return flushErr
		}
		if keep {
			d.desk = desk
		}
		return err
	})
}

// takeDesk hands the desk over, or a new one. Whoever takes it puts it back if it can be used on.
func (d *Daemon) takeDesk() (*Desk, error) {
	desk := d.desk
	d.desk = nil
	if desk != nil {
		return desk, nil
	}
	o := d.options()
	desk, err := NewDesk(d.store, o.Params, o.Residents)
	if err != nil {
		return nil, err
	}
	desk.UseEmbeddings(o.Embed)
	return desk, nil
}

// Commit commits a batch in the turn of the jobs that write.
func (d *Daemon) Commit(ctx context.Context, b store.Batch) error {
	return d.jobs.Within(ctx, oneWriter, func() error { return d.store.Commit(ctx, b) })
}

// wakeHooks tells the webhooks that there may be something new.
func (d *Daemon) wakeHooks() {
	if d.hooks != nil {
		d.hooks.Wake()
	}
}
