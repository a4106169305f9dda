package jobs

import (
	"context"
	"iter"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// polledInput is the name of the input of stories that were polled.
const polledInput = "feeds"

// polledInputs is what a tick takes of what was polled; none where nothing was.
func (d *Daemon) polledInputs() []Input {
	if len(d.polls.taken()) == 0 {
		return nil
	}
	return []Input{{
		Name: polledInput,
		Open: func(context.Context, *store.Snapshot, time.Time) (Reading, error) {
			return &polledReading{polls: d.polls, list: d.polls.taken(), totals: map[string]*store.FeedState{}}, nil
		},
	}}
}

// polledReading yields what was polled, feed by feed. The state of a feed goes into the commit that stores the last of its
// stories; until then, for all that the store knows, it was not polled.
type polledReading struct {
	polls *polling
	list  []*poll
	feed  int // into list: the first of which not all was advanced
	item  int // of it: how many were
	from  spot
	done  []settledPoll

	totals map[string]*store.FeedState // what ticks count, of feeds under way
}

// spot is a position in a polledReading.
type spot struct{ feed, item int }

// settledPoll is a poll whose state was marked.
type settledPoll struct {
	poll  *poll
	state store.FeedState
}

// Items implements Reading.
func (r *polledReading) Items(context.Context, int) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		for _, q := range r.list {
			for _, it := range q.items {
				if !yield(it.item, nil) {
					return
				}
			}
		}
	}
}

// Advance implements Reading.
func (r *polledReading) Advance(source.Item) {
	r.skip()
	r.item++
	r.skip()
}

// skip passes feeds of which everything was dealt with.
func (r *polledReading) skip() {
	for r.feed < len(r.list) && r.item == len(r.list[r.feed].items) {
		r.feed, r.item = r.feed+1, 0
	}
}

// Mark implements Reading.
func (r *polledReading) Mark() (func(*cluster.Delta, *store.Batch), error) {
	r.skip()
	from, to := r.from, spot{r.feed, r.item}
	r.from = to
	return func(d *cluster.Delta, b *store.Batch) {
		placed := make(map[string]bool, len(d.Stories))
		for i := range d.Stories {
			placed[d.Stories[i].Story.ID] = true
		}
		for at := from.feed; at < len(r.list) && at <= to.feed; at++ {
			q := r.list[at]
			first, last := 0, len(q.items)
			if at == from.feed {
				first = from.item
			}
			if at == to.feed {
				last = to.item
			}
			totals := r.count(q, q.items[first:last], placed)
			if at < to.feed {
				state := q.state
				state.New, state.Revised, state.LastNew = totals.New, totals.Revised, totals.LastNew
				b.Feeds = append(b.Feeds, state)
				b.Brought = append(b.Brought, q.brought...)
				r.done = append(r.done, settledPoll{q, state})
			}
		}
	}, nil
}

// count adds what became of some items of a feed.
func (r *polledReading) count(q *poll, items []polledItem, placed map[string]bool) *store.FeedState {
	totals := r.totals[q.state.Name]
	if totals == nil {
		t := r.polls.totals(q.state.Name)
		totals = &t
		r.totals[q.state.Name] = totals
	}
	for _, it := range items {
		id := it.item.Story.ID
		switch {
		case !placed[id]:
		case it.revises:
			totals.Revised++
		default:
			totals.New++
			totals.LastNew = q.now
		}
		delete(placed, id) // two feeds may have brought it
	}
	return totals
}

// Settled implements Settler.
func (r *polledReading) Settled() {
	for _, s := range r.done {
		r.polls.stored(s.poll, &s.state)
	}
	r.done = nil
}

// Progress implements Reading.
func (r *polledReading) Progress() source.Progress { return source.Progress{} }

// Close implements Reading.
func (r *polledReading) Close() error { return nil }
