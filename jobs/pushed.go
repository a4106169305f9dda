package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// PushedInput is the name of the input of stories that were pushed.
const PushedInput = "push"

// sealTime is how long a tick waits for a disk that is busy with what is being pushed, before it takes what is there.
const sealTime = 5 * time.Second

// Push lets the daemon take in what is pushed into an inbox, before Run: every tick reads it, and an inbox that is half full
// does not wait for the next. The daemon closes the inbox when it stops. The options are those under which the stories
// were judged when they were pushed.
func (d *Daemon) Push(box *inbox.Inbox, o source.Options) {
	o.Stamped = true
	d.box = box
	d.pushed = []Input{d.pushedInput(o)}
	stop, ended := make(chan struct{}), make(chan struct{})
	d.Attach(Part{
		Name: "inbox",
		Start: func(ctx context.Context) error {
			go func() {
				defer close(ended)
				d.relieve(ctx, box, stop)
			}()
			return nil
		},
		Stop: func(context.Context) error {
			close(stop)
			<-ended
			return box.Close()
		},
	})
}

// pushedInput reads the inbox under these options.
func (d *Daemon) pushedInput(o source.Options) Input {
	in := Input{
		Name: PushedInput, Limit: RoundStories, Kind: store.KindPush,
		Spec: source.Spec{Options: o, Paths: []string{d.box.Dir()}, Follow: true},
	}
	plain := in
	in.Open = func(ctx context.Context, view *store.Snapshot, arrived time.Time) (Reading, error) {
		return openPushed(ctx, d.box, plain, view, arrived, d.options().Log)
	}
	return in
}

// widenPushed lets ticks read what is pushed under these limits, where they are wider than those so far. They never become
// narrower: what was accepted under the old ones is still to be read.
func (d *Daemon) widenPushed(to source.Limits) {
	for i := range d.pushed {
		o := d.pushed[i].Spec.Options
		o.Limits = o.Limits.OrDefault()
		o.Limits = source.Limits{Line: max(o.Limits.Line, to.Line), Text: max(o.Limits.Text, to.Text)}
		d.pushed[i] = d.pushedInput(o)
	}
}

// relieve runs a tick when the inbox is half full.
func (d *Daemon) relieve(ctx context.Context, box *inbox.Inbox, stop <-chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		<-stop
		cancel() // of the waiting only: a tick that runs goes on
	}()
	for {
		select {
		case <-stop:
			return
		case <-box.Pressed():
		}
		// A tick that runs looks at the inbox itself before it ends, and one that fails is logged as any other.
		for {
			_, err := d.jobs.Trigger(ctx, jobTick)
			if !errors.Is(err, schedule.ErrStopped) { // as it is before the start
				break
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Second):
			}
		}
	}
}

// UntilTick is how long it is until the next tick takes in what is there, at least a second.
func (d *Daemon) UntilTick() time.Duration {
	const soon = time.Second
	wait := time.Minute
	for _, j := range d.Status() {
		switch {
		case j.Name != jobTick:
		case j.Running:
			return 5 * soon
		case !j.Next.IsZero():
			wait = j.Next.Sub(d.options().Clock())
		}
	}
	return min(max(wait, soon), time.Hour)
}

// pushedReading reads the segments of an inbox, and has those deleted that are in the store.
type pushedReading struct {
	*fileReading
	box *inbox.Inbox
	log *slog.Logger
}

func openPushed(
	ctx context.Context, box *inbox.Inbox, in Input, view *store.Snapshot, arrived time.Time, log *slog.Logger,
) (Reading, error) {
	patience, cancel := context.WithTimeout(ctx, sealTime)
	defer cancel()
	if err := box.Seal(patience); err != nil && !errors.Is(err, inbox.ErrClosed) && ctx.Err() == nil {
		log.Warn("some pushed stories wait for the next tick", "error", err)
	}
	reading, err := openInput(ctx, in, view, arrived, false)
	if err != nil {
		return nil, err
	}
	return &pushedReading{reading.(*fileReading), box, log}, nil
}

// Settled implements Settler.
func (r *pushedReading) Settled() {
	if err := r.box.Sweep(r.Cursor().Finished); err != nil {
		r.log.Warn("inbox", "error", err)
	}
}
