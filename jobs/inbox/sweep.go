package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// Seal makes everything that was acknowledged so far readable: a tick begins with it. It waits for what is being written;
// when ctx ends first, what has been sealed before can be read all the same.
func (b *Inbox) Seal(ctx context.Context) error {
	done := make(chan error, 1)
	select {
	case b.calls <- func() { done <- b.sealOpen() }:
	case <-ctx.Done():
		return ctx.Err()
	case <-b.stop:
		return ErrClosed
	}
	if err := <-done; err != nil {
		return fmt.Errorf("seal the inbox: %w", err)
	}
	return nil
}

// Sweep deletes the sealed segments that read says have been read to their end, and whose stories are in the store, which
// is for the caller to be sure of.
func (b *Inbox) Sweep(read func(path string) bool) error {
	b.mu.Lock()
	names := slices.Sorted(maps.Keys(b.sealed))
	b.mu.Unlock()
	var errs []error
	for _, name := range names {
		if !read(b.path(name)) {
			continue
		}
		if err := os.Remove(b.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("sweep the inbox: %w", err))
			continue
		}
		b.mu.Lock()
		b.depth = b.depth.minus(b.sealed[name])
		delete(b.sealed, name)
		b.mu.Unlock()
	}
	return errors.Join(errs...)
}
