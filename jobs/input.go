package jobs

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// Input is one source of stories with the name under which it is kept how far it was read.
type Input struct {
	Name string
	Spec source.Spec // without cursor and arrival, which the ingest fills in
	// Kind is that of store.FeedState; with one, how the input is is noted in the store for report sources.
	Kind string
	// Open begins to read an input that is no files; nil reads Spec.
	Open Opener
	// Limit is after how many stories the reading ends for this time, so that one input with much to say does not keep
	// the others waiting; 0 is none.
	Limit int
}

// RoundStories is a Limit for inputs of a daemon: a round of it takes seconds, and there are as many rounds as it takes.
const RoundStories = 4 * chunkStories

// Opener begins to read an input. The view is of the store before the run, arrived the run's now.
type Opener func(ctx context.Context, view *store.Snapshot, arrived time.Time) (Reading, error)

// Reading is an input that is being read. Its methods are called from one goroutine, but for Progress.
type Reading interface {
	// Items yields what is to be read, once. An error is the last thing it yields.
	Items(ctx context.Context, workers int) iter.Seq2[source.Item, error]
	// Advance notes that an item was dealt with. Items come in the order in which they were yielded; those that were not
	// dealt with when the reading ends are to come again.
	Advance(item source.Item)
	// Mark says how far the input was read with what was advanced until now. What it returns adds that to the batch that
	// stores these items; the delta is what placing them made. It is also called after Close.
	Mark() (func(*cluster.Delta, *store.Batch), error)
	// Progress says how far the reading is.
	Progress() source.Progress
	// Close ends the reading.
	Close() error
}

// Settler is a Reading that wants to know when what it marked is on disk.
type Settler interface {
	// Settled is called once after a run, if everything that was marked in it has been committed.
	Settled()
}

// UnreadError tells of an input that could not be opened or read on; what was read of it before is kept, and other
// inputs are not concerned.
type UnreadError struct {
	Input string
	Err   error
}

func (e *UnreadError) Error() string { return fmt.Sprintf("read %s: %v", e.Input, e.Err) }

func (e *UnreadError) Unwrap() error { return e.Err }

// openInput begins to read an input where the store says that the last run ended, or at the start.
func openInput(ctx context.Context, input Input, view *store.Snapshot, arrived time.Time, reread bool) (Reading, error) {
	if input.Open != nil {
		return input.Open(ctx, view, arrived)
	}
	spec := input.Spec
	spec.Arrived = arrived
	if !reread {
		cursor, err := view.Cursor(input.Name)
		if err != nil {
			return nil, fmt.Errorf("cursor: %w", err)
		}
		spec.Cursor = cursor
	}
	reader, err := source.Open(ctx, spec)
	if err != nil {
		return nil, err
	}
	return &fileReading{reader, input.Name}, nil
}

// fileReading reads files behind a cursor.
type fileReading struct {
	*source.Reader
	name string
}

func (r *fileReading) Advance(item source.Item) { r.Cursor().Advance(item) }

func (r *fileReading) Mark() (func(*cluster.Delta, *store.Batch), error) {
	data, err := r.Cursor().AppendBinary(nil)
	if err != nil {
		return nil, fmt.Errorf("write the cursor of %s: %w", r.name, err)
	}
	return func(_ *cluster.Delta, b *store.Batch) {
		b.Cursors = append(b.Cursors, store.Cursor{Source: r.name, Data: data})
	}, nil
}
