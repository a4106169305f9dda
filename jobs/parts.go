package jobs

import (
	"context"
	"errors"
	"fmt"
)

// Part is something that works beside the jobs of a daemon for as long as it runs, such as a server.
type Part struct {
	Name string
	// Start begins and does not wait: before any job runs, in the order in which parts were attached. ctx gives values
	// only, Stop ends the part.
	Start func(ctx context.Context) error
	// Stop takes nothing in any more, ends what is under way, and returns; what is not done when ctx ends is cut off. Parts
	// stop in the reverse order, and before the jobs do.
	Stop func(ctx context.Context) error
}

// Attach gives the daemon a part, before Run.
func (d *Daemon) Attach(p Part) { d.parts = append(d.parts, p) }

// startParts starts all parts, or none.
func (d *Daemon) startParts(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	for i, p := range d.parts {
		if err := p.Start(ctx); err != nil {
			return errors.Join(fmt.Errorf("start %s: %w", p.Name, err), stopAll(ctx, d.parts[:i]))
		}
	}
	return nil
}

func (d *Daemon) stopParts(ctx context.Context) error { return stopAll(ctx, d.parts) }

func stopAll(ctx context.Context, parts []Part) error {
	var all error
	for i := len(parts) - 1; i >= 0; i-- {
		if err := parts[i].Stop(ctx); err != nil {
			all = errors.Join(all, fmt.Errorf("stop %s: %w", parts[i].Name, err))
		}
	}
	return all
}
