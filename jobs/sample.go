package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/store"
)

const (
	// sampleName is the name under which the store keeps how far samples have come.
	sampleName = "integrity sample"
	// sampleRows is how many rows are looked at between two looks at who else wants to work: a tenth of a second or so.
	sampleRows = 2000
	// sampleExamples bounds what is kept of one kind of finding.
	sampleExamples = 5
)

// Sampled is what the integrity sample knows of a store. Each run of maintenance goes on where the one before has ended; when
// all rows have had their turn that is a round, and the next one begins.
type Sampled struct {
	At       []byte          `json:"at"`       // where the next run begins; empty at the beginning of a round
	Rounds   int             `json:"rounds"`   // that have ended
	Began    time.Time       `json:"began"`    // when the round did
	Finished time.Time       `json:"finished"` // when the last one ended; zero before
	Rows     uint64          `json:"rows"`     // that were looked at, in all runs
	Now      []store.Finding `json:"now"`      // of this round
	Before   []store.Finding `json:"before"`   // of the last whole one
}

// Findings are those that hold, ordered by kind: what this round has found, and what the one before had found and this one
// has not come to again.
func (s *Sampled) Findings() []store.Finding {
	list := slices.Clone(s.Now)
	for _, f := range s.Before {
		if !slices.ContainsFunc(list, func(g store.Finding) bool { return g.Kind == f.Kind }) {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b store.Finding) int { return strings.Compare(a.Kind, b.Kind) })
	return list
}

// add takes in what a part has found.
func (s *Sampled) add(list []store.Finding) {
	for _, f := range list {
		i := slices.IndexFunc(s.Now, func(g store.Finding) bool { return g.Kind == f.Kind })
		if i < 0 {
			i, s.Now = len(s.Now), append(s.Now, store.Finding{Kind: f.Kind})
		}
		g := &s.Now[i]
		for _, e := range f.Examples { // two parts may meet the same damage
			if len(g.Examples) < sampleExamples && !slices.Contains(g.Examples, e) {
				g.Examples = append(g.Examples, e)
			}
		}
		g.Count += f.Count
	}
}

// ReadSampled reads what the integrity sample knows; nothing before the first run.
func ReadSampled(v *store.Snapshot) (s Sampled, err error) {
	data, err := v.Cursor(sampleName)
	if err != nil || len(data) == 0 {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return Sampled{}, fmt.Errorf("read what the integrity sample knows: %w", err)
	}
	return s, nil
}

// sample checks the next part of the store for as long as the options allow, and at most one round. Others of the jobs that
// write have their turns in between. Nothing is repaired: what is found is logged, kept, and told by whoever is asked.
func (d *Daemon) sample(ctx context.Context, log *runLog) error {
	o := d.options()
	if o.Sample <= 0 {
		return nil
	}
	view := d.store.View()
	s, err := ReadSampled(view)
	view.Close()
	if err != nil {
		o.Log.Warn("the integrity sample begins anew", "error", err)
	}
	if len(s.At) == 0 {
		s.Began = o.Clock().UTC()
	}
	rows, found := 0, 0
	for began := time.Now(); ; {
		d.beats(jobMaintenance)
		part, next, err := d.store.CheckPart(ctx, s.At, sampleRows)
		if err != nil {
			return fmt.Errorf("integrity sample: %w", err)
		}
		s.add(part.Findings)
		for _, f := range part.Findings {
			found += f.Count
			o.Log.Error("the store is damaged", "finding", f.Kind, "example", f.Examples[0])
		}
		rows += part.Rows
		if s.At = next; next == nil {
			s.Rounds, s.Finished = s.Rounds+1, o.Clock().UTC()
			s.Before, s.Now = s.Now, nil
			break
		}
		if time.Since(began) >= o.Sample || ctx.Err() != nil || !d.jobs.Yield(oneWriter) {
			break
		}
	}
	s.Rows += uint64(rows)
	data, err := json.Marshal(&s)
	if err != nil {
		return err
	}
	err = d.store.Commit(context.WithoutCancel(ctx), store.Batch{Cursors: []store.Cursor{{Source: sampleName, Data: data}}, At: o.Clock().UTC()})
	if err != nil {
		return fmt.Errorf("integrity sample: %w", err)
	}
	log.sampled(rows, found, &s)
	return nil
}

// sampled notes what the integrity sample has found.
func (r *runLog) sampled(rows, found int, s *Sampled) {
	said := "no findings"
	if found > 0 {
		r.failed++
		said = "with findings" // how many would mislead: two parts may meet the same damage
	}
	r.state.Notes = append(r.state.Notes, fmt.Sprintf("integrity sample: %d rows, %s", rows, said))
	r.state.Notes = append(r.state.Notes, Degraded(s)...)
}

// Degraded says in sentences what the integrity sample knows to be wrong; nothing of a store that is sound as far as it was
// looked at.
func Degraded(s *Sampled) []string {
	var list []string
	for _, f := range s.Findings() {
		list = append(list, fmt.Sprintf("the store is damaged (%s): %s", f.Kind, f.Examples[0]))
	}
	return list
}

// Degraded is what is known to be wrong with the store, although the daemon does its work.
func (d *Daemon) Degraded() []string {
	view := d.store.View()
	defer view.Close()
	s, err := ReadSampled(view)
	if err != nil {
		return []string{err.Error()}
	}
	return Degraded(&s)
}
