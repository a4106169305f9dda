package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/control"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// followEvery is how often changes --follow looks for new entries.
const followEvery = time.Second

func newChanges(a *app) *cobra.Command {
	var f reportFlags
	var q report.ChangesQuery
	var jsonl, follow bool
	cmd := &cobra.Command{
		Use:   "changes",
		Short: "What changed, entry by entry: groups, events, threads and series, with the reasons",
		Long: `changes prints the journal: what became of every group, event, thread and series, when, and why.
Without --since it prints the last entries. The numbers of entries never change, so that --since
with the number of the last entry that was seen gives what came after it.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if q.Now = a.now(); jsonl {
				f.format = string(report.JSONL)
			}
			format, err := f.outputFormat()
			if err != nil {
				return err
			}
			q.Newest = !cmd.Flags().Changed("since")
			if !follow {
				return a.read(cmd.Context(), func(_ *config.Config, _ *store.Store, v *store.Snapshot) error {
					return a.printChanges(v, &q, format)
				})
			}
			if format != report.Table && format != report.JSONL {
				return usagef("--follow prints a table or JSON Lines, not %s", format)
			}
			return a.follow(cmd.Context(), q, format)
		},
	}
	fl := cmd.Flags()
	fl.Uint64Var(&q.Since, "since", 0, "only after this entry (default: the last entries)")
	fl.Uint64Var(&q.Until, "until", 0, "only up to this entry")
	fl.StringVar(&q.Object, "object", "", "only of this group, event, thread or series")
	fl.StringVar(&q.Level, "level", "", "only of: group, event, thread, series, override")
	fl.StringVar(&q.Kind, "kind", "", "only of this kind: created, grew, shrank, changed, renamed, split, merged, ended")
	fl.IntVar(&q.Limit, "limit", 0, "at most so many; -1 for all (default 50)")
	fl.BoolVar(&follow, "follow", false, "go on printing new entries until interrupted")
	fl.BoolVar(&jsonl, "jsonl", false, "the same as --format jsonl")
	f.form(cmd)
	return cmd
}

func (a *app) printChanges(v *store.Snapshot, q *report.ChangesQuery, format report.Format) error {
	view, err := report.Changes(v, *q)
	if err != nil {
		return err
	}
	q.Since = view.Next
	return report.Write(a.stdout, view, format, a.tableOptions())
}

// follow prints new entries as they come. Between two looks the store is closed, so that others can write to it; while
// they do there is nothing to be seen, and that ends it only at the start.
func (a *app) follow(ctx context.Context, q report.ChangesQuery, format report.Format) error {
	seen := false
	var daemon *heldError
	for {
		err := a.read(ctx, func(_ *config.Config, _ *store.Store, v *store.Snapshot) error {
			for {
				q.Now = a.now()
				view, err := report.Changes(v, q)
				if err != nil {
					return err
				}
				if q.Since = view.Next; len(view.Changes) > 0 {
					if err := report.Write(a.stdout, view, format, a.tableOptions()); err != nil {
						return err
					}
				}
				if q.Newest = false; !view.More {
					return nil
				}
			}
		})
		switch {
		case errors.Is(context.Cause(ctx), control.ErrStopping):
			return hinted{control.ErrStopping, fmt.Sprintf("samestory changes --follow --since %d goes on from here", q.Since)}
		case ctx.Err() != nil:
			return nil // an interrupt is how it ends
		case seen && errors.As(err, &daemon):
			daemon.more = []string{fmt.Sprintf("--since=%d", q.Since)} // a daemon goes on from here
			return daemon
		case err != nil && (!seen || !errors.Is(err, store.ErrLocked)):
			return err
		}
		seen = true
		select {
		case <-ctx.Done():
		case <-time.After(followEvery):
		}
	}
}

func (a *app) newReportRevisions() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use: "revisions ID", Short: "The history of one event, thread, group or series, revision by revision", Args: exactArgs(1, "one id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.showJournal(cmd, &f, func(v report.Journal) (report.View, error) {
				return report.Revisions(v, args[0], a.now())
			})
		},
	}
	f.form(cmd)
	return cmd
}

func (a *app) newReportDiff() *cobra.Command {
	var f reportFlags
	var from, to string
	cmd := &cobra.Command{
		Use:   "diff [ID] --since TIME|ENTRY [--to TIME|ENTRY]",
		Short: "What became of all events, or of one, between two moments",
		Long: `diff compares the events as the store had them at two moments: which are new, which grow, which were
merged or split, and which fade because nothing came since. With the id of an event it tells what became
of that one: stories that came and went, and figures that changed. The moments are those at which stories
arrived in the store.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("diff takes one id of an event, or none for all of them")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			since := cmp.Or(from, f.since)
			if since == "" {
				return usagef("--since is missing: a time, or the number of a journal entry")
			}
			if err := errors.Join(a.isMoment("--since", since), a.isMoment("--to", to)); err != nil {
				return err
			}
			f.since = "" // may be the number of an entry, which is no time
			q, err := a.query(&f)
			if err != nil {
				return err
			}
			return a.showJournal(cmd, &f, func(v report.Journal) (report.View, error) {
				was, err := report.Moment(v, since, a.now())
				if err != nil {
					return nil, err
				}
				is, err := report.Moment(v, to, a.now())
				if err != nil {
					return nil, err
				}
				if len(args) == 1 {
					return report.Diff(was, is, args[0], a.now())
				}
				return report.EventsDiff(v, was, is, q)
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.since, "since", "", "a time (14h, 3d, today, yesterday, 2026-03-02, RFC 3339) or the number of a journal entry")
	fl.StringVar(&from, "from", "", "the same as --since")
	fl.StringVar(&to, "to", "", "the later of the two moments (default now)")
	fl.StringVar(&f.source, "source", "", "only events that this source has")
	fl.StringVar(&f.lang, "lang", "", "only events in this language, as en")
	fl.StringVar(&f.query, "query", "", "only events with all these words in a headline or among the names")
	fl.IntVar(&f.minSources, "min-sources", 0, "only events that at least so many independent sources have")
	fl.StringVar(&f.sort, "sort", "", "importance, newest, size or sources (default importance; what grows, by how much)")
	fl.IntVar(&f.limit, "limit", 0, "at most so many of each change; -1 for all (default 50)")
	f.form(cmd)
	return cmd
}

// isMoment checks a flag that is a time or the number of a journal entry.
func (a *app) isMoment(flag, s string) error {
	if _, err := strconv.ParseUint(s, 10, 64); err == nil {
		return nil
	}
	if _, err := report.ParseTime(s, a.now()); err != nil {
		return usagef("%s: %w, or the number of a journal entry", flag, err)
	}
	return nil
}

func (a *app) showJournal(cmd *cobra.Command, f *reportFlags, ask func(report.Journal) (report.View, error)) error {
	format, err := f.outputFormat()
	if err != nil {
		return err
	}
	return a.read(cmd.Context(), func(_ *config.Config, _ *store.Store, v *store.Snapshot) error {
		view, err := ask(v)
		if err != nil {
			return err
		}
		return report.Write(a.stdout, view, format, a.tableOptions())
	})
}
