package store

import (
	"encoding/binary"
	"errors"

	"github.com/dgraph-io/badger/v4"
	"github.com/zeebo/xxh3"
)

// chunkSize keeps a chunk below the size at which Badger moves values to its value log.
const chunkSize = 512 << 10

// stage writes the ops down as chunks, sees them to disk and gives the marker that will make them count.
func (s *Store) stage(ops []op) (marker op, err error) {
	var (
		sum    = xxh3.New()
		chunks = 0
		batch  = newBatch(s, StepStaged)
		chunk  []byte
	)
	flush := func() error {
		if len(chunk) == 0 {
			return nil
		}
		sum.Write(chunk)
		err := batch.add(op{key: keyRedoChunk(chunks), value: chunk})
		chunks++
		chunk = nil
		return err
	}
	for _, o := range ops {
		if len(chunk) > 0 && len(chunk)+len(o.key)+len(o.value) > chunkSize {
			if err := flush(); err != nil {
				return op{}, err
			}
		}
		chunk = appendOp(chunk, o)
	}
	if err := errors.Join(flush(), batch.commit(), s.sync()); err != nil {
		return op{}, err
	}
	if err := s.reach(StepSynced); err != nil {
		return op{}, err
	}
	value := appendUint([]byte{codecVersion}, uint64(chunks))
	value = appendUint(value, uint64(len(ops)))
	value = binary.BigEndian.AppendUint64(value, sum.Sum64())
	return op{key: []byte{tabRedo}, value: value}, nil
}

// settleRedo deals with what a crash left: it finishes a redo log that has its marker and drops one that has not.
func (s *Store) settleRedo() error {
	ops, err := s.loadRedo()
	switch {
	case err != nil:
		return err
	case ops == nil:
		return s.dropStaged()
	case s.readOnly:
		return errUnclean
	}
	return s.applyRedo(ops)
}

// applyRedo does the ops of a redo log that has its marker, and clears it away. Snapshots wait meanwhile.
func (s *Store) applyRedo(ops []op) error {
	s.gate.Lock()
	defer s.gate.Unlock()
	batch := newBatch(s, StepApplied)
	for _, o := range ops {
		if err := batch.add(o); err != nil {
			return s.fail(err)
		}
	}
	if err := errors.Join(batch.commit(), s.sync()); err != nil {
		return s.fail(err)
	}
	if err := s.reach(StepSettled); err != nil {
		return err
	}
	batch = newBatch(s, StepCleared)
	if err := errors.Join(batch.add(op{key: []byte{tabRedo}, delete: true}), batch.commit(), s.sync()); err != nil {
		return s.fail(err)
	}
	if err := s.dropStaged(); err != nil {
		return s.fail(err)
	}
	return s.reach(StepDone)
}

// loadRedo reads a redo log, nil if there is none that counts.
func (s *Store) loadRedo() ([]op, error) {
	var ops []op
	err := s.db.View(func(txn *badger.Txn) error {
		marker, err := get(txn, []byte{tabRedo})
		if err != nil || marker == nil {
			return err
		}
		r := newReader("redo marker", marker)
		chunks, total := r.count(), r.count()
		want := r.raw(8)
		if err := r.done(); err != nil {
			return err
		}
		sum := xxh3.New()
		ops = make([]op, 0, min(total, 1<<20))
		for n := range chunks {
			chunk, err := get(txn, keyRedoChunk(n))
			if err != nil {
				return err
			}
			sum.Write(chunk)
			if ops, err = decodeOps(ops, chunk); err != nil {
				return err
			}
		}
		if len(ops) != total || sum.Sum64() != binary.BigEndian.Uint64(want) {
			return corrupt("redo log: %d of %d changes, or other bytes than were written", len(ops), total)
		}
		return nil
	})
	return ops, err
}

// dropStaged deletes the chunks that have no marker.
func (s *Store) dropStaged() error {
	if s.readOnly {
		return nil
	}
	var keys [][]byte
	err := s.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabRedoChunk}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			keys = append(keys, it.Item().KeyCopy(nil))
		}
		return nil
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	batch := newBatch(s, StepDropped)
	for _, key := range keys {
		if err := batch.add(op{key: key, delete: true}); err != nil {
			return err
		}
	}
	return errors.Join(batch.commit(), s.sync())
}

func appendOp(b []byte, o op) []byte {
	flag := byte(0)
	if o.delete {
		flag = 1
	}
	b = append(b, flag)
	b = appendBytes(b, o.key)
	return appendBytes(b, o.value)
}

func decodeOps(ops []op, b []byte) ([]op, error) {
	r := &reader{b: b, what: "redo log"}
	for len(r.b) > 0 {
		flag := r.byte()
		o := op{delete: flag == 1, key: r.bytes(), value: r.bytes()}
		if flag > 1 || len(o.key) == 0 {
			r.fail("bad change")
		}
		if r.err != nil {
			return nil, r.err
		}
		if o.value == nil && !o.delete {
			o.value = []byte{}
		}
		ops = append(ops, o)
	}
	return ops, nil
}
