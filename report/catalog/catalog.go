package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// ErrNotReady reports a catalog that has not been made yet, or that could not be brought up to date; the store has the
// answer.
var ErrNotReady = errors.New("the catalog is not ready")

// Snapshot is what a catalog reads of the store; *store.Snapshot is one.
type Snapshot interface {
	report.Reader
	Changes(since, until uint64) iter.Seq2[store.JournalEntry, error]
	LastChange() (uint64, error)
	Close()
}

// Catalog answers lists from memory.
type Catalog struct {
	view  func() Snapshot
	watch func(func(store.Touched)) (stop func())
	log   *slog.Logger

	mu    sync.RWMutex
	books *books // nil while not ready
	begun int64  // when Run was called, which tells the editions of one Run from those of another
	steps steps

	wake   chan struct{}      // holds one
	synced chan chan struct{} // each is closed once the catalog has all that was committed before

	todo struct {
		sync.Mutex
		touched
	}
}

// touched is what was written since the last update.
type touched struct {
	stories         map[string]bool
	events, threads map[string]uint64 // with the marks of the records written last
	others          map[string]bool   // ids of what these records, and those that ended, name
	all             bool
}

func nothing() touched {
	return touched{stories: map[string]bool{}, events: map[string]uint64{}, threads: map[string]uint64{}, others: map[string]bool{}}
}

// changed are the ids of what is not on a shelf as it was written.
func changed[E entry](written map[string]uint64, s *shelf[E]) map[string]bool {
	ids := make(map[string]bool)
	for id, mark := range written {
		if e, ok := s.get(id); !ok || e.Mark() != mark {
			ids[id] = true
		}
	}
	return ids
}

// Of makes the catalog of a store. It is empty, and not ready, until Run has read the store.
func Of(s *store.Store, log *slog.Logger) *Catalog {
	return newCatalog(func() Snapshot { return s.View() }, s.Watch, log)
}

func newCatalog(view func() Snapshot, watch func(func(store.Touched)) func(), log *slog.Logger) *Catalog {
	memo := report.NewMemo()
	c := &Catalog{watch: watch, log: log, wake: make(chan struct{}, 1), synced: make(chan chan struct{})}
	c.view = func() Snapshot { return remembering{view(), memo} }
	c.todo.touched = nothing()
	return c
}

// remembering is a snapshot with what was worked out of texts before.
type remembering struct {
	Snapshot
	memo *report.Memo
}

func (r remembering) Memo() *report.Memo { return r.memo }

// Run makes the catalog and keeps it up to date until ctx ends. It rests as long as it worked, so that it never takes more
// than half of a processor from whoever commits in a row.
func (c *Catalog) Run(ctx context.Context) {
	defer c.watch(c.told)()
	c.mu.Lock()
	c.begun, c.steps = time.Now().UnixNano(), nil
	c.mu.Unlock()
	var waiting []chan struct{}
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		begun := time.Now()
		if err := c.update(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("lists are read from the store: the catalog could not be brought up to date", "error", err)
			c.set(nil)
		}
		for _, done := range waiting {
			close(done)
		}
		waiting = nil
		rest.Reset(time.Since(begun))
		select {
		case <-ctx.Done():
			return
		case done := <-c.synced:
			waiting = append(waiting, done)
			continue
		case <-c.wake:
		}
		select {
		case <-ctx.Done():
			return
		case done := <-c.synced:
			waiting = append(waiting, done)
		case <-rest.C:
		}
	}
}

func (c *Catalog) told(t store.Touched) {
	c.todo.Lock()
	defer c.todo.Unlock()
	c.todo.all = c.todo.all || t.All
	for _, id := range t.Stories {
		c.todo.stories[id] = true
	}
	for i := range t.Events {
		c.todo.events[t.Events[i].ID] = report.MarkOfEvent(&t.Events[i])
		for _, m := range t.Events[i].Mentions {
			c.todo.others[m.Thread] = true
		}
	}
	for i := range t.Threads {
		c.todo.threads[t.Threads[i].ID] = report.MarkOfThread(&t.Threads[i])
	}
	for _, r := range t.Ended {
		c.todo.others[r.From], c.todo.others[r.To] = true, true
	}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Sync waits until the catalog has all that was committed before the call, or until ctx ends. Run has to be running.
func (c *Catalog) Sync(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case c.synced <- done:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ready tells the sequence number of the state that is answered from, and false where there is none.
func (c *Catalog) Ready() (seq uint64, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.books == nil {
		return 0, false
	}
	return c.books.seq, true
}

// State names the state that is answered from, for an ETag: two states with one name are the same. It is empty where there is
// none.
func (c *Catalog) State() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.state()
}

// set puts other books in the place of those that are there.
func (c *Catalog) set(b *books) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.books, c.steps = b, nil
}

// update brings the catalog to the state of the store. Only Run calls it, so that it may read what it alone changes without
// a lock.
func (c *Catalog) update(ctx context.Context) error {
	c.todo.Lock()
	todo := c.todo.touched
	c.todo.touched = nothing()
	c.todo.Unlock()
	v := c.view() // after todo was taken, so that it has what todo names
	defer v.Close()
	seq, err := v.LastChange()
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	if c.books == nil || todo.all {
		b, err := readAll(ctx, v, seq)
		if err == nil {
			if c.books != nil {
				b.edition = c.books.edition + 1
			}
			c.set(b)
			c.nameFirst(ctx)
		}
		return err
	}
	if seq == c.books.seq && len(todo.stories)+len(todo.events)+len(todo.threads)+len(todo.others) == 0 {
		return nil
	}
	ch := &changes{v: v, books: c.books, seq: seq, events: changed(todo.events, &c.books.events), threads: changed(todo.threads, &c.books.threads)}
	if err := ch.collect(todo.stories); err != nil {
		return err
	}
	if err := ch.read(ctx); err != nil {
		return err
	}
	if err := ch.name(ctx); err != nil {
		return err
	}
	order, fresh := c.books.index.merged(ch.terms)
	c.mu.Lock()
	from := c.state()
	ch.apply(order, fresh)
	c.steps.add(from, c.state(), ch.about(&todo))
	c.mu.Unlock()
	if p := c.books.packed(); p != nil {
		c.mu.Lock()
		c.books = p // the same
		c.mu.Unlock()
	}
	return nil
}

// readAll makes the books anew.
func readAll(ctx context.Context, v Snapshot, seq uint64) (*books, error) {
	ch := &changes{v: v, books: newBooks(), seq: seq, events: map[string]bool{}, threads: map[string]bool{}}
	for head, err := range v.EventHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		ch.events[head.ID] = true
	}
	for head, err := range v.ThreadHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return nil, fmt.Errorf("read threads: %w", err)
		}
		ch.threads[head.ID] = true
	}
	if err := ch.read(ctx); err != nil {
		return nil, err
	}
	order, fresh := ch.books.index.merged(ch.terms)
	ch.apply(order, fresh)
	return ch.books, nil
}

// inOrder are the members of a set in order.
func inOrder(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
