package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster"
)

const (
	// gatherMost is how many entries one look into the journal goes through, so that a snapshot is not held for long.
	gatherMost = 20_000
	// gatherBytes closes a batch early: entries of large clusters are long.
	gatherBytes = 256 << 10
)

// gathered is what a look into the journal has found.
type gathered struct {
	through  uint64 // the last entry that was looked at
	more     bool   // the journal may go on behind it
	seqs     []uint64
	marks    map[uint64]bool // hashes of the events that they have reached it with
	entries  []json.RawMessage
	first    time.Time // of the entries
	youngest time.Time
}

// gather looks for the next batch behind a cursor.
func gather(ctx context.Context, v View, f *Filter, r *reached, cursor uint64, most int) (gathered, error) {
	g := gathered{through: cursor, marks: make(map[uint64]bool)}
	follows, err := f.follows(v)
	if err != nil {
		return g, err
	}
	l := newLookup(v)
	seen, bytes := 0, 0
	for j, err := range v.Changes(cursor, 0) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return g, err
		}
		if seen == gatherMost || len(g.seqs) == most || bytes >= gatherBytes {
			g.more = true
			break
		}
		seen++
		g.through = j.Seq
		e := entryOf(&j)
		if !f.passes(&e, follows) {
			continue
		}
		if f.MinSources > 0 {
			crossed, err := l.crossed(&e, f.MinSources, r)
			if err != nil {
				return g, fmt.Errorf("entry %d: %w", e.Seq, err)
			}
			mark := xxh3.HashString(e.Object)
			if !crossed || g.marks[mark] {
				continue
			}
			g.marks[mark] = true
			e.Reached = f.MinSources
		}
		data, err := l.render(&e)
		if err != nil {
			return g, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		if len(g.seqs) == 0 {
			g.first = e.At
		}
		g.youngest = e.At
		g.seqs = append(g.seqs, e.Seq)
		g.entries = append(g.entries, data)
		bytes += len(data)
	}
	return g, nil
}

// crossed tells whether the entry is about an event that has come to so many sources and is not known for it.
func (l *lookup) crossed(e *Entry, sources int, r *reached) (bool, error) {
	if e.Level != cluster.LevelEvent || e.Object == "" {
		return false, nil
	}
	a, err := l.event(e.Object)
	if err != nil || a == nil || a.ID != e.Object || a.Sources < sources {
		return false, err
	}
	known, err := r.knows(l.view, e.Object)
	return !known, err
}

// render writes an entry with what the store knows of its object.
func (l *lookup) render(e *Entry) (json.RawMessage, error) {
	var err error
	if e.About, err = l.about(e); err != nil {
		return nil, err
	}
	if a := e.About; a != nil && a.ID == e.Object && e.After != nil && e.After.Title != "" {
		titled := *a
		titled.Headline = e.After.Title
		e.About = &titled
	}
	return json.Marshal(e)
}

// body is that of a delivery of changes.
func body(endpoint, id string, made time.Time, entries []json.RawMessage) ([]byte, error) {
	return json.Marshal(Body{
		Version: bodyVersion, Type: typeChanges, ID: id, Endpoint: endpoint, Made: made.UTC().Truncate(time.Second), Entries: entries,
	})
}

// again makes the body of a dead letter from the journal: what was told then, with what there is to say now.
func again(v View, endpoint string, d *DeadLetter, made time.Time) ([]byte, error) {
	l := newLookup(v)
	var entries []json.RawMessage
	for _, seq := range d.Seqs {
		j, err := v.Entry(seq)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", seq, err)
		}
		e := entryOf(&j)
		e.Reached = d.Sources
		data, err := l.render(&e)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", seq, err)
		}
		entries = append(entries, data)
	}
	return body(endpoint, d.ID, made, entries)
}
