package store

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dgraph-io/badger/v4"
)

// maxValue is the most one value may hold, well below what a value log file takes.
const maxValue = 64 << 20

// write does the ops, all or none: in one transaction if they fit, else by way of the redo log.
func (s *Store) write(ops []op) error {
	size := 0
	for _, o := range ops {
		if len(o.value) > maxValue {
			return invalid("a value of %d bytes under %q, at most %d are possible", len(o.value), o.key[:1], maxValue)
		}
		size += len(o.key) + len(o.value)
	}
	if err := cmp.Or(s.present(), s.roomFor(size)); err != nil {
		return err
	}
	if err := s.reach(StepPlanned); err != nil {
		return err
	}
	if size <= s.seams.Transaction {
		if err := s.writeOps(ops); !errors.Is(err, badger.ErrTxnTooBig) {
			return err
		}
	}
	marker, err := s.stage(ops)
	if err != nil {
		if s.failed.Load() == nil {
			err = errors.Join(err, s.dropStaged())
		}
		return err
	}
	// From here on the batch counts, or a new start finds out whether it does.
	batch := newBatch(s, StepMarked)
	if err := errors.Join(batch.add(marker), batch.commit(), s.sync()); err != nil {
		return s.fail(err)
	}
	return s.applyRedo(ops)
}

// roomFor refuses to go on when writing size bytes could fill the disk: the log, the redo log and the table made of it
// may all be there at once.
func (s *Store) roomFor(size int) error {
	free, err := s.seams.Free(s.dir)
	if err != nil {
		return fmt.Errorf("free space of %s: %w", s.dir, err)
	}
	if need := s.minFree + 4*int64(size); free < need {
		return fmt.Errorf("%w: %s has %d MiB left and needs %d MiB to write safely: make room and run again, nothing is "+
			"lost", ErrFull, s.dir, free>>20, (need+1<<20-1)>>20)
	}
	return nil
}

// writeOps does the ops in one transaction and sees it to disk. badger.ErrTxnTooBig comes back as it is, with nothing
// done.
func (s *Store) writeOps(ops []op) error {
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	for _, o := range ops {
		if err := set(txn, o); err != nil {
			return err
		}
	}
	if err := txn.Commit(); err != nil {
		return s.writeError(err)
	}
	if err := s.sync(); err != nil {
		return err
	}
	return s.reach(StepDone)
}

func set(txn *badger.Txn, o op) error {
	if o.delete {
		return txn.Delete(o.key)
	}
	return txn.Set(o.key, o.value)
}

func (s *Store) writeError(err error) error {
	if errors.Is(err, badger.ErrTxnTooBig) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), syscall.ENOSPC.Error()) {
		return s.fail(fmt.Errorf("%w: write to %s: %w", ErrFull, s.dir, err))
	}
	return s.fail(fmt.Errorf("write to %s: %w", s.dir, err))
}

// fail makes the store refuse further use: what is on disk and what is in memory may differ. Opening it again puts
// that in order.
func (s *Store) fail(err error) error {
	s.failed.CompareAndSwap(nil, &err)
	return err
}

// reach announces a step to a test, which may end the commit there as a crash would.
func (s *Store) reach(name string) error {
	if err := s.seams.Step(name); err != nil {
		return s.fail(err)
	}
	return nil
}

// sync sees everything written so far to disk. Badger's own Sync leaves out logs that were rotated away and whose
// table has not been written yet; without them a power cut could lose the middle of what was acknowledged.
func (s *Store) sync() error {
	if err := s.db.Sync(); err != nil {
		return s.writeError(err)
	}
	logs, err := filepath.Glob(filepath.Join(globQuote(s.dir), "*.mem"))
	if err != nil {
		return s.writeError(err)
	}
	for _, name := range logs {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if errors.Is(err, os.ErrNotExist) {
			continue // its table has been written and synced
		}
		if err == nil {
			err = errors.Join(f.Sync(), f.Close())
		}
		if err != nil {
			return s.writeError(err)
		}
	}
	return nil
}

// globQuote keeps a folder's name from being read as a pattern.
func globQuote(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// batch spreads ops over as many transactions as they need.
type batch struct {
	s    *Store
	txn  *badger.Txn
	size int    // bytes in txn
	name string // the step to announce after each transaction
}

func newBatch(s *Store, name string) *batch { return &batch{s: s, name: name} }

func (b *batch) add(o op) error {
	if b.txn == nil {
		b.txn = b.s.db.NewTransaction(true)
	}
	size := len(o.key) + len(o.value)
	err := badger.ErrTxnTooBig
	if b.size == 0 || b.size+size <= b.s.seams.Transaction {
		err = set(b.txn, o)
	}
	if errors.Is(err, badger.ErrTxnTooBig) {
		if err := b.commit(); err != nil {
			return err
		}
		b.txn = b.s.db.NewTransaction(true)
		err = set(b.txn, o)
	}
	b.size += size
	return err
}

func (b *batch) commit() error {
	if b.txn == nil {
		return nil
	}
	err := b.txn.Commit()
	b.txn, b.size = nil, 0
	if err != nil {
		return b.s.writeError(err)
	}
	return b.s.reach(b.name)
}
