package inbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/samestory/samestory/store/archive"
)

// Names of segments: a number that only grows, so that they are read in the order in which they came; of a sealed one how
// many stories it holds, so that a start need not read it.
const (
	openSuffix   = ".open" // no reader of folders looks at it
	sealedSuffix = ".jsonl"
	digits       = 15
)

// file is what a segment needs of a file.
type file interface {
	io.Writer
	Sync() error
	Truncate(size int64) error
	Close() error
}

func createFile(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// segment is one that is written to.
type segment struct {
	number int64
	file   file
	kept   Depth // on disk for certain
}

func (s *segment) name() string { return fmt.Sprintf("%0*d%s", digits, s.number, openSuffix) }

func (s *segment) sealedName() string {
	return fmt.Sprintf("%0*d-%d%s", digits, s.number, s.kept.Stories, sealedSuffix)
}

// append writes and syncs. After an error what is behind kept is unknown: the kernel may have dropped pages that it could
// not write, and a second sync would not tell.
func (s *segment) append(lines []byte, d Depth) error {
	if _, err := s.file.Write(lines); err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	s.kept = s.kept.plus(d)
	return nil
}

// parseName reads the name of a segment; stories is -1 for one that is not sealed.
func parseName(name string) (number int64, stories int, ok bool) {
	stem, sealed := strings.CutSuffix(name, sealedSuffix)
	if sealed {
		var count string
		if stem, count, ok = strings.Cut(stem, "-"); !ok {
			return 0, 0, false
		}
		n, err := strconv.Atoi(count)
		if err != nil || n < 0 {
			return 0, 0, false
		}
		stories = n
	} else {
		if stem, ok = strings.CutSuffix(name, openSuffix); !ok {
			return 0, 0, false
		}
		stories = -1
	}
	number, err := strconv.ParseInt(stem, 10, 64)
	return number, stories, err == nil && number >= 0 && len(stem) >= digits
}

// begin makes a new segment. Its name is on disk when it returns: a file without a name would be lost with the machine.
func (b *Inbox) begin() (*segment, error) {
	// The time keeps numbers from coming again when all segments have been swept, the last one from going back with a clock.
	b.last = max(b.last+1, b.o.Clock().UnixMilli())
	s := &segment{number: b.last}
	var err error
	if s.file, err = b.o.create(b.path(s.name())); err != nil {
		return nil, err
	}
	if err := archive.SyncFolder(b.dir); err != nil {
		return nil, errors.Join(err, s.file.Close(), os.Remove(b.path(s.name())))
	}
	return s, nil
}

// retire gives up the open segment after an error, with what is on disk of it.
func (b *Inbox) retire() {
	s := b.open
	b.open = nil
	// What was not acknowledged may stay if the disk does not let it be cut off: it is read then, or put aside.
	if err := errors.Join(s.file.Truncate(s.kept.Bytes), s.file.Close()); err != nil {
		b.o.Log.Warn("inbox", "segment", s.name(), "error", err)
	}
	s.file = nil
	if err := b.name(s); err != nil {
		b.broken = append(b.broken, s)
		b.o.Log.Warn("inbox", "segment", s.name(), "error", err)
	}
}

// sealOpen seals the open segment, and those that it was not possible for before.
func (b *Inbox) sealOpen() error {
	var errs []error
	again := b.broken
	b.broken = nil
	if s := b.open; s != nil {
		b.open = nil
		errs = append(errs, s.file.Close()) // it was synced: closing cannot lose anything
		s.file = nil
		again = append(again, s)
	}
	for _, s := range again {
		if err := b.name(s); err != nil {
			b.broken = append(b.broken, s)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// name gives a segment the name of a sealed one. One without stories is deleted.
func (b *Inbox) name(s *segment) error {
	if s.kept.Stories == 0 {
		return os.Remove(b.path(s.name()))
	}
	if err := os.Rename(b.path(s.name()), b.path(s.sealedName())); err != nil {
		return fmt.Errorf("%w: %w", errUnsealed, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sealed[s.sealedName()] = s.kept
	return nil
}
