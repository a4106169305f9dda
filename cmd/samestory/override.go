package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/user"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// editFlags are what every order of an editor takes.
type editFlags struct {
	author, note string
	asJSON       bool
}

func (f *editFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.author, "author", "", "who says so (default: the name of the user)")
	cmd.Flags().StringVar(&f.note, "note", "", "why")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print what was done as JSON")
}

// newOverrides makes the verbs by which editors overrule the texts.
func newOverrides(a *app) []*cobra.Command {
	orders := []struct {
		kind             cluster.OverrideKind
		use, short, long string
		least, most      int // arguments
	}{
		{
			cluster.OverridePin, "pin STORY [EVENT]", "Keep a story with an event, or an event with a thread",
			`pin STORY keeps the story with the event that it is in, pin STORY EVENT puts it into
another, and pin EVENT THREAD puts an event into a thread. An event is what its first
report and the one that heads it tell of: should it be divided later, the story goes
with these.`, 1, 2,
		},
		{
			cluster.OverrideForbid, "forbid STORY|EVENT|THREAD STORY|EVENT|THREAD", "Keep two stories, events or threads apart for good",
			`Two stories are never in one event (nor copies of each other), a story and the
present stories of an event are not, nor those of two events. With a thread, their
events are never in one thread.`, 2, 2,
		},
		{
			cluster.OverrideMerge, "merge EVENT EVENT... | THREAD THREAD...", "Make one of several events, or of several threads",
			`The stories that the events have now stay together from now on. The id of the older
event stays; the others lead to it.`, 2, -1,
		},
		{
			cluster.OverrideSplit, "split EVENT STORY... | THREAD EVENT...", "Take stories out of an event, or events out of a thread",
			`The stories, with their copies, and the rest of the event are never in one event
again. What they are in instead, the texts say.`, 2, -1,
		},
	}
	var list []*cobra.Command
	for _, o := range orders {
		var f editFlags
		cmd := &cobra.Command{
			Use: o.use, Short: o.short,
			Long: o.long + "\n\nIt holds in every later tick and rebuild until it is undone; report overrides lists all.",
			Args: between(o.least, o.most),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.edit(cmd.Context(), &f, jobs.Order{Kind: o.kind, Objects: args})
			},
		}
		f.add(cmd)
		list = append(list, cmd)
	}
	var rename, undo editFlags
	renaming := &cobra.Command{
		Use: "rename EVENT|THREAD TITLE", Short: "Head an event or a thread with words of your own",
		Args: exactArgs(2, "an event or a thread, and a title"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.edit(cmd.Context(), &rename, jobs.Order{Kind: cluster.OverrideRename, Objects: args[:1], Title: args[1]})
		},
	}
	rename.add(renaming)
	undoing := &cobra.Command{
		Use: "undo NUMBER", Short: "Take an override back",
		Args: exactArgs(1, "the number of an override"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.ParseUint(strings.TrimPrefix(args[0], "#"), 10, 64)
			if err != nil {
				return usageError{hinted{fmt.Errorf("%q is no number of an override", args[0]), "samestory report overrides lists them"}}
			}
			return a.editing(cmd.Context(), &undo, func(ctx context.Context, d *jobs.Desk) (jobs.Edited, error) {
				return d.Undo(ctx, n, cluster.Undo{Author: a.author(undo.author), Note: undo.note}, a.now)
			})
		},
	}
	undo.add(undoing)
	return append(list, renaming, undoing)
}

// between is a validator for a number of arguments; most is -1 for any.
func between(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return usageError{hinted{fmt.Errorf("%s: got %d argument(s)", cmd.Name(), len(args)), "samestory " + cmd.Use}}
		}
		return nil
	}
}

// author is who gives an order, as the journal will name them.
func (a *app) author(name string) string {
	if name == "" && a.served != nil {
		return a.served.user
	}
	if name == "" {
		if u, err := user.Current(); err == nil {
			return cmp.Or(u.Username, u.Uid)
		}
	}
	return name
}

func (a *app) edit(ctx context.Context, f *editFlags, o jobs.Order) error {
	o.Author, o.Note = a.author(f.author), f.note
	return a.editing(ctx, f, func(ctx context.Context, d *jobs.Desk) (jobs.Edited, error) { return d.Edit(ctx, o, a.now) })
}

// editing opens the store for an order, carries it out and says what came of it.
func (a *app) editing(ctx context.Context, f *editFlags, do func(context.Context, *jobs.Desk) (jobs.Edited, error)) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	params, err := c.Params()
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	desk, err := jobs.NewDesk(s.Store, params, int(c.Limits.Live))
	if err != nil {
		return err
	}
	done, err := do(ctx, desk)
	var contradicted *jobs.ContradictedError
	switch {
	case errors.As(err, &contradicted) && len(contradicted.By) > 0:
		return hinted{err, fmt.Sprintf("take it back first: samestory undo %d", contradicted.By[0])}
	case errors.Is(err, jobs.ErrOrder):
		return hinted{err, "samestory report event ID and report thread ID list what is in one"}
	case err != nil:
		return err
	}
	format := report.Table
	if f.asJSON {
		format = report.JSON
	}
	view := s.View()
	defer view.Close()
	v, err := report.Edit(view, &done.Override, done.Since, a.now())
	if err != nil {
		return err
	}
	return report.Write(a.stdout, v, format, a.tableOptions())
}
