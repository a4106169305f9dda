package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Errors that callers branch on.
var (
	ErrFull     = errors.New("the inbox is full")                     // until a tick has taken what is there
	ErrTooLarge = errors.New("larger than the whole inbox")           // and never possible
	ErrSpace    = errors.New("no room on the disk of the inbox")      // nothing of the batch was kept
	ErrDisk     = errors.New("the inbox cannot be written")           // whether anything of the batch was kept is not known
	ErrClosed   = errors.New("the inbox is closed")                   // the process ends
	errUnsealed = errors.New("a segment could not be given its name") // it is tried again with the next seal
)

// Folder is the name of the inbox in the folder of a store.
const Folder = "inbox"

// Depth is how much waits.
type Depth struct {
	Bytes   int64
	Stories int
}

func (d Depth) plus(e Depth) Depth  { return Depth{d.Bytes + e.Bytes, d.Stories + e.Stories} }
func (d Depth) minus(e Depth) Depth { return Depth{d.Bytes - e.Bytes, d.Stories - e.Stories} }

func (d Depth) orDefault() Depth {
	if d.Bytes <= 0 {
		d.Bytes = DefaultMost().Bytes
	}
	if d.Stories <= 0 {
		d.Stories = DefaultMost().Stories
	}
	return d
}

// Options steer an Inbox. Zero values of the bounds are the defaults.
type Options struct {
	Most    Depth // how much may wait; default 256 MiB and 100,000 stories
	Segment int64 // bytes with which a segment is sealed; default 8 MiB
	MinFree int64 // bytes of disk that are left to the store; default none
	// Free is how many bytes may still be written to the disk that holds a folder; nil: nobody asks.
	Free  func(dir string) (int64, error)
	Clock func() time.Time // for names; nil: time.Now
	Log   *slog.Logger     // nil: nothing is logged

	create func(path string) (file, error) // nil: a file of the system
}

// DefaultMost holds an hour of a thousand stories a minute, and what a large agency pushes in a day.
func DefaultMost() Depth { return Depth{Bytes: 256 << 20, Stories: 100_000} }

const defaultSegment = 8 << 20

// Inbox is an open inbox. Close it.
type Inbox struct {
	dir string
	o   Options

	work  chan *batch
	calls chan func() // to be done by the writer
	stop  chan struct{}
	ended chan struct{}
	press chan struct{} // see Pressed

	mu     sync.Mutex
	closed bool
	depth  Depth            // of sealed segments, the open one, and what is on its way
	sealed map[string]Depth // by name

	// What follows belongs to the writer.
	open   *segment   // nil: the next batch begins one
	broken []*segment // could not be given their names yet
	last   int64      // number of the newest segment
	buffer []byte
}

// batch is one Append on its way.
type batch struct {
	lines []byte
	depth Depth
	done  chan error
}

// Open opens the inbox in a folder, which is made if it is missing; the folder around it has to be there. Stories that an
// earlier process was writing when it died, and has not acknowledged, may be cut off.
func Open(dir string, o Options) (*Inbox, error) {
	o.Most = o.Most.orDefault()
	if o.Segment <= 0 {
		o.Segment = defaultSegment
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.create == nil {
		o.create = createFile
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("open inbox: %w", err)
	}
	b := &Inbox{
		dir: dir, o: o, work: make(chan *batch), calls: make(chan func()), stop: make(chan struct{}), ended: make(chan struct{}),
		press: make(chan struct{}, 1), sealed: make(map[string]Depth),
	}
	if err := b.recover(); err != nil {
		return nil, fmt.Errorf("open inbox: %w", err)
	}
	if b.half() {
		b.press <- struct{}{}
	}
	go b.write()
	return b, nil
}

// Dir is the folder in which sealed segments are found, as *.jsonl.
func (b *Inbox) Dir() string { return b.dir }

// Depth is how much waits for a tick, with what is on its way to the disk.
func (b *Inbox) Depth() Depth {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.depth
}

// Most is how much may wait.
func (b *Inbox) Most() Depth {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.o.Most
}

// Bound changes how much may wait; zero values are the defaults. What waits already stays, also where it is more.
func (b *Inbox) Bound(most Depth) {
	b.mu.Lock()
	defer b.mu.Unlock()
	half := b.half()
	b.o.Most = most.orDefault()
	if !half && b.half() {
		b.pressNow()
	}
}

// Append returns when the lines are on disk. Each holds one story and ends with a line feed; the caller leaves them alone
// until then. All of them are kept, or an error says why not: ErrFull, ErrTooLarge, ErrSpace, ErrDisk, ErrClosed, or ctx's
// if it ends before the writing has begun. Once it has, Append waits for the disk, however slow that is: until the disk has
// answered nobody knows what was kept.
func (b *Inbox) Append(ctx context.Context, lines []byte, stories int) error {
	e := &batch{lines: lines, depth: Depth{int64(len(lines)), stories}, done: make(chan error, 1)}
	pressing, err := b.reserve(e.depth)
	if err != nil {
		return err
	}
	if pressing {
		defer b.pressIfHalf() // not before: a tick that came first would leave this batch to the next
	}
	select {
	case b.work <- e:
		return <-e.done
	case <-ctx.Done():
		b.release(e.depth)
		return ctx.Err()
	case <-b.stop:
		b.release(e.depth)
		return ErrClosed
	}
}

// reserve counts what is on its way, and tells whether the inbox comes to be half full by it.
func (b *Inbox) reserve(d Depth) (pressing bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	most, sum := b.o.Most, b.depth.plus(d)
	switch {
	case b.closed:
		return false, ErrClosed
	case d.Bytes > most.Bytes || d.Stories > most.Stories:
		return false, fmt.Errorf("%w: %d stories in %d bytes, at most %d in %d", ErrTooLarge, d.Stories, d.Bytes, most.Stories, most.Bytes)
	case sum.Bytes > most.Bytes || sum.Stories > most.Stories:
		return false, fmt.Errorf("%w: %d stories in %d bytes wait", ErrFull, b.depth.Stories, b.depth.Bytes)
	}
	half := b.half()
	b.depth = sum
	return !half && b.half(), nil
}

// pressIfHalf presses if the inbox is half full still.
func (b *Inbox) pressIfHalf() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.half() {
		b.pressNow()
	}
}

func (b *Inbox) pressNow() {
	select {
	case b.press <- struct{}{}:
	default: // nobody has listened to the last one yet
	}
}

// half tells whether the inbox is half full; the lock is held.
func (b *Inbox) half() bool {
	return b.depth.Bytes > b.o.Most.Bytes/2 || b.depth.Stories > b.o.Most.Stories/2
}

// Pressing tells whether the inbox is half full: a tick should take from it before pushers have to wait.
func (b *Inbox) Pressing() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.half()
}

// Pressed yields when the inbox has come to be half full, and what made it so is on disk.
func (b *Inbox) Pressed() <-chan struct{} { return b.press }

func (b *Inbox) release(d Depth) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.depth = b.depth.minus(d)
}

// Close refuses what comes, waits for what is being written and seals it. Closing twice is fine.
func (b *Inbox) Close() error {
	b.mu.Lock()
	first := !b.closed
	b.closed = true
	b.mu.Unlock()
	if first {
		close(b.stop)
	}
	<-b.ended
	if !first {
		return nil
	}
	return b.sealOpen()
}

// path is where a segment of a name lies.
func (b *Inbox) path(name string) string { return filepath.Join(b.dir, name) }
