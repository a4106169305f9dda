package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/push"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/report/access"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

const (
	// serverGrace is how long requests under way may take to end.
	serverGrace = 2 * time.Second
	// orderPatience is how long an order waits for its turn, below the time in which a server answers.
	orderPatience = 20 * time.Second
	// tickRoom is what the disk has to have left for ticks, beside what the store never touches: were it filled with what
	// waits, nothing of it could be taken in.
	tickRoom = 128 << 20
)

// serveDaemon gives a daemon its server: the page, the API, and what comes in by POST. routes are further ones, by pattern.
// Without an address there is none, and nothing is taken in.
func (a *app) serveDaemon(c *config.Config, s *store.Store, d *jobs.Daemon, o *jobs.DaemonOptions, tokens *access.Tokens) (*front, error) {
	f := &front{tokens: tokens, listen: c.HTTP.Listen}
	if c.HTTP.Listen == "" {
		return f, nil
	}
	rules, err := f.rules(c)
	if err != nil {
		return nil, err
	}
	l, err := listen(c.HTTP.Listen)
	if err != nil {
		return nil, err
	}
	if err := a.takePushes(f, c, d, o); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	lists := catalog.Of(s, o.Log)
	d.Attach(listsPart(lists))
	mux := site(s, a.now, &editor{store: s, now: a.now, with: inTurn(d)}, lists, f.pushes)
	mux.Handle("/v1/stories", f.pushes)
	for pattern, h := range d.Routes() {
		mux.Handle(pattern, h)
	}
	followed, end := live(s, lists, a.now, c.HTTP.Base)
	for pattern, h := range followed {
		mux.Handle(pattern, h)
	}
	f.guard = access.New(tokens, rules, a.now, o.Log)
	f.guard.Count(o.Metrics.Refused)
	guarded, err := f.guard.Wrap(mux)
	if err != nil {
		return nil, errors.Join(err, l.Close(), f.box.Close())
	}
	server := web.NewServer(guarded)
	server.RegisterOnShutdown(end)
	d.Attach(jobs.Part{
		Name: "http",
		Start: func(context.Context) error {
			o.Log.Info("page is served", "address", "http://"+l.Addr().String())
			go func() {
				if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
					o.Log.Error("page is not served any more", "error", err)
				}
			}()
			return nil
		},
		Stop: func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, serverGrace)
			defer cancel()
			return shutDown(ctx, server)
		},
	})
	return f, nil
}

// listsPart keeps the lists of the page and the API up to date while the daemon runs.
func listsPart(lists *catalog.Catalog) jobs.Part {
	var stop context.CancelFunc
	ended := make(chan struct{})
	return jobs.Part{
		Name: "catalog",
		Start: func(ctx context.Context) error {
			ctx, stop = context.WithCancel(ctx)
			go func() {
				defer close(ended)
				lists.Run(ctx)
			}()
			return nil
		},
		Stop: func(ctx context.Context) error {
			stop()
			select {
			case <-ended:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
	}
}

// inTurn carries out orders in the turn of the jobs that write. Whoever gives one waits for the job under way, but no longer
// than an answer may take.
func inTurn(d *jobs.Daemon) func(context.Context, func(*jobs.Desk) error) error {
	return func(ctx context.Context, do func(*jobs.Desk) error) error {
		patience, cancel := context.WithTimeout(ctx, orderPatience)
		defer cancel()
		err := d.WithDesk(patience, do)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return &service.RefusedError{Status: http.StatusServiceUnavailable, Err: errors.New("a job is writing to the store: try again in a minute")}
		}
		return err
	}
}

// takePushes opens the inbox of the store, and makes the endpoint that fills it.
func (a *app) takePushes(f *front, c *config.Config, d *jobs.Daemon, o *jobs.DaemonOptions) error {
	box, err := inbox.Open(filepath.Join(c.Store.Dir, inbox.Folder), inbox.Options{
		Most: queueBounds(c), MinFree: store.DefaultMinFree + tickRoom, Free: store.FreeSpace, Clock: a.now, Log: o.Log,
	})
	if err != nil {
		return err
	}
	from := source.Options{Name: jobs.PushedInput, Limits: c.SourceLimits(), Language: text.Language}
	h, err := push.New(box, push.Options{
		Source: from, Body: int64(c.HTTP.Body), Wait: d.UntilTick, Clock: a.now, Log: o.Log,
	})
	if err != nil {
		return errors.Join(err, box.Close())
	}
	d.Push(box, from)
	f.box, f.pushes = box, h
	return nil
}

// listen takes the address.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, hinted{fmt.Errorf("http.listen: %w", err), `another daemon may have the address: give this one a http.listen of its own, or "" for none`}
	}
	if err != nil {
		return nil, fmt.Errorf("http.listen: %w", err)
	}
	return l, nil
}

// shutDown lets requests under way end, and cuts off those that have not when ctx ends.
func shutDown(ctx context.Context, server *http.Server) error {
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return server.Close()
	}
	return err
}

// serve serves until ctx ends.
func serve(ctx context.Context, l net.Listener, server *http.Server) error {
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve the page: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), serverGrace)
	defer cancel()
	err := shutDown(stop, server)
	if served := <-done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
