package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/store"
)

// The exit codes of every verb.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitPartial     = 3
	exitNoStore     = 10
	exitLocked      = 11
	exitInterrupted = 130
)

// usageError marks an error of the command line itself.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// hinted is an error with a way out of it.
type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }

// errPartial ends a verb that did its work but for some of the input; what was left out has been said already.
var errPartial = errors.New("some input was left out")

// exit prints err as a person wants to read it and returns the exit code that stands for it.
func (a *app) exit(err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errPartial) {
		return exitPartial
	}
	code, hint := classify(err)
	text := oneLine(err)
	if a.served != nil {
		text = a.served.says(text)
	}
	fmt.Fprintf(a.stderr, "samestory: error: %s\n", text)
	if hint != "" {
		fmt.Fprintf(a.stderr, "samestory: hint: %s\n", hint)
	}
	return code
}

func classify(err error) (code int, hint string) {
	var h hinted
	if errors.As(err, &h) {
		hint = h.hint
	}
	var usage usageError
	switch {
	case errors.Is(err, context.Canceled):
		return exitInterrupted, or(hint, "what was committed is safe; the same command goes on from there")
	case errors.As(err, &usage):
		return exitUsage, or(hint, "see samestory help")
	case errors.Is(err, store.ErrNoStore):
		return exitNoStore, or(hint, "fill one with: samestory backfill --store DIR FILE")
	case errors.Is(err, store.ErrLocked):
		return exitLocked, or(hint, "another samestory works on this store; wait for it or stop it")
	case errors.Is(err, store.ErrFull):
		return exitError, or(hint, "make room on that disk and run the same command again; what was committed before is safe")
	case errors.Is(err, store.ErrGone):
		return exitError, or(hint, "see docs/OPERATIONS.md on how to restore a backup, if there is no other copy")
	case errors.Is(err, syscall.EROFS):
		return exitError, or(hint, "the disk is mounted for reading only: reports and backups of a store on it work, writing to it does not")
	case errors.Is(err, fs.ErrPermission):
		return exitError, or(hint, "run as the user that owns the folder, or give this one the right to read it and what is in it, and to write what is to change")
	case errors.Is(err, store.ErrExpired):
		return exitError, or(hint, "what has expired is not compared any more; samestory report story ID shows what is left of it and its place")
	case errors.Is(err, store.ErrNotFound):
		return exitError, or(hint, "samestory report events and report duplicates list what there is")
	default:
		return exitError, hint
	}
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

// oneLine keeps an error of several causes readable: each on a line of its own, indented.
func oneLine(err error) string {
	return strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "\n  ")
}

// noArgs and minArgs are cobra's validators with our exit code.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return usagef("unknown command %q for %q", args[0], cmd.CommandPath())
	}
	return usagef("%s takes no arguments, got %q", cmd.CommandPath(), args[0])
}

func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s takes %s, got %d argument(s)", cmd.CommandPath(), what, len(args))
		}
		return nil
	}
}

func minArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usagef("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}
