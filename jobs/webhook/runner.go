package webhook

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// View is what deliveries are made of; *store.Snapshot is one.
type View interface {
	Changes(since, until uint64) iter.Seq2[store.JournalEntry, error]
	Entry(seq uint64) (store.JournalEntry, error)
	LastChange() (uint64, error)
	Cursor(name string) ([]byte, error)
	Story(id string) (store.StoryRecord, error)
	Event(id string) (cluster.Event, error)
	EventHeads(from, to time.Time) iter.Seq2[store.EventHead, error]
	Thread(id string) (cluster.Thread, error)
	Resolve(id string) (string, error)
	EndedInto(id string) ([]string, error)
	Close()
}

// Options are what endpoints share.
type Options struct {
	View   func() View
	Commit func(context.Context, store.Batch) error // in the turn of whoever else writes
	Clock  func() time.Time
	Log    *slog.Logger
	// Poll is how often the journal is looked into when nothing wakes the couriers, and how soon after an error; 0 means
	// half a minute.
	Poll time.Duration

	Transport http.RoundTripper                 // nil: one of its own for each endpoint
	Jitter    func(time.Duration) time.Duration // draws from [0, d]; nil: at random
}

func (o *Options) fill() {
	if o.Poll <= 0 {
		o.Poll = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Jitter == nil {
		o.Jitter = func(d time.Duration) time.Duration { return rand.N(d + 1) }
	}
}

// Runner delivers to endpoints until it is stopped.
type Runner struct {
	couriers []*courier
	stop     chan struct{}
	stopping sync.Once
	cancel   context.CancelCauseFunc
	wait     sync.WaitGroup
	ended    chan struct{} // closed when all couriers have ended
	ending   sync.Once
}

// errStopped is why an attempt was cut off.
var errStopped = errors.New("stopped")

// New makes a runner; Start begins to work.
func New(endpoints []Endpoint, o Options) (*Runner, error) {
	o.fill()
	r := &Runner{stop: make(chan struct{}), ended: make(chan struct{})}
	names := make(map[string]bool, len(endpoints))
	for _, e := range endpoints {
		if err := e.check(); err != nil {
			return nil, err
		}
		if names[e.Name] {
			return nil, fmt.Errorf("webhook %s: the name is taken", e.Name)
		}
		names[e.Name] = true
		r.couriers = append(r.couriers, newCourier(e, &o))
	}
	return r, nil
}

// Start reads where each endpoint stands, so that what is committed from now on is delivered also to a new one, and lets
// the couriers begin. ctx gives values only: Stop ends the work.
func (r *Runner) Start(ctx context.Context) error {
	for _, c := range r.couriers {
		if err := c.load(ctx); err != nil {
			return fmt.Errorf("webhook %s: %w", c.e.Name, err)
		}
	}
	ctx, r.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	for _, c := range r.couriers {
		c.log.Info("webhook", "host", Host(c.e.URL), "cursor", c.state.Cursor, "dead_letters", len(c.state.Dead),
			"disabled", c.state.Disabled != "")
		r.wait.Go(func() { c.run(ctx, r.stop) })
	}
	return nil
}

// Wake tells the couriers that there may be new entries. It never waits.
func (r *Runner) Wake() {
	for _, c := range r.couriers {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// Stop lets no further attempt begin and waits for those under way; when ctx ends they are cut off, which leaves them to
// the next start. It returns when all couriers have ended.
func (r *Runner) Stop(ctx context.Context) {
	r.stopping.Do(func() { close(r.stop) })
	defer r.ending.Do(func() { close(r.ended) })
	if r.cancel == nil {
		return
	}
	after := context.AfterFunc(ctx, func() { r.cancel(errStopped) })
	defer after()
	r.wait.Wait()
	r.cancel(errStopped)
}
