package control

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// maxWaiting is how much output may wait for a caller that does not read, before the verb waits too.
const maxWaiting = 1 << 20

// hurry is how long one write may take once the daemon is stopping.
const hurry = 2 * time.Second

// outbox writes frames to a connection without keeping the verb waiting for each.
type outbox struct {
	mu     sync.Mutex
	change sync.Cond // of what follows
	frames []byte    // not yet written
	closed bool      // no more will be sent
	hurry  bool      // the daemon is stopping
	err    error     // why nothing can be written

	ended chan struct{}
}

// newOutbox starts to write; broken is told once when that fails.
func newOutbox(conn net.Conn, broken func(error)) *outbox {
	b := &outbox{ended: make(chan struct{})}
	b.change.L = &b.mu
	go func() {
		defer close(b.ended)
		b.write(conn, broken)
	}()
	return b
}

func (b *outbox) write(conn net.Conn, broken func(error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		for len(b.frames) == 0 && !b.closed {
			b.change.Wait()
		}
		if len(b.frames) == 0 {
			return
		}
		frames := b.frames
		b.frames = nil
		b.change.Broadcast()
		if b.hurry {
			_ = conn.SetWriteDeadline(time.Now().Add(hurry))
		}
		b.mu.Unlock()
		_, err := conn.Write(frames)
		b.mu.Lock()
		if err != nil {
			b.err = fmt.Errorf("%w: %w", ErrLeft, err)
			b.frames = nil
			b.change.Broadcast()
			broken(err)
			return
		}
	}
}

// send adds content. It waits while too much is waiting.
func (b *outbox) send(kind byte, content []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.frames) > maxWaiting && b.err == nil {
		b.change.Wait()
	}
	if b.err != nil {
		return b.err
	}
	if b.closed {
		return ErrLeft
	}
	b.frames = appendFrames(b.frames, kind, content)
	b.change.Broadcast()
	return nil
}

// close waits until everything has been written, or cannot be.
func (b *outbox) close() {
	b.mu.Lock()
	b.closed = true
	b.change.Broadcast()
	b.mu.Unlock()
	<-b.ended
}

// hasten lets no write wait long any more.
func (b *outbox) hasten(conn net.Conn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hurry = true
	_ = conn.SetWriteDeadline(time.Now().Add(hurry))
}
