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
// value-log files that are mostly garbage, after it has dropped the embeddings of texts that no story has any more. It is
// worth its time after a backfill or Expire and once in a while in a daemon.
// Commits go on meanwhile, more slowly, and wait for a moment while what is in memory is written out; Close waits for it.
// Space that an open snapshot still sees comes back another time. It ends early, with ctx's error and no harm done, when
// ctx does.
func (s *Store) Maintain(ctx context.Context) error {
	if s.readOnly {
		return ErrReadOnly
	}
	release, err := s.hold()
	if err != nil {
		return err
	}
	defer release()
	if err := cmp.Or(s.present(), s.roomFor(0)); err != nil {
		return fmt.Errorf("maintain store: %w", err)
	}
	v := s.View()
	err = s.dropEmbeddings(ctx, v)
	v.Close() // what is deleted later than an open snapshot is not cleared away
	if err != nil {
		return fmt.Errorf("maintain store: drop embeddings: %w", err)
	}
	if err := s.reach(StepTidied); err != nil {
		return fmt.Errorf("maintain store: %w", err)
	}
	if err := s.flush(); err != nil {
		return fmt.Errorf("maintain store: write out what is in memory: %w", err)
	}
	if err := s.reach(StepFlushed); err != nil {
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

// flush lets Badger write what it holds in memory to tables. Deletions that are nowhere else would not be merged with
// what they delete, and nothing would come back on disk: Badger writes them out when the memory is full, which with a few
// thousand deletions a day takes weeks, and otherwise only where a prefix is dropped. So a row is written to be dropped.
func (s *Store) flush() error {
	s.commits.Lock()
	defer s.commits.Unlock()
	if err := s.failure(); err != nil {
		return err
	}
	key := []byte{tabScratch}
	if err := s.writeOps([]op{{key: key, value: []byte{}}}); err != nil {
		return err
	}
	if err := s.db.DropPrefix(key); err != nil {
		return s.fail(err)
	}
	// Only what the last finished reading could no longer see is cleared away.
	s.View().Close()
	return nil
}
