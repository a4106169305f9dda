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
	Clock     func() time.Time
	Progress  func(Progress) // called after each tick; may be nil
	Embed     *embed.Client  // nil: stories are judged by their words alone
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
		desk: desk, run: log, workers: o.Params.Workers, deferred: true, reread: o.Reread, from: o.From, to: o.To,
		progress: o.Progress,
	}
	return log.end(s, flushed(desk, in.backfill(ctx, inputs)))
}

func (in *ingest) backfill(ctx context.Context, inputs []Input) error {
	unread, err := in.desk.Unread()
	if err != nil {
		return err
	}
	in.unread = unread
	if err := in.desk.TakeWaiting(); err != nil {
		return err
	}
	for _, input := range inputs {
		if err := in.readAll(ctx, input); err != nil {
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
