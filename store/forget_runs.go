package store

import (
	"context"
	"errors"
	"fmt"
)

// runsAtOnce is how many runs one commit forgets.
const runsAtOnce = 10_000

// ForgetRuns deletes the records of runs for which idle says so, and returns how many. It is asked about each run, the latest
// first. Only runs that neither changed nor rejected anything can go: the journal names the others.
func (s *Store) ForgetRuns(ctx context.Context, idle func(*Run) bool) (int, error) {
	if s.readOnly {
		return 0, ErrReadOnly
	}
	view := s.View()
	defer view.Close()
	var gone []Run
	for r, err := range view.Runs() {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return 0, fmt.Errorf("forget runs: %w", err)
		}
		if idle(&r) && r.Groups == 0 && r.Events == 0 && r.Threads == 0 && r.New == 0 && r.Revised == 0 && r.Rejected == 0 {
			gone = append(gone, r)
		}
	}
	for from := 0; from < len(gone); from += runsAtOnce {
		if err := ctx.Err(); err != nil {
			return from, fmt.Errorf("forget runs: %w", err)
		}
		_, err := s.change(func(p *plan) error {
			for _, r := range gone[from:min(from+runsAtOnce, len(gone))] {
				index := keyHash(tabRunIndex, r.ID)
				if held, err := p.has(index); err != nil || !held {
					return err
				}
				p.delete(keyRun(r.Started, r.ID))
				p.delete(index)
				p.counts.Runs--
			}
			return nil
		})
		if err != nil {
			return from, fmt.Errorf("forget runs: %w", err)
		}
	}
	return len(gone), nil
}
