package jobs

import (
	"context"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/store"
)

// settleAlways is how many resident stories a backfill settles at its end in any case; with more it settles when a
// tenth of them is new since the last time. Below it settling takes seconds and makes the result independent of the
// order and the batching of the input.
const settleAlways = 50_000

// BackfillOptions steer a Backfill.
type BackfillOptions struct {
	Params    cluster.Params
	Residents int       // see NewDesk
	From, To  time.Time // only stories with From <= published < To; zero is no bound
	Reread    bool      // read everything from the start, also what earlier runs have read
	// Ticks places each input whole, events and threads too, before the next is read, and takes it that somebody has seen
	// the ids, as a daemon does that is given one input a tick: the result is the same to the last id and entry of the
	// journal. It takes longer than to place all at the end, which is what a backfill does otherwise. SettleAfter tells after
	// which inputs, by their numbers from 0, the daemon has settled; nil: after none but the last, as any backfill does.
	Ticks       bool
	SettleAfter func(input int) bool
	Clock       func() time.Time
	Progress    func(Progress) // called after each tick; may be nil
	Embed       *embed.Client  // nil: stories are judged by their words alone
}

// Backfill reads inputs to their end, places every story and returns the record of the run. It is idempotent, and
// resumes where an earlier run of the same inputs has ended. When ctx ends it commits what it has read and returns the
// context's error; the next run of any kind goes on from there.
func Backfill(ctx context.Context, s *store.Store, inputs []Input, o BackfillOptions) (store.Run, error) {
	log := newRunLog("backfill", o.Clock)
	desk, err := NewDesk(s, o.Params, o.Residents)
	if err != nil {
		return store.Run{}, err
	}
	desk.UseEmbeddings(o.Embed)
	desk.embeddings.begin()
	in := &ingest{
		desk: desk, run: log, workers: o.Params.Workers, deferred: !o.Ticks, ticks: o.Ticks, settles: o.SettleAfter, reread: o.Reread, from: o.From, to: o.To,
		progress: o.Progress,
	}
	return log.end(s, flushed(desk, in.backfill(ctx, inputs)))
}

func (in *ingest) backfill(ctx context.Context, inputs []Input) error {
	unread, err := in.desk.Unread()
	if err != nil {
		return err
	}
	in.unread = unread && !in.ticks
	if err := in.desk.TakeWaiting(); err != nil {
		return err
	}
	for i, input := range inputs {
		if err := in.readAll(ctx, input); err != nil {
			return err
		}
		if in.settles == nil || !in.settles(i) || i == len(inputs)-1 {
			continue
		}
		if err := in.settleAround(ctx); err != nil {
			return err
		}
	}
	if err := in.settle(ctx); err != nil {
		return err
	}
	if err := in.desk.Flush(); err != nil {
		return err
	}
	in.done()
	return nil
}

// flushed waits for the last commit, after an error too, and returns the error that stopped the run, or what went wrong
// with the commit.
func flushed(d *Desk, stopped error) error {
	if err := d.Flush(); err != nil {
		return err
	}
	return stopped
}

// settleAround scores everything anew that is resident, or may meet what is published now.
func (in *ingest) settleAround(ctx context.Context) error {
	if err := in.desk.TakeAround(in.run.clock()); err != nil {
		return err
	}
	return in.events(ctx, cluster.Settled)
}

// settle places what waits, and scores everything anew where that is cheap or due.
func (in *ingest) settle(ctx context.Context) error {
	d := in.desk
	if d.added == 0 && d.Waiting() == 0 {
		return nil
	}
	stage := cluster.Events
	if n := d.engine.Len(); n <= settleAlways || 10*d.added >= n {
		stage = cluster.Settled
		if in.unread {
			stage = cluster.Founded
		}
	}
	return in.events(ctx, stage)
}
