package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/control"
	"github.com/samestory/samestory/report/access"
	"github.com/samestory/samestory/store"
)

// served is what a verb has of the daemon that carries it out, and of its caller.
type served struct {
	store  *store.Store
	daemon *jobs.Daemon
	tokens *access.Tokens // one for all verbs: they may change the file
	log    *slog.Logger

	dir  string // of the caller, absolute
	user string // whose orders these are
	as   string // how the caller names the store

	wrote bool // the verb had the turn of the jobs that write
}

// serveVerbs lets a daemon carry out the verbs of other processes. Where there can be no socket it runs without one.
func (a *app) serveVerbs(d *jobs.Daemon, s *store.Store, tokens *access.Tokens, log *slog.Logger) {
	var server *control.Server
	d.Attach(jobs.Part{
		Name: "control socket",
		Start: func(context.Context) (err error) {
			server, err = control.Start(s.Dir(), control.Options{
				Release: releaseName(), Log: log,
				Run: func(ctx context.Context, session *control.Session) int {
					return a.serveVerb(ctx, session, d, s, tokens, log)
				},
			})
			if errors.Is(err, control.ErrPathTooLong) || errors.Is(err, errors.ErrUnsupported) {
				log.Warn("no verb can be asked of this daemon", "error", err)
				return nil
			}
			return err
		},
		Stop: func(ctx context.Context) error {
			if server == nil {
				return nil
			}
			return server.Stop(ctx)
		},
	})
}

// serveVerb carries out one verb.
func (a *app) serveVerb(
	ctx context.Context, session *control.Session, d *jobs.Daemon, s *store.Store, tokens *access.Tokens, log *slog.Logger,
) int {
	begun := time.Now()
	verb := &app{
		stdin: session.Stdin, stdout: session.Stdout, stderr: session.Stderr, now: a.now, getenv: session.Getenv, workers: a.processors, // somebody waits for it
		served: &served{store: s, daemon: d, tokens: tokens, log: log, dir: session.Dir, user: session.User},
	}
	root := newRoot(verb)
	verb.leaveOut(root)
	root.SetArgs(session.Args)
	code := verb.exit(root.ExecuteContext(ctx))
	if code == exitInterrupted && errors.Is(context.Cause(ctx), control.ErrStopping) {
		fmt.Fprintln(session.Stderr, "samestory: hint: the daemon is stopping; when it has stopped the verb needs it no more")
	}
	level := slog.LevelDebug
	if verb.served.wrote {
		level = slog.LevelInfo // the jobs waited for it
	}
	log.Log(ctx, level, "verb", "args", session.Args, "code", code, "took", time.Since(begun).Round(time.Millisecond))
	return code
}

// leaveOut takes out the verbs that no caller asks a daemon for: they work on no store, or need it for themselves.
func (a *app) leaveOut(root *cobra.Command) {
	local := []string{"daemon", "demo", "restore", "upgrade", "repair", "generate", "eval", "train", "config", "version"}
	for _, cmd := range root.Commands() {
		if slices.Contains(local, cmd.Name()) {
			root.RemoveCommand(cmd)
		}
	}
}

// open lends the daemon's store to a verb. One that writes has the turn of the jobs that do until it closes the handle.
func (v *served) open(ctx context.Context, c *config.Config, o store.Options) (*handle, error) {
	v.as = c.Store.Dir
	h := &handle{Store: v.store, dir: v.as, end: func() error { return nil }}
	if o.ReadOnly {
		return h, nil
	}
	leave, err := v.daemon.TakeTurn(ctx)
	if err != nil {
		return nil, err
	}
	v.wrote = true
	h.end = func() error {
		leave()
		return nil
	}
	return h, nil
}

// says renders an error as the caller would have met it: with the store as the caller names it.
func (v *served) says(text string) string {
	if v.as == "" || v.as == v.store.Dir() {
		return text
	}
	return strings.ReplaceAll(text, v.store.Dir(), v.as)
}

// at is where a path of the caller leads.
func (a *app) at(path string) string {
	if a.served == nil || path == "" || filepath.IsAbs(path) {
		return path
	}
	// The path is not cleaned: what follows a link and goes up again leads where it would have for the caller.
	return a.served.dir + string(filepath.Separator) + path
}

// dir is the folder that relative paths are of; empty for that of the process.
func (a *app) dir() string {
	if a.served == nil {
		return ""
	}
	return a.served.dir
}

// openFile opens a file of the caller for reading; errors name it as the caller does.
func (a *app) openFile(path string) (*os.File, error) {
	f, err := os.Open(a.at(path))
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		pe.Path = path
	}
	return f, err
}

// pathError is an error of a file of the caller, whom it shows the path as it was given.
type pathError struct {
	error
	at, given string // what stands in the text, and what is to
}

func (e pathError) Error() string { return strings.ReplaceAll(e.error.Error(), e.at, e.given) }

func (e pathError) Unwrap() error { return e.error }

// given lets an error name a path as the caller gave it.
func (a *app) given(err error, path string) error {
	at := a.at(path)
	if err == nil || at == path {
		return err
	}
	from, to := filepath.Clean(a.served.dir)+string(filepath.Separator), ""
	if clean := filepath.Clean(path); clean == ".." || strings.HasPrefix(clean, ".."+string(filepath.Separator)) {
		from, to = filepath.Clean(at), clean
	}
	return pathError{err, from, to}
}
