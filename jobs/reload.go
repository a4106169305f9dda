package jobs

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/samestory/samestory/jobs/webhook"
)

// Reload lets a daemon that runs go on under other options: what a job does and when, its inputs, the engine's settings,
// webhooks and log. What runs ends under the old ones. A job that is new is caught up with as at the start. On an
// error the old options hold. Clock, Seed, Metrics and what was added or attached stay.
func (d *Daemon) Reload(ctx context.Context, o DaemonOptions) (err error) {
	defer func() { d.options().Metrics.Reload(err) }()
	d.reloading.Lock()
	defer d.reloading.Unlock()
	if at := d.enter(reloading); at != running {
		d.enter(at)
		return fmt.Errorf("reload: the daemon is %s", at)
	}
	defer d.enter(running)
	old := d.options()
	o.Clock, o.Seed, o.Metrics = old.Clock, old.Seed, old.Metrics
	if reflect.DeepEqual(o.Params, old.Params) {
		o.Params = old.Params // the desk tells settings apart by where the weights are
	} else if err := o.Params.Validate(); err != nil {
		return err
	}
	var hooks *webhook.Runner
	if len(o.Webhooks) > 0 {
		var err error
		if hooks, err = d.newHooks(&o); err != nil {
			return err
		}
	}
	d.widenPushed(o.Pushed)
	jobs, err := d.scheduled(&o)
	if err != nil {
		return err
	}
	// A job that begins in between finds options and inputs of one of the two, and either will do.
	d.o.Store(&o)
	if err := d.jobs.Replace(jobs); err != nil {
		d.o.Store(old)
		return fmt.Errorf("reload: %w", err)
	}
	return d.replaceHooks(ctx, hooks, old)
}

// replaceHooks ends the webhooks that work and lets others begin. Couriers of one endpoint must not work side by side: they
// would deliver twice. Where the new ones cannot begin the old ones do so again.
func (d *Daemon) replaceHooks(ctx context.Context, hooks *webhook.Runner, old *DaemonOptions) error {
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), old.StopAfter)
	defer cancel()
	<-d.stopHooks(patience)
	err := d.beginHooks(ctx, hooks)
	if err == nil {
		return nil
	}
	o := *d.options()
	o.Webhooks = old.Webhooks
	d.o.Store(&o)
	err = fmt.Errorf("webhooks stay as they were: %w", err)
	if len(old.Webhooks) == 0 {
		return err
	}
	again, newErr := d.newHooks(&o)
	if newErr != nil {
		return errors.Join(err, newErr)
	}
	return errors.Join(err, d.beginHooks(ctx, again))
}
