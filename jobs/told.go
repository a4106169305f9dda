package jobs

import (
	"errors"
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// toldReading notes how an input that is no feed is, beside how far it was read: what report sources shows.
type toldReading struct {
	Reading
	view  func() *store.Snapshot
	state store.FeedState
	ids   []string // of the stories of the chunk under way
	at    time.Time
}

// told wraps the reading of an input of a daemon.
func told(r Reading, input *Input, view *store.Snapshot, live func() *store.Snapshot, now time.Time) (Reading, error) {
	if input.Kind == "" {
		return r, nil
	}
	state, err := stateOf(input, view, now)
	if err != nil {
		return nil, err
	}
	state.LastSuccess, state.Failures, state.Fault, state.Error = now, 0, "", ""
	return &toldReading{Reading: r, view: live, state: state, at: now}, nil
}

// stateOf is what is known of an input, with one more attempt.
func stateOf(input *Input, view *store.Snapshot, now time.Time) (store.FeedState, error) {
	state, err := view.Feed(input.Name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return state, fmt.Errorf("read the state of %s: %w", input.Name, err)
	}
	state.Name, state.Kind, state.Removed = input.Name, input.Kind, false
	if input.Kind == store.KindFiles && len(input.Spec.Paths) > 0 {
		state.URL = input.Spec.Paths[0]
	}
	if state.Since.IsZero() {
		state.Since = now
	}
	state.LastTry = now
	state.Polls++
	return state, nil
}

// Advance implements Reading.
func (r *toldReading) Advance(item source.Item) {
	r.Reading.Advance(item)
	r.state.Seen++
	if item.Reject != nil {
		drop(&r.state, item.Reject.Reason, 1)
		return
	}
	r.ids = append(r.ids, item.Story.ID)
}

// Mark implements Reading.
func (r *toldReading) Mark() (func(*cluster.Delta, *store.Batch), error) {
	mark, err := r.Reading.Mark()
	if err != nil {
		return nil, err
	}
	ids := r.ids
	r.ids = nil
	return func(d *cluster.Delta, b *store.Batch) {
		mark(d, b)
		r.count(ids, d)
		state := r.state
		state.Dropped = append([]store.FeedDropped(nil), state.Dropped...)
		b.Feeds = append(b.Feeds, state)
	}, nil
}

// count adds what became of the stories of a chunk. The store does not have them yet.
func (r *toldReading) count(ids []string, d *cluster.Delta) {
	placed := make(map[string]bool, len(d.Stories))
	for i := range d.Stories {
		placed[d.Stories[i].Story.ID] = true
	}
	view := r.view()
	defer view.Close()
	for _, id := range ids {
		if !placed[id] {
			r.state.Unchanged++
			continue
		}
		placed[id] = false // one that comes twice in a chunk
		if _, err := view.Story(id); err == nil {
			r.state.Revised++
			continue
		}
		r.state.New++
		r.state.LastNew = r.at
	}
}

// Settled implements Settler.
func (r *toldReading) Settled() {
	if s, ok := r.Reading.(Settler); ok {
		s.Settled()
	}
}

// noteUnread notes that an input could not be read, with the next commit.
func (in *ingest) noteUnread(input *Input, cause error) error {
	if input.Kind == "" {
		return nil
	}
	view := in.desk.store.View()
	defer view.Close()
	state, err := stateOf(input, view, in.run.state.Started)
	if err != nil {
		return err
	}
	state.Failures++
	state.Fault, state.Error = "unread", cause.Error()
	in.open = append(in.open, &failedReading{state: state})
	return nil
}

// failedReading is an input of which there is nothing but what went wrong.
type failedReading struct {
	Reading
	state store.FeedState
}

// Mark implements Reading.
func (r *failedReading) Mark() (func(*cluster.Delta, *store.Batch), error) {
	return func(_ *cluster.Delta, b *store.Batch) { b.Feeds = append(b.Feeds, r.state) }, nil
}
