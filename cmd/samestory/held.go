package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/samestory/samestory/jobs/control"
	"github.com/samestory/samestory/store"
)

// handle is a store that a verb works on: its own, or that of the daemon which carries the verb out.
type handle struct {
	*store.Store
	dir string // as the caller names it
	end func() error
}

// Dir is the folder of the store, as the caller names it.
func (h *handle) Dir() string { return h.dir }

// Close gives the store back: verbs that have it for writing close it before anybody else writes.
func (h *handle) Close() error { return h.end() }

// heldError tells that a daemon holds the store and answers: it is to carry the verb out.
type heldError struct {
	dir  string
	more []string // arguments that say where the verb was
}

func (e *heldError) Error() string { return fmt.Sprintf("store %s is held by a daemon", e.dir) }

// Is reports that a heldError is a store.ErrLocked.
func (e *heldError) Is(target error) bool { return target == store.ErrLocked }

// held finds out whether a daemon holds the store in dir; the error is a *heldError if one does.
func held(ctx context.Context, dir string) error {
	conn, err := control.Dial(ctx, dir)
	switch {
	case err == nil:
		_ = conn.Close()
		return &heldError{dir: dir}
	case errors.Is(err, control.ErrDenied):
		return hinted{
			fmt.Errorf("%w: %s", store.ErrLocked, deniedText(dir)), "run as the user that the daemon runs as",
		}
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return nil
}

func deniedText(dir string) string {
	return fmt.Sprintf("a daemon holds %s, and answers no other user than its own", dir)
}

// alone refuses what no daemon can do for another while it holds the store.
func alone(ctx context.Context, dir, verb string) error {
	err := held(ctx, dir)
	var h *heldError
	if errors.As(err, &h) {
		return hinted{
			fmt.Errorf("%w: a daemon holds %s", store.ErrLocked, dir),
			verb + " needs the store for itself: stop the daemon first",
		}
	}
	return err
}

// execute runs a verb here, or lets the daemon do it that holds the store.
func (a *app) execute(ctx context.Context, args []string) (code int) {
	const tries = 3 // a daemon may end between the question whether it is there and the verb
	for try := 1; ; try++ {
		root := newRoot(a)
		root.SetArgs(args)
		err := root.ExecuteContext(ctx)
		var h *heldError
		if !errors.As(err, &h) {
			return a.exit(err)
		}
		code, err := a.call(ctx, h.dir, append(args, h.more...))
		if err == nil {
			return code
		}
		if !errors.Is(err, control.ErrNobody) || try == tries {
			return a.exit(err)
		}
	}
}

// call lets the daemon that holds a store carry a verb out.
func (a *app) call(ctx context.Context, dir string, args []string) (code int, err error) {
	here, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	conn, err := control.Dial(context.WithoutCancel(ctx), dir)
	if err != nil {
		return 0, err
	}
	code, err = control.Call(ctx, conn, control.Request{
		Release: releaseName(), Args: args, Dir: here, User: a.author(""), Out: terminalOf(a.stdout), Err: terminalOf(a.stderr),
	}, control.Streams{Stdin: a.stdin, Stdout: a.stdout, Stderr: a.stderr, Getenv: a.getenv})
	switch {
	case errors.Is(err, control.ErrVersion):
		return code, hinted{
			fmt.Errorf("%w: %w", store.ErrLocked, err), "restart the daemon, so that both are of one version",
		}
	case errors.Is(err, control.ErrBusy):
		return code, hinted{fmt.Errorf("%w: %w", store.ErrLocked, err), "wait a moment and try again"}
	case errors.Is(err, control.ErrLost):
		return code, hinted{err, "what was committed is safe; the log of the daemon says why it ended"}
	}
	return code, err
}

func terminalOf(w io.Writer) control.Terminal {
	width, ok := terminal(w)
	return control.Terminal{Is: ok, Width: width}
}

// terminal tells whether w is a terminal, and how wide it is.
func terminal(w io.Writer) (width int, ok bool) {
	if far, is := w.(interface{ Terminal() (int, bool) }); is {
		return far.Terminal()
	}
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	return width, true
}
