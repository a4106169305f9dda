package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// settings loads the config file, or the defaults without one, and lets --store have the last word.
func (a *app) settings() (config.Config, error) {
	c := config.Default()
	if a.config != "" {
		var err error
		if c, err = config.Load(a.at(a.config)); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return c, hinted{err, "config.example.toml shows every setting; everything also runs without a config"}
			}
			return c, err
		}
	}
	if a.store != "" {
		c.Store.Dir = a.store
	}
	if c.Cluster.Workers == 0 {
		c.Cluster.Workers = a.workers
	}
	return c, nil
}

// openStore opens the store of the settings. Where a daemon holds it the error is a *heldError, and the verb is to return
// it: the daemon then carries the verb out from its beginning. Nothing may have been read or printed before.
func (a *app) openStore(ctx context.Context, c *config.Config, o store.Options) (*handle, error) {
	if a.served != nil {
		return a.served.open(ctx, c, o)
	}
	// A daemon that starts has the store some time before it answers: two seconds are a good deal longer than that takes.
	const tries, pause = 8, 100 * time.Millisecond
	for try := 1; ; try++ {
		if err := held(ctx, c.Store.Dir); err != nil {
			return nil, err
		}
		s, err := a.openOwn(ctx, c, o)
		if err == nil {
			return &handle{Store: s, dir: s.Dir(), end: s.Close}, nil
		}
		if !errors.Is(err, store.ErrLocked) || try == tries {
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// openOwn opens the store of the settings for this process.
func (a *app) openOwn(ctx context.Context, c *config.Config, o store.Options) (*store.Store, error) {
	o.Params = store.Header{Features: cluster.FeaturesVersion, Params: cluster.Fingerprint()}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	s, err := store.Open(ctx, c.Store.Dir, o)
	switch {
	case errors.Is(err, store.ErrNotStore):
		return nil, hinted{err, "name another folder with --store; samestory writes into no folder that holds something else"}
	case errors.Is(err, store.ErrSchema), errors.Is(err, store.ErrParams):
		var schema *store.SchemaError
		if errors.As(err, &schema) && schema.Found > schema.Want {
			return nil, hinted{err, "use the version of samestory that wrote it, or a later one"}
		}
		return nil, hinted{err, "samestory upgrade --store " + c.Store.Dir + " brings it to this version, after a backup"}
	case errors.Is(err, store.ErrCorrupt) && !o.Salvage:
		return nil, hinted{err, "keep a copy of the folder; samestory restore makes a store of a backup, samestory repair goes on with what is left"}
	}
	return s, err
}

// read opens the store for reading and calls do with a snapshot of it.
func (a *app) read(ctx context.Context, do func(c *config.Config, s *store.Store, view *store.Snapshot) error) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	view := s.View()
	defer view.Close()
	return do(&c, s.Store, view)
}

// embedder makes the client for embeddings that the settings ask for, nil for none.
func (a *app) embedder(c *config.Config) (*embed.Client, error) {
	e, err := c.Embedder(a.getenv, a.now)
	if errors.Is(err, config.ErrKey) {
		return nil, hinted{err, "set it, or leave api_key_env and api_key_file out for a server that wants none"}
	}
	return e, err
}

// fileSource is a source of files as jobs read it, with its place in the config.
type fileSource struct {
	jobs.Input
	source int
}

// inputs turns the sources of files of a config into what jobs read.
func inputs(c *config.Config) ([]fileSource, error) {
	var list []fileSource
	for i, src := range c.Sources {
		if src.Kind != config.KindJSONL {
			continue
		}
		spec, err := c.Spec(src)
		if err != nil {
			return nil, err
		}
		spec.Language = text.Language
		list = append(list, fileSource{jobs.Input{Name: sourcePrefix + src.Name, Spec: spec}, i})
	}
	return list, nil
}

// sourcePrefix sets the names of sources in the store apart from those of files on the command line.
const sourcePrefix = "source:"

// fileInput reads paths that were named on the command line.
func (a *app) fileInput(c *config.Config, name string, paths []string) jobs.Input {
	return jobs.Input{Name: name, Spec: source.Spec{
		Paths: paths, Dir: a.dir(), Stdin: a.stdin,
		Options: source.Options{Limits: c.SourceLimits(), Language: text.Language},
	}}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
