package inbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
)

// recover takes up what an earlier process has left: sealed segments as they are, open ones sealed behind their last whole
// line. What follows that was never acknowledged: it is the beginning of a write that was cut off, or what a file system
// shows of pages that were not on disk yet when the machine went down.
func (b *Inbox) recover() error {
	entries, err := os.ReadDir(b.dir) // sorted
	if err != nil {
		return err
	}
	for _, e := range entries {
		number, stories, ok := parseName(e.Name())
		if !ok || !e.Type().IsRegular() {
			continue
		}
		b.last = max(b.last, number)
		if stories < 0 {
			if err := b.takeUp(number); err != nil {
				return err
			}
			continue
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		b.sealed[e.Name()] = Depth{info.Size(), stories}
	}
	for _, d := range b.sealed {
		b.depth = b.depth.plus(d)
	}
	return nil
}

// takeUp seals a segment that was being written.
func (b *Inbox) takeUp(number int64) error {
	s := &segment{number: number}
	f, err := os.OpenFile(b.path(s.name()), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	s.kept, err = whole(f)
	var size int64
	if info, statErr := f.Stat(); statErr == nil {
		size = info.Size()
	}
	if err == nil && size > s.kept.Bytes {
		b.o.Log.Warn("inbox: what was being written when the process ended is cut off", "segment", s.name(), "bytes", size-s.kept.Bytes)
		err = errors.Join(f.Truncate(s.kept.Bytes), f.Sync())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return b.name(s)
}

// whole measures the lines of a file up to the first that is cut off or no JSON.
func whole(f io.Reader) (d Depth, err error) {
	r := bufio.NewReaderSize(f, 1<<20)
	var long []byte
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, line...)
			continue
		}
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return d, err
		}
		if len(long) > 0 {
			line = append(long, line...)
			long = long[:0]
		}
		if !json.Valid(bytes.TrimSuffix(line, []byte("\n"))) {
			return d, nil
		}
		d = d.plus(Depth{int64(len(line)), 1})
	}
}
