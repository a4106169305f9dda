package embed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/cluster/event"
)

// Client asks one model.
type Client struct {
	o          Options
	endpoint   string
	http       *http.Client
	breaker    breaker
	dimensions atomic.Int64 // of every answer; 0 before the first
}

// New makes a client; it asks nothing yet. now is the clock of the breaker.
func New(o Options, now func() time.Time) (*Client, error) {
	endpoint, err := Endpoint(o.URL)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Model == "":
		return nil, errors.New("a model needs a name")
	case o.Batch < 1 || o.Concurrent < 1 || o.Text < 1 || o.Timeout <= 0 || o.Deadline <= 0 || o.Dimensions < 0:
		return nil, fmt.Errorf("options out of range: %d texts, %d requests, %d bytes, %s, %s, %d dimensions",
			o.Batch, o.Concurrent, o.Text, o.Timeout, o.Deadline, o.Dimensions)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = o.Concurrent
	c := &Client{o: o, endpoint: endpoint, breaker: breaker{now: now}, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	c.dimensions.Store(int64(o.Dimensions))
	return c, nil
}

// Options are what the client was made with.
func (c *Client) Options() *Options { return &c.o }

const (
	tries     = 4
	pause     = 250 * time.Millisecond // before the second try; twice as long before each further one
	pauseMost = 8 * time.Second
)

// ErrDeadline is the reason of texts that no time was left for.
var ErrDeadline = errors.New("no time left for the rest")

// Embed returns the embedding of each text, nil for those that could not be had, and why the first of them could not. It
// takes Options.Deadline at most.
func (c *Client) Embed(ctx context.Context, texts []string) ([]*event.Embedding, error) {
	out := make([]*event.Embedding, len(texts))
	if err := c.breaker.check(); err != nil || len(texts) == 0 {
		return out, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.o.Deadline, fmt.Errorf("%w: %s are over", ErrDeadline, c.o.Deadline))
	defer cancel()
	batches := (len(texts) + c.o.Batch - 1) / c.o.Batch
	reasons := make([]error, batches)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(c.o.Concurrent, batches) {
		wait.Go(func() {
			for k := int(next.Add(1)) - 1; k < batches; k = int(next.Add(1)) - 1 {
				from, to := k*c.o.Batch, min((k+1)*c.o.Batch, len(texts))
				reasons[k] = c.batch(ctx, texts[from:to], out[from:to])
			}
		})
	}
	wait.Wait()
	got := slices.ContainsFunc(out, func(e *event.Embedding) bool { return e != nil })
	for _, err := range reasons {
		if err == nil {
			continue
		}
		if !got && errors.Is(context.Cause(ctx), ErrDeadline) {
			c.breaker.broke(err, false, 0) // a server that is not done with one batch in all that time is no help
		}
		return out, err
	}
	return out, nil
}

// batch fills out with what can be had of the texts, and returns why the first of the rest cannot.
func (c *Client) batch(ctx context.Context, texts []string, out []*event.Embedding) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := c.breaker.check(); err != nil {
		return err
	}
	got, err := c.patiently(ctx, texts)
	switch {
	case err == nil:
		c.breaker.worked()
		copy(out, got)
		return nil
	case divisible(err) && len(texts) > 1:
		half := len(texts) / 2
		left := c.batch(ctx, texts[:half], out[:half])
		if right := c.batch(ctx, texts[half:], out[half:]); left == nil {
			return right
		}
		return left
	case ctx.Err() != nil:
		return err // cut off by the deadline or the caller, which tells little of the server
	}
	wait := time.Duration(0)
	if status, ok := errors.AsType[*StatusError](err); ok {
		wait = status.After
	}
	c.breaker.broke(err, hopeless(err), wait)
	return err
}

// patiently asks again while that may help and the deadline allows.
func (c *Client) patiently(ctx context.Context, texts []string) ([]*event.Embedding, error) {
	var before error
	for try := 1; ; try++ {
		out, err := c.ask(ctx, texts)
		if err == nil {
			err = c.agree(out)
		}
		if err == nil {
			return out, nil
		}
		if ctx.Err() != nil && before != nil {
			return nil, before // a better reason than that the time is over
		}
		if try == tries || ctx.Err() != nil || !again(err) {
			return nil, err
		}
		before = err
		wait := min(pause<<(try-1), pauseMost)
		wait += rand.N(wait / 2) // so that several clients of a server that came back do not ask at once
		if status, ok := errors.AsType[*StatusError](err); ok {
			wait = max(wait, status.After)
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return nil, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// agree holds every answer to the dimensions of the first.
func (c *Client) agree(list []*event.Embedding) error {
	got := int64(list[0].Dimensions())
	if c.dimensions.CompareAndSwap(0, got) || c.dimensions.Load() == got {
		return nil
	}
	return fmt.Errorf("%w: %d dimensions, expected %d", ErrAnswer, got, c.dimensions.Load())
}
