package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
)

// Gold is a story with the label that somebody gave it.
type Gold struct {
	Story cluster.Story
	Label string
}

// ReadGold reads the labelled stories of files. field is the name of the label, with dots where it lies deeper, or several
// with commas between, of which the first counts that a story has. A story without a label is left out and counted; with
// no field all stories are read, without labels. A line that is no story is an error, because scores over part of a set
// mean little.
//
// The label is read in the place of the author, which no stage looks at.
func ReadGold(ctx context.Context, spec source.Spec, field string) (gold []Gold, unlabelled int, err error) {
	if field != "" {
		spec.Mapping = source.Mapping{"author": strings.Split(field, ",")}
	}
	reader, err := source.Open(ctx, spec)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for {
		item, err := reader.Next(ctx)
		if errors.Is(err, io.EOF) {
			return gold, unlabelled, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if r := item.Reject; r != nil {
			return nil, 0, fmt.Errorf("%s:%d: %s", r.Path, r.Line, r.Reason)
		}
		label := item.Story.Author
		if label == "" && field != "" {
			unlabelled++
			continue
		}
		if item.Story.Author = ""; field == "" {
			label = ""
		}
		gold = append(gold, Gold{item.Story, label})
	}
}

// Rehearsal is what a run in memory has made of stories.
type Rehearsal struct {
	Group, Event, Thread, Happening map[string]string // by story id
	Took                            time.Duration

	engine *cluster.Engine
}

// CandidateRecall tells for how many representatives the search brings up their own event among the first k, and for how
// many it could. labels is by story id.
func (r *Rehearsal) CandidateRecall(labels map[string]string, k int) (found, of int) {
	return r.engine.CandidateRecall(labels, k)
}

// Rehearse places stories in memory, without a store, as a backfill of the same batches would.
func Rehearse(ctx context.Context, batches [][]cluster.Story, p cluster.Params, clock func() time.Time) (*Rehearsal, error) {
	began := clock()
	engine, err := cluster.New(p)
	if err != nil {
		return nil, err
	}
	library := cluster.MapLibrary{}
	out := &Rehearsal{
		Group: make(map[string]string), Event: make(map[string]string), Thread: make(map[string]string),
		Happening: make(map[string]string), engine: engine,
	}
	threads, told := make(map[string]string), make(map[string]string) // by event
	place := func(d *cluster.Delta) {
		for _, s := range d.Stories {
			out.Group[s.Story.ID], out.Event[s.Story.ID] = s.Placement.Group, s.Placement.Event
		}
		for _, m := range d.Moved {
			out.Group[m.Story], out.Event[m.Story] = m.Group, m.Event
		}
		for _, ev := range d.Events {
			threads[ev.ID], told[ev.ID] = ev.Thread, ev.Told()
		}
	}
	for _, batch := range batches {
		for i := range batch {
			if was := library[batch[i].ID]; was == nil || cluster.Supersedes(&batch[i], was) {
				library[batch[i].ID] = &batch[i]
			}
		}
		for len(batch) > 0 {
			n := min(chunkStories, len(batch))
			d, err := engine.Tick(ctx, batch[:n], library, cluster.Copies)
			if err != nil {
				return nil, err
			}
			place(d)
			batch = batch[n:]
		}
		d, err := engine.Tick(ctx, nil, library, cluster.Settled)
		if err != nil {
			return nil, err
		}
		place(d)
	}
	for id, ev := range out.Event {
		out.Thread[id], out.Happening[id] = threads[ev], told[ev]
	}
	out.Took = clock().Sub(began)
	return out, nil
}
