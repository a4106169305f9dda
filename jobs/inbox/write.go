package inbox

import (
	"errors"
	"fmt"
	"syscall"
)

const (
	// groupBytes and groupBatches bound what is written and synced at a time; one batch may be larger.
	groupBytes   = 4 << 20
	groupBatches = 1024
)

// write is the one goroutine that touches the open segment.
func (b *Inbox) write() {
	defer close(b.ended)
	for {
		select {
		case first := <-b.work:
			group := b.gather(first)
			err := b.keep(group)
			for _, e := range group {
				if err != nil {
					b.release(e.depth)
				}
				e.done <- err
			}
		case call := <-b.calls:
			call()
		case <-b.stop:
			return
		}
	}
}

// gather takes what else waits to be written: one sync is enough for all.
func (b *Inbox) gather(first *batch) []*batch {
	group, size := []*batch{first}, len(first.lines)
	for size < groupBytes && len(group) < groupBatches {
		select {
		case e := <-b.work:
			group = append(group, e)
			size += len(e.lines)
		default:
			return group
		}
	}
	return group
}

// keep sees a group to disk, whole or not at all as far as is known.
func (b *Inbox) keep(group []*batch) error {
	b.buffer = b.buffer[:0]
	var sum Depth
	for _, e := range group {
		b.buffer = append(b.buffer, e.lines...)
		sum = sum.plus(e.depth)
	}
	defer func() {
		if cap(b.buffer) > 2*groupBytes { // one huge batch must not be paid for ever
			b.buffer = nil
		}
	}()
	if err := b.room(sum.Bytes); err != nil {
		return err
	}
	if b.open == nil {
		s, err := b.begin()
		if err != nil {
			return diskError(err)
		}
		b.open = s
	}
	err := b.open.append(b.buffer, sum)
	if err != nil {
		b.o.Log.Error("inbox cannot be written", "segment", b.open.name(), "error", err)
		b.retire()
		return diskError(err)
	}
	if b.open.kept.Bytes >= b.o.Segment {
		if err := b.sealOpen(); err != nil {
			b.o.Log.Warn("inbox", "error", err) // what was to be kept is kept
		}
	}
	return nil
}

// room refuses what would take the space that the store needs to take the stories in.
func (b *Inbox) room(size int64) error {
	if b.o.Free == nil {
		return nil
	}
	free, err := b.o.Free(b.dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	if free < b.o.MinFree+size {
		return fmt.Errorf("%w: %d MiB are left", ErrSpace, free>>20)
	}
	return nil
}

func diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrSpace, err)
	}
	return fmt.Errorf("%w: %w", ErrDisk, err)
}
