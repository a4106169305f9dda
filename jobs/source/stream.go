package source

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"
)

// Items yields all items in order, decoded by the given number of workers (at least one). An error is the last thing it
// yields: the context's. Breaking out of the loop is fine; items that were read ahead are lost to this Reader, and the
// cursor knows nothing of them.
//
// It returns after its goroutines have, but for one that is blocked in a read from a pipe: that one ends with the read.
func (r *Reader) Items(ctx context.Context, workers int) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		workers = max(1, workers)
		inner, cancel := context.WithCancel(ctx)
		s := &stream{
			r:     r,
			order: make(chan *chunk, 2*workers),
			work:  make(chan *chunk, 2*workers),
			free:  make(chan *chunk, 4*workers),
			read:  make(chan struct{}),
		}
		go s.produce(inner)
		var decoders sync.WaitGroup
		for range workers {
			decoders.Go(s.decode)
		}
		defer func() {
			cancel()
			if r.piped.Load() {
				return
			}
			<-s.read
			decoders.Wait()
		}()
		s.consume(ctx, yield)
	}
}

type stream struct {
	r     *Reader
	order chan *chunk   // chunks in the order of reading
	work  chan *chunk   // the same chunks, for whoever is free
	free  chan *chunk   // chunks to use again
	read  chan struct{} // closed when the producer is done
	err   error         // the producer's, set before order is closed
}

func (s *stream) produce(ctx context.Context) {
	defer close(s.read)
	defer close(s.work)
	defer close(s.order)
	for {
		var c *chunk
		select {
		case c = <-s.free:
			if cap(c.buf) > 4*chunkBytes { // one huge line must not be paid for ever
				c.buf = nil
			}
			c.buf, c.entries, c.items = c.buf[:0], c.entries[:0], c.items[:0]
		default:
			c = &chunk{}
		}
		c.done = make(chan struct{})
		err := s.r.fill(ctx, c, chunkItems)
		if len(c.entries) > 0 {
			select {
			case s.order <- c:
				s.work <- c // has as much room as order
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.err = err
			}
			return
		}
	}
}

func (s *stream) decode() {
	for c := range s.work {
		s.r.decode(c)
		close(c.done)
	}
}

func (s *stream) consume(ctx context.Context, yield func(Item, error) bool) {
	for {
		var c *chunk
		var more bool
		select {
		case c, more = <-s.order:
		case <-ctx.Done():
			yield(Item{}, ctx.Err())
			return
		}
		if !more {
			if s.err != nil {
				yield(Item{}, s.err)
			}
			return
		}
		<-c.done
		for _, it := range c.items {
			if !yield(it, nil) {
				return
			}
		}
		select {
		case s.free <- c:
		default:
		}
	}
}
