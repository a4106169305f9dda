package jobs

import (
	"context"

	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

// startHooks lets the webhooks begin, before any job does: an endpoint that is new is told of what the first tick changes.
// They work beside the jobs, and only commit in their turn.
func (d *Daemon) startHooks(ctx context.Context) error {
	o := d.options()
	if len(o.Webhooks) == 0 {
		return nil
	}
	runner, err := webhook.New(o.Webhooks, webhook.Options{
		View: func() webhook.View { return d.store.View() },
		Commit: func(ctx context.Context, b store.Batch) error {
			return d.jobs.Within(ctx, oneWriter, func() error { return d.store.Commit(ctx, b) })
		},
		Clock: o.Clock, Log: o.Log,
	})
	if err != nil {
		return err
	}
	if err := runner.Start(ctx); err != nil {
		return err
	}
	d.hooks = runner
	return nil
}

// stopHooks asks the webhooks to end with the attempts that are under way, which ctx cuts off. The channel is closed when
// they have ended.
func (d *Daemon) stopHooks(ctx context.Context) <-chan struct{} {
	ended := make(chan struct{})
	if d.hooks == nil {
		close(ended)
		return ended
	}
	go func() {
		defer close(ended)
		d.hooks.Stop(ctx)
	}()
	return ended
}
