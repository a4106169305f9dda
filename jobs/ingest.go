package jobs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

const (
	// chunkStories and chunkBytes bound what one tick takes: a commit of that size fits one transaction of the store.
	chunkStories = 1000
	chunkBytes   = 6 << 20
	// deferredEvents is how many stories a backfill lets wait before it runs the event stage over them.
	deferredEvents = 100_000
)

// ingest reads inputs into a desk, one tick a chunk.
type ingest struct {
	desk     *Desk
	run      *runLog
	workers  int
	deferred bool // let the event stage wait, see deferredEvents
	ticks    bool // see BackfillOptions.Ticks
	settles  func(input int) bool
	reread   bool // begin at the start, whatever was read before
	unread   bool // nobody can have seen an event of this store
	from, to time.Time
	progress func(Progress)
	more     bool // an input was left at its limit

	reading Reading   // the input that was begun last
	open    []Reading // what the chunk is of, and nothing says yet how far it was read
	settled []Settler // to be told when the run's last commit is on disk
	chunk   []cluster.Story
	bytes   int
}

// readAll takes in all of one input and commits it. When ctx ends it stops behind the last committed chunk and returns
// ctx's error: the next run cuts its chunks where this one would have, and furniture is learned chunk by chunk.
func (in *ingest) readAll(ctx context.Context, input Input) error {
	err := in.read(ctx, input)
	var unread *UnreadError
	if err != nil && !errors.As(err, &unread) {
		return err
	}
	return cmp.Or(in.flush(ctx), err)
}

// read takes in all of one input, up to its limit. What does not fill a chunk waits for what other inputs bring, or for
// flush. After an UnreadError what was read before is kept; after any other error the chunk is lost.
func (in *ingest) read(ctx context.Context, input Input) (err error) {
	if err := in.begin(ctx, input); err != nil {
		return err
	}
	reading := in.reading
	defer func() { err = errors.Join(err, reading.Close()) }()
	var failed error
	taken := 0
	for item, itemErr := range reading.Items(ctx, in.workers) {
		if itemErr != nil {
			if ctx.Err() == nil {
				failed = &UnreadError{input.Name, itemErr}
			}
			break
		}
		in.take(item)
		if len(in.chunk) >= chunkStories || in.bytes >= chunkBytes || len(in.run.rejects) >= chunkStories {
			if err := in.flush(ctx); err != nil {
				return err
			}
		}
		if taken++; taken == input.Limit {
			in.more = true
			break
		}
	}
	if err := ctx.Err(); err != nil {
		in.drop()
		return err
	}
	return failed
}

// begin opens an input.
func (in *ingest) begin(ctx context.Context, input Input) error {
	view := in.desk.store.View()
	defer view.Close()
	reading, err := openInput(ctx, input, view, in.run.state.Started, in.reread)
	if err != nil {
		return &UnreadError{input.Name, err}
	}
	if reading, err = told(reading, &input, view, in.desk.store.View, in.run.state.Started); err != nil {
		return err
	}
	in.reading = reading
	in.open = append(in.open, reading)
	if s, ok := reading.(Settler); ok {
		in.settled = append(in.settled, s)
	}
	return nil
}

// drop forgets the chunk: its inputs are read again from where the last commit says.
func (in *ingest) drop() { in.chunk, in.bytes, in.open, in.settled = nil, 0, nil, nil }

// done tells the inputs of a run that all of it is on disk.
func (in *ingest) done() {
	for _, s := range in.settled {
		s.Settled()
	}
	in.settled = nil
}

// take adds one item to the chunk, or notes why it is not.
func (in *ingest) take(item source.Item) {
	if !slices.Contains(in.open, in.reading) { // it goes on in another chunk
		in.open = append(in.open, in.reading)
	}
	in.reading.Advance(item)
	if item.Reject != nil {
		in.run.reject(item.Reject)
		return
	}
	in.run.note(item.Notes)
	s := item.Story
	if !in.from.IsZero() && s.Published.Before(in.from) || !in.to.IsZero() && !s.Published.Before(in.to) {
		in.run.outside++
		return
	}
	in.chunk = append(in.chunk, s)
	in.bytes += len(s.Text) + len(s.Title)
}

// flush places the chunk and commits it with how far its inputs were read; without any input it has nothing to do.
func (in *ingest) flush(ctx context.Context) error {
	if len(in.open) == 0 {
		return nil
	}
	stage := cluster.Events
	if in.deferred {
		stage = cluster.Copies
	}
	marks := make([]func(*cluster.Delta, *store.Batch), len(in.open))
	for i, reading := range in.open {
		mark, err := reading.Mark()
		if err != nil {
			return err
		}
		marks[i] = mark
	}
	chunk := in.chunk
	in.chunk, in.bytes, in.open = nil, 0, nil
	err := in.desk.Tick(ctx, chunk, stage, func(d *cluster.Delta) store.Batch {
		in.run.count(len(chunk), d)
		in.run.lapsed += in.desk.DrainLapsed()
		in.run.embedded(in.desk.DrainEmbeddings())
		batch := in.run.batch()
		for _, mark := range marks {
			mark(d, &batch)
		}
		return batch
	})
	if err != nil {
		return err
	}
	in.report("reading")
	if in.deferred && in.desk.Waiting() >= deferredEvents {
		return in.events(ctx, cluster.Events)
	}
	return nil
}

// events runs the event stage over what waits.
func (in *ingest) events(ctx context.Context, stage cluster.Stage) error {
	in.report("clustering")
	return in.desk.Tick(ctx, nil, stage, func(d *cluster.Delta) store.Batch {
		in.run.count(0, d)
		in.run.embedded(in.desk.DrainEmbeddings())
		return in.run.batch()
	})
}

func (in *ingest) report(stage string) {
	if in.progress == nil {
		return
	}
	p := Progress{Stage: stage, Stories: int64(in.run.state.Read), Elapsed: in.run.clock().Sub(in.run.state.Started)}
	if in.reading != nil {
		read := in.reading.Progress()
		p.Done, p.Total = read.Bytes, read.Total
	}
	in.progress(p)
}
