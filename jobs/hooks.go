package jobs

import (
	"context"

	"github.com/samestory/samestory/jobs/webhook"
	"github.com/samestory/samestory/store"
)

// startHooks lets the webhooks begin, before any job does: an endpoint that is new is told of what the first tick changes.
func (d *Daemon) startHooks(ctx context.Context) error {
	o := d.options()
	if len(o.Webhooks) == 0 {
		return nil
	}
	runner, err := d.newHooks(o)
	if err != nil {
		return err
	}
	return d.beginHooks(ctx, runner)
}

// newHooks makes what delivers to the endpoints. It works beside the jobs, and only commits in their turn.
func (d *Daemon) newHooks(o *DaemonOptions) (*webhook.Runner, error) {
	return webhook.New(o.Webhooks, webhook.Options{
		View: func() webhook.View { return d.store.View() },
		Commit: func(ctx context.Context, b store.Batch) error {
			return d.jobs.Within(ctx, oneWriter, func() error { return d.store.Commit(ctx, b) })
		},
		Clock: o.Clock, Log: o.Log,
	})
}

// beginHooks starts a runner, nil for none, and makes it the daemon's.
func (d *Daemon) beginHooks(ctx context.Context, runner *webhook.Runner) error {
	if runner != nil {
		if err := runner.Start(ctx); err != nil {
			return err
		}
	}
	d.hooks.Store(runner)
	return nil
}

// wakeHooks tells the webhooks that there may be news.
func (d *Daemon) wakeHooks() {
	if hooks := d.hooks.Load(); hooks != nil {
		hooks.Wake()
	}
}

// stopHooks asks the webhooks to end with the attempts that are under way, which ctx cuts off. The channel is closed when
// they have ended.
func (d *Daemon) stopHooks(ctx context.Context) <-chan struct{} {
	ended := make(chan struct{})
	hooks := d.hooks.Swap(nil)
	if hooks == nil {
		close(ended)
		return ended
	}
	go func() {
		defer close(ended)
		hooks.Stop(ctx)
	}()
	return ended
}
