package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/access"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

func newDemo(a *app) *cobra.Command {
	var once, asJSON bool
	var listen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Cluster the embedded sample newsroom, print the report and serve the page",
		Long: `Cluster the embedded sample newsroom, a week of invented stories in several languages, into
a temporary store, print what was found, and serve the page until Ctrl-C. Nothing is kept.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), once, asJSON, listen) },
	}
	cmd.Flags().BoolVar(&once, "once", false, "print the report and exit")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	cmd.Flags().StringVar(&listen, "listen", web.DefaultAddress, "address of the page, on this machine only")
	return cmd
}

func (a *app) demo(ctx context.Context, once, asJSON bool, listen string) (err error) {
	if at := (config.HTTP{Listen: listen}); listen == "" || !at.Local() {
		return usageError{hinted{
			fmt.Errorf("--listen: %q is not an address of this machine alone, and the demo has no tokens", listen),
			"listen on 127.0.0.1; samestory daemon serves other machines",
		}}
	}
	dir, err := os.MkdirTemp("", "samestory-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c := config.Default()
	c.Store.Dir = dir
	params, err := c.Params()
	if err != nil {
		return err
	}
	s, err := a.openOwn(ctx, &c, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	input := a.fileInput(&c, "demo", []string{"-"})
	input.Spec.Stdin = bytes.NewReader(newsroom.SampleJSONL())
	run, err := jobs.Backfill(ctx, s, []jobs.Input{input}, jobs.BackfillOptions{
		Params: params, Residents: int(c.Limits.Live), Clock: a.now,
	})
	if err != nil {
		return err
	}
	// The sample is of a fixed week: its ages are those of the evening on which it ends.
	now := newest(s)
	if err := a.demoReport(s, run, now, asJSON); err != nil || once {
		return err
	}
	return a.demoPage(ctx, s, now, listen)
}

// newest is an hour after the last story of the store.
func newest(s *store.Store) time.Time {
	view := s.View()
	defer view.Close()
	var last time.Time
	for story, err := range view.Stories(time.Time{}, time.Time{}) {
		if err == nil && story.Published.After(last) {
			last = story.Published
		}
	}
	return last.Add(time.Hour)
}

// demoView is the report of the demo as JSON.
type demoView struct {
	Version int                `json:"version"`
	Stories int                `json:"stories"`
	Threads report.ThreadsView `json:"threads"`
	Events  report.EventsView  `json:"events"`
}

func (a *app) demoReport(s *store.Store, run store.Run, now time.Time, asJSON bool) error {
	view := s.View()
	defer view.Close()
	threads, err := report.Threads(view, report.Query{Now: now, Limit: 5, Sort: report.Size})
	if err != nil {
		return err
	}
	events, err := report.Events(view, report.Query{Now: now, Limit: 15, Sort: report.Sources})
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(demoView{Version: 1, Stories: run.New, Threads: threads, Events: events})
	}
	stats, err := view.Stats()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%d stories of one invented week: %s, %s, %s of several events, in %s\n\n", run.New,
		plural(stats.Groups, "duplicate group", "duplicate groups"), plural(stats.Events, "event", "events"),
		plural(stats.Threads, "thread", "threads"), run.Ended.Sub(run.Started).Round(10*time.Millisecond))
	if err := report.Write(a.stdout, threads, report.Table, a.tableOptions()); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	return report.Write(a.stdout, events, report.Table, a.tableOptions())
}

// demoPage serves the page until ctx ends.
func (a *app) demoPage(ctx context.Context, s *store.Store, now time.Time, listen string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("serve the page: %w", err)
		}
	}
	lists := catalog.Of(s, slog.New(slog.DiscardHandler))
	running, stop := context.WithCancel(ctx)
	defer stop()
	var catalogued sync.WaitGroup
	defer func() { stop(); catalogued.Wait() }()
	catalogued.Go(func() { lists.Run(running) })
	clock := func() time.Time { return now }
	mux := site(s, clock, a.editor(s), lists, nil)
	followed, end := live(s, lists, clock, "")
	for pattern, h := range followed {
		mux.Handle(pattern, h)
	}
	guarded, err := access.New(nil, access.Rules{}, a.now, nil).Wrap(mux)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	server := web.NewServer(guarded)
	server.RegisterOnShutdown(end)
	fmt.Fprintf(a.stdout, "\nThe page is at http://%s until Ctrl-C.\n", l.Addr())
	return serve(ctx, l, server)
}
