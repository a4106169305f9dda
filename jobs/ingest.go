package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// Input is one source of stories with the name under which its cursor is kept.
type Input struct {
	Name string
	Spec source.Spec // without cursor and arrival, which the ingest fills in
}

// UnreadError tells of an input that could not be opened or read on; what was read of it before is kept, and other
// inputs are not concerned.
type UnreadError struct {
	Input string
	Err   error
}

func (e *UnreadError) Error() string { return fmt.Sprintf("read %s: %v", e.Input, e.Err) }

func (e *UnreadError) Unwrap() error { return e.Err }

// ingest reads inputs into a desk, one tick a chunk.
type ingest struct {
	desk     *Desk
	run      *runLog
	workers  int
	deferred bool // let the event stage wait, see deferredEvents
	reread   bool // begin at the start, whatever was read before
	unread   bool // nobody can have seen an event of this store
	from, to time.Time
	progress func(Progress)

	reader *source.Reader
	cursor string
	chunk  []cluster.Story
	bytes  int
}

// read takes in all of one input. When ctx ends it stops behind the last committed chunk and returns ctx's error: the
// next run cuts its chunks where this one would have, and furniture is learned chunk by chunk.
func (in *ingest) read(ctx context.Context, input Input) (err error) {
	if err := in.open(ctx, input); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.reader.Close()) }()
	var failed error
	for item, itemErr := range in.reader.Items(ctx, in.workers) {
		if itemErr != nil {
			if ctx.Err() == nil {
				failed = &UnreadError{input.Name, itemErr}
			}
			break
		}
		in.take(item)
		if len(in.chunk) >= chunkStories || in.bytes >= chunkBytes || len(in.run.rejects) >= chunkStories {
			if err := in.tick(ctx); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		in.chunk, in.bytes = nil, 0
		return err
	}
	return cmp.Or(in.tick(ctx), failed)
}

func (in *ingest) open(ctx context.Context, input Input) error {
	spec := input.Spec
	spec.Arrived = in.run.state.Started
	in.cursor = input.Name
	if !in.reread {
		view := in.desk.store.View()
		defer view.Close()
		cursor, err := view.Cursor(input.Name)
		if err != nil {
			return fmt.Errorf("read the cursor of %s: %w", input.Name, err)
		}
		spec.Cursor = cursor
	}
	reader, err := source.Open(ctx, spec)
	if err != nil {
		return &UnreadError{input.Name, err}
	}
	in.reader = reader
	return nil
}

// take adds one item to the chunk, or notes why it is not.
func (in *ingest) take(item source.Item) {
	in.reader.Cursor().Advance(item)
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

// tick places the chunk and commits it with the cursor behind it.
func (in *ingest) tick(ctx context.Context) error {
	stage := cluster.Events
	if in.deferred {
		stage = cluster.Copies
	}
	cursor, err := in.reader.Cursor().AppendBinary(nil)
	if err != nil {
		return fmt.Errorf("write the cursor of %s: %w", in.cursor, err)
	}
	chunk := in.chunk
	in.chunk, in.bytes = nil, 0
	err = in.desk.Tick(ctx, chunk, stage, func(d *cluster.Delta) store.Batch {
		in.run.count(len(chunk), d)
		in.run.lapsed += in.desk.DrainLapsed()
		in.run.embedded(in.desk.DrainEmbeddings())
		return in.run.batch(store.Cursor{Source: in.cursor, Data: cursor})
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
	if in.reader != nil {
		read := in.reader.Progress()
		p.Done, p.Total = read.Bytes, read.Total
	}
	in.progress(p)
}
