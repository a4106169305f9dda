package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/store/archive"
)

// Badger takes its log as ended where an entry does not match its checksum, and cuts it off there: right for a write that
// a crash has torn, and a silent loss of every commit behind it where a byte of the disk has flipped. The commit mark tells
// the two apart: a small file beside the database with the number of the last batch that is on disk. It is written after
// the batch, so that it may be behind, by a crash between the two, and never ahead.

// markName is the file with the commit mark.
const markName = "COMMITTED"

// A commit mark is written to the two slots of its file in turn, so that one that was torn leaves the one before it.
const (
	markSlot  = 16 // number and xxh3-64 of it, 8 bytes each, big-endian
	markSlots = 2
)

// markOf gives the slot for a number.
func markOf(commits uint64) []byte {
	b := binary.BigEndian.AppendUint64(nil, commits)
	return binary.BigEndian.AppendUint64(b, xxh3.Hash(b))
}

// readMark reads the commit mark of a folder. A store that has none is not an error: nothing is known then. Neither is a
// damaged slot, but whole says so. A file of nothing but zeros is one that a crash has left before anything was written.
func readMark(dir string) (commits uint64, whole bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, markName))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	if allZero(b) && len(b) <= markSlots*markSlot {
		return 0, true, nil
	}
	whole = len(b) == markSlots*markSlot
	known := false
	for ; len(b) >= markSlot; b = b[markSlot:] {
		n := binary.BigEndian.Uint64(b)
		if string(b[:markSlot]) != string(markOf(n)) {
			whole = whole && allZero(b[:markSlot]) // before the second commit
			continue
		}
		commits, known = max(commits, n), true
	}
	return commits, whole && known, nil
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// acknowledge writes the commit mark. It may fail without harm: the mark is behind then.
func (s *Store) acknowledge(commits uint64) {
	if err := s.writeMark(commits); err != nil {
		s.log.Warn("the commit mark could not be written; the batch is stored", "error", err)
	}
}

func (s *Store) writeMark(commits uint64) (err error) {
	if s.mark == nil {
		if s.mark, err = os.OpenFile(filepath.Join(s.dir, markName), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
			return err
		}
		info, statErr := s.mark.Stat()
		if err = statErr; err == nil && info.Size() != markSlots*markSlot {
			err = errors.Join(s.mark.Truncate(markSlots*markSlot), archive.SyncFolder(s.dir))
		}
	}
	_, writeErr := s.mark.WriteAt(markOf(commits), int64(commits%markSlots)*markSlot)
	return errors.Join(err, writeErr, s.mark.Sync())
}

func encodeCommits(n uint64) []byte { return appendUint([]byte{codecVersion}, n) }

func decodeCommits(b []byte) (uint64, error) {
	r := newReader("number of commits", b)
	n := r.uint()
	return n, r.done()
}

// lastCommit reads the number of the last batch; 0 in a store that has had none since it was made or restored.
func lastCommit(get func(key []byte) ([]byte, error)) (uint64, error) {
	value, err := get([]byte{tabCommits})
	if err != nil || value == nil {
		return 0, err
	}
	return decodeCommits(value)
}

// LostError tells that commits which were acknowledged are no longer in the store. Nothing has been written to it.
type LostError struct {
	Dir         string
	Kept, Acked uint64 // numbers of the last commit that is there, and of the last that was on disk once
}

func (e *LostError) Error() string {
	return fmt.Sprintf("%s: %d of %d commits are gone: a file of the database was damaged", e.Dir, e.Acked-e.Kept, e.Acked)
}

// Is reports that a LostError is an ErrCorrupt.
func (e *LostError) Is(target error) bool { return target == ErrCorrupt }

// checkMark compares the commit mark with the number of commits that are in the store.
func (s *Store) checkMark(kept uint64) error {
	acked, _, err := readMark(s.dir)
	if err != nil || acked <= kept {
		return err
	}
	return &LostError{Dir: s.dir, Kept: kept, Acked: acked}
}

// resetMark makes the commit mark say a number that may be lower than it does.
func (s *Store) resetMark(commits uint64) error {
	if err := s.writeMark(commits); err != nil {
		return err
	}
	_, err := s.mark.WriteAt(make([]byte, markSlot), int64((commits+1)%markSlots)*markSlot)
	return errors.Join(err, s.mark.Sync())
}
