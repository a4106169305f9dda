package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// blockSize is how many bytes of keys and values make a block; the last row may go beyond.
const blockSize = 1 << 20

// partialSuffix ends the name of a file that is being written.
const partialSuffix = ".partial"

// IsPartial tells whether a file is called as one that is being written, or that a killed process has left.
func IsPartial(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, partialSuffix) && strings.Contains(name, Extension+".")
}

// Writer writes one backup, under a name of its own until Publish. Blocks are packed on all processors and written in
// their order.
type Writer struct {
	path    string // the name that it gets
	partial string // the name that it has
	f       *os.File
	sum     hash.Hash
	header  Header
	trailer Trailer
	size    int64

	next   *packing
	block  *frame // of next
	last   []byte // key before the next
	queue  chan *packing
	spare  chan *packing // written, to be used again
	drawn  sync.WaitGroup
	failed chan struct{} // closed when err is set
	err    error         // of the goroutine that writes
	done   bool
}

// packing is a block on its way to the file.
type packing struct {
	block  frame
	packed []byte
	ready  chan struct{}
}

// Create begins a backup that will be called path, and fails where something has that name.
func Create(path string, h Header) (*Writer, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("write backup: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	}
	dir, name := filepath.Split(path)
	// A name of its own each time: what a killed process has left is in nobody's way.
	f, err := os.CreateTemp(filepath.Clean(dir+"."), "."+name+".*"+partialSuffix)
	if err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	w := &Writer{
		path: path, partial: f.Name(), f: f, sum: sha256.New(), header: h, failed: make(chan struct{}),
	}
	w.begin()
	text, err := json.Marshal(h)
	if err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	head := binary.BigEndian.AppendUint32([]byte(magic), Version)
	head = appendFrame(head, &frame{kind: frameHeader, keys: text}, nil)
	if err := w.write(head); err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	w.start()
	return w, nil
}

// start begins to pack and to write what comes through the queue.
func (w *Writer) start() {
	workers := runtime.GOMAXPROCS(0)
	w.queue = make(chan *packing, workers)
	work := make(chan *packing)
	for range workers {
		w.drawn.Go(func() {
			// The options are right, so that it cannot fail.
			pack, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault),
				zstd.WithEncoderCRC(false), zstd.WithWindowSize(blockSize), zstd.WithLowerEncoderMem(true))
			for p := range work {
				p.packed = appendFrame(p.packed[:0], &p.block, pack)
				close(p.ready)
			}
		})
	}
	w.spare = make(chan *packing, 4*workers)
	ordered := make(chan *packing, workers)
	w.drawn.Go(func() {
		defer close(ordered)
		defer close(work)
		for p := range w.queue {
			work <- p
			ordered <- p
		}
	})
	w.drawn.Go(func() {
		for p := range ordered {
			<-p.ready
			if w.err == nil {
				if w.err = w.write(p.packed); w.err != nil {
					close(w.failed)
				}
			}
			select {
			case w.spare <- p:
			default:
			}
		}
	})
}

func (w *Writer) write(b []byte) error {
	if _, err := w.f.Write(b); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	_, _ = w.sum.Write(b)
	w.size += int64(len(b))
	return nil
}

// Put adds a row with its value; hash is the value's Hash. Keys have to ascend.
func (w *Writer) Put(key, value []byte, hash uint64) error {
	w.trailer.Written++
	return w.add(key, value, hash, false)
}

// Delete adds a row that takes a key of the parent's away.
func (w *Writer) Delete(key []byte) error {
	w.trailer.Deleted++
	return w.add(key, nil, 0, true)
}

func (w *Writer) add(key, value []byte, hash uint64, deleted bool) error {
	if (w.trailer.Written+w.trailer.Deleted > 1) && bytes.Compare(key, w.last) <= 0 {
		return fmt.Errorf("write backup: key %x after %x", key, w.last)
	}
	before := w.last
	if w.block.rows == 0 {
		before = nil
	}
	w.block.keys = appendRow(w.block.keys, before, key, deleted, len(value), hash)
	w.block.values = append(w.block.values, value...)
	w.block.rows++
	w.last = append(w.last[:0], key...)
	w.trailer.Bytes += int64(len(key) + len(value))
	if len(w.block.keys)+len(w.block.values) >= blockSize {
		return w.flush()
	}
	return nil
}

func (w *Writer) flush() error {
	if w.block.rows == 0 {
		return nil
	}
	w.trailer.Blocks++
	select {
	case w.queue <- w.next:
		w.begin()
		return nil
	case <-w.failed:
		return w.err
	}
}

// begin takes up an empty block.
func (w *Writer) begin() {
	select {
	case w.next = <-w.spare:
	default:
		w.next = &packing{}
	}
	w.next.ready = make(chan struct{})
	w.block = &w.next.block
	*w.block = frame{kind: frameBlock, keys: w.block.keys[:0], values: w.block.values[:0]}
}

// Finish writes the rest and sees it to disk. The file still has no name: Publish gives it one.
func (w *Writer) Finish(state *State) error {
	err := w.flush()
	w.drain()
	if err = errors.Join(err, w.err); err != nil {
		return err
	}
	w.trailer.StateRows, w.trailer.StateBytes, w.trailer.Digest = state.Rows, state.Bytes, state.Digest()
	text, err := json.Marshal(w.trailer)
	if err != nil {
		return err
	}
	tail := appendFrame(nil, &frame{kind: frameTrailer, keys: text}, nil)
	tail = binary.BigEndian.AppendUint32(tail, uint32(len(tail)))
	if err := w.write(tail); err != nil {
		return err
	}
	if err := w.write(w.sum.Sum(nil)); err != nil {
		return err
	}
	if err := w.f.Sync(); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := w.f.Close(); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	w.f = nil
	return nil
}

func (w *Writer) drain() {
	if w.queue != nil {
		close(w.queue)
		w.drawn.Wait()
		w.queue = nil
	}
}

// Partial is where the file lies until it is published, so that it can be read back.
func (w *Writer) Partial() string { return w.partial }

// Publish gives a finished file its name. It never takes the place of another file.
func (w *Writer) Publish() error {
	err := os.Link(w.partial, w.path)
	switch {
	case err == nil:
		err = os.Remove(w.partial)
	case errors.Is(err, fs.ErrExist):
	default:
		// A file system without links.
		if _, statErr := os.Lstat(w.path); statErr == nil {
			err = &fs.PathError{Op: "create", Path: w.path, Err: fs.ErrExist}
		} else {
			err = os.Rename(w.partial, w.path)
		}
	}
	if err == nil {
		w.done = true
		err = SyncFolder(filepath.Dir(w.path))
	}
	if err != nil {
		return fmt.Errorf("name backup: %w", err)
	}
	return nil
}

// Abort takes away what was written, unless it has been published. It may be called at any time, also twice.
func (w *Writer) Abort() error {
	w.drain()
	if w.f != nil {
		_ = w.f.Close()
		w.f = nil
	}
	if w.done {
		return nil
	}
	w.done = true
	if err := os.Remove(w.partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take away an unfinished backup: %w", err)
	}
	return nil
}

// SyncFolder sees the names in a folder to disk. Some systems do not let folders be synced; there is nothing else to do there.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && runtime.GOOS != "windows" {
		return err
	}
	return nil
}
