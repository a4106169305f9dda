package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// discardRatio is the share of a value-log file that has to be garbage before the file is rewritten.
const discardRatio = 0.5

// Maintain gives disk space of replaced and deleted records back: it merges the levels of the tree and rewrites
// value-log files that are mostly garbage, after it has dropped the embeddings of texts that no story has any more. It is worth its time after a backfill and once in a while in a daemon.
// Commits go on meanwhile, more slowly; Close waits for it. It ends early, with ctx's error and no harm done, when ctx
// does.
func (s *Store) Maintain(ctx context.Context) error {
	if s.readOnly {
		return ErrReadOnly
	}
	v := s.View() // keeps the store open
	defer v.Close()
	if v.err != nil {
		return v.err
	}
	if err := cmp.Or(s.present(), s.roomFor(0)); err != nil {
		return fmt.Errorf("maintain store: %w", err)
	}
	if err := s.dropEmbeddings(ctx, v); err != nil {
		return fmt.Errorf("maintain store: drop embeddings: %w", err)
	}
	if err := s.reach(StepTidied); err != nil {
		return fmt.Errorf("maintain store: %w", err)
	}
	if err := s.db.Flatten(1); err != nil {
		return fmt.Errorf("maintain store: merge levels: %w", err)
	}
	if err := s.reach(StepFlattened); err != nil {
		return fmt.Errorf("maintain store: %w", err)
	}
	for ctx.Err() == nil {
		// Each call rewrites one file at most, and says so when none is worth it.
		err := s.db.RunValueLogGC(discardRatio)
		if errors.Is(err, badger.ErrNoRewrite) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("maintain store: collect garbage: %w", err)
		}
	}
	return ctx.Err()
}
