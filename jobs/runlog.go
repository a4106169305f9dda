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

// runLog keeps the record of one run and what goes into the next commit of it.
type runLog struct {
	clock   func() time.Time
	state   store.Run
	rejects []store.Reject
	notes   map[string]int
	outside int // stories out of the wanted span
	lapsed  int // stories that came again after they had expired
	failed  int // inputs that could not be read
}

func newRunLog(job string, clock func() time.Time) *runLog {
	now := clock().UTC()
	return &runLog{
		clock: clock,
		state: store.Run{
			ID: fmt.Sprintf("%s-%s", job, now.Format("20060102T150405.000000000Z")), Job: job, Started: now, Status: store.RunRunning,
		},
		notes: make(map[string]int),
	}
}

func (r *runLog) reject(j *source.Reject) {
	r.state.Read++
	r.state.Rejected++
	r.rejects = append(r.rejects, store.Reject(*j))
}

func (r *runLog) note(n source.Notes) {
	for _, word := range n.Words() {
		r.notes[word]++
	}
}

// problem notes an input that could not be read while the others were.
func (r *runLog) problem(err error) {
	r.failed++
	r.state.Notes = append(r.state.Notes, err.Error())
}

// count adds what a tick did.
func (r *runLog) count(read int, d *cluster.Delta) {
	s := &r.state
	s.Ticks++
	s.Read += read
	s.Revised += d.Revised
	s.Unchanged += d.Unchanged
	s.New += len(d.Stories) - d.Revised
	s.Groups += len(d.Groups)
	s.Events += len(d.Events)
	s.Threads += len(d.Threads)
}

// embedded adds what became of embeddings.
func (r *runLog) embedded(e store.RunEmbeddings) {
	s := &r.state.Embeddings
	s.Made += e.Made
	s.Cached += e.Cached
	s.Missing += e.Missing
	s.Reason = cmp.Or(s.Reason, e.Reason)
}

// batch is what a commit says of the run.
func (r *runLog) batch() store.Batch {
	state := r.state
	b := store.Batch{Rejects: r.rejects, Run: &state, At: r.clock().UTC()}
	r.rejects = nil
	return b
}

// now is the start and the time that passed since, whatever was done to the clock meanwhile.
func (r *runLog) now() time.Time {
	return r.state.Started.Add(max(0, r.clock().Sub(r.state.Started)))
}

// end writes how the run ended. err is what stopped it, nil where nothing did.
func (r *runLog) end(s *store.Store, err error) (store.Run, error) {
	r.state.Ended = r.now()
	switch {
	case errors.Is(err, context.Canceled):
		r.state.Status = store.RunInterrupted
	case err != nil:
		r.state.Status, r.state.Error = store.RunFailed, err.Error()
	case r.state.Rejected > 0 || r.failed > 0:
		r.state.Status = store.RunPartial
	default:
		r.state.Status = store.RunOK
	}
	for _, word := range noteOrder {
		if n := r.notes[word]; n > 0 {
			r.state.Notes = append(r.state.Notes, fmt.Sprintf("%s: %d", word, n))
		}
	}
	if r.outside > 0 {
		r.state.Notes = append(r.state.Notes, fmt.Sprintf("outside of the wanted time: %d", r.outside))
	}
	if r.lapsed > 0 {
		r.state.Notes = append(r.state.Notes, fmt.Sprintf("came again after they had expired, and stay so: %d", r.lapsed))
	}
	if e := r.state.Embeddings; e != (store.RunEmbeddings{}) {
		note := fmt.Sprintf("embeddings: %d made, %d known already, %d missing", e.Made, e.Cached, e.Missing)
		if e.Reason != "" {
			note += ": " + e.Reason
		}
		r.state.Notes = append(r.state.Notes, note)
	}
	b := r.batch()
	if commitErr := s.Commit(context.Background(), b); commitErr != nil {
		return r.state, errors.Join(err, fmt.Errorf("write the run log: %w", commitErr))
	}
	return r.state, err
}

// noteOrder lists the words of all notes.
var noteOrder = source.Notes(1<<16 - 1).Words()
