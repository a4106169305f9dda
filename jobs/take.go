package jobs

import (
	"context"
	"sync"

	"github.com/samestory/samestory/store"
)

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
	hooks := d.hooks.Load()
	if hooks == nil {
		return do()
	}
	return hooks.Aside(ctx, name, do)
}
