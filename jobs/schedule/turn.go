package schedule

import (
	"context"
	"sync"
)

// Enter takes the turn of a group: no job of it runs until leave is called. It waits for the one that does, and returns
// ctx's error where that ends first. Unlike a job it may also come before Start and after Stop. Calling leave twice is
// harmless.
func (s *Scheduler) Enter(ctx context.Context, group string) (leave func(), err error) {
	s.mu.Lock()
	if s.groups[group] == nil {
		s.groups[group] = make(chan struct{}, 1)
	}
	gate := s.groups[group]
	s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case gate <- struct{}{}:
		return sync.OnceFunc(func() { <-gate }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Within does something small in the turn of a group, see Enter.
func (s *Scheduler) Within(ctx context.Context, group string, do func() error) error {
	leave, err := s.Enter(ctx, group)
	if err != nil {
		return err
	}
	defer leave()
	return do()
}
