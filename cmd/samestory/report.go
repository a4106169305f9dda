package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// reportFlags are the selection and the form of every report.
type reportFlags struct {
	since, until, source, lang, query, sort, format string
	family, name, cursor                            string
	asOf                                            string
	minSources, limit                               int
	asJSON                                          bool
	pictured                                        bool // the report can be drawn
}

func newReport(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Show events, threads, stories, series, duplicates and runs",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{hinted{usagef("report what?"), "one of: events, event ID, threads, thread ID, stories, story ID, series, series ID, duplicates, duplicates ID, overrides, runs, sources, jobs, revisions ID, diff, diff ID, coverage, spread ID"}}
		},
	}
	lists := []struct {
		name, short string
		flags       func(*reportFlags, *cobra.Command)
		ask         func(report.Reader, report.Query) (report.View, error)
	}{
		{"events", "What happened: events by importance, copies folded", anyStories, func(r report.Reader, q report.Query) (report.View, error) { return report.Events(r, q) }},
		{"threads", "What runs on: threads of two or more events", anyStories, func(r report.Reader, q report.Query) (report.View, error) { return report.Threads(r, q) }},
		{"overrides", "What editors ordered, newest first", ordersOnly, func(r report.Reader, q report.Query) (report.View, error) { return report.Overrides(r, q) }},
		{"runs", "What the jobs did, newest first, with what they put aside", runsOnly, func(r report.Reader, q report.Query) (report.View, error) { return report.Runs(r, q) }},
	}
	for _, l := range lists {
		var f reportFlags
		sub := &cobra.Command{
			Use: l.name, Short: l.short, Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				q, err := a.query(&f)
				if err != nil {
					return err
				}
				return a.show(cmd, &f, func(v report.Reader) (report.View, error) { return l.ask(v, q) })
			},
		}
		l.flags(&f, sub)
		f.form(sub)
		cmd.AddCommand(sub)
	}
	cmd.AddCommand(a.newReportStories(), a.newCollection(duplicates()), a.newCollection(series()), a.newReportJobs())
	items := []struct {
		name, short string
		ask         func(report.Reader, string, report.Query) (report.View, error)
	}{
		{"event", "One event: its stories by time, copies under their origin", func(r report.Reader, id string, q report.Query) (report.View, error) {
			return report.EventByID(r, id, q.Now)
		}},
		{"thread", "One thread: its events by time, with what links them", func(r report.Reader, id string, q report.Query) (report.View, error) {
			return report.ThreadByID(r, id, q.Now)
		}},
		{"story", "One story: its versions, copies, event and thread", func(r report.Reader, id string, q report.Query) (report.View, error) {
			return report.StoryByID(r, id, q.Now)
		}},
	}
	for _, it := range items {
		var f reportFlags
		sub := &cobra.Command{
			Use: it.name + " ID", Short: it.short, Args: exactArgs(1, "one id"),
			RunE: func(cmd *cobra.Command, args []string) error {
				q, err := a.query(&f)
				if err != nil {
					return err
				}
				return a.show(cmd, &f, func(v report.Reader) (report.View, error) { return it.ask(v, args[0], q) })
			},
		}
		f.past(sub)
		f.form(sub)
		cmd.AddCommand(sub)
	}
	cmd.AddCommand(a.newReportSources(), a.newReportRevisions(), a.newReportDiff(), a.newReportCoverage(), a.newReportSpread())
	return cmd
}

func (f *reportFlags) past(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "as the store had it then: 14h, 3d, today, 2026-03-02, RFC 3339")
}

func (f *reportFlags) selection(cmd *cobra.Command) {
	fl := cmd.Flags()
	f.window(cmd, "had a story")
	fl.StringVar(&f.source, "source", "", "only what this source has")
	fl.StringVar(&f.family, "family", "", "only what an outlet of this publisher family has: daily.example for news.daily.example ")
	fl.StringVar(&f.name, "name", "", "only what has all words of this name, whole")
	fl.StringVar(&f.lang, "lang", "", "only this language, as en")
	fl.StringVar(&f.query, "query", "", "only what has all these words in a headline, among names and outlets, or where a text begins")
	fl.IntVar(&f.minSources, "min-sources", 0, "only what at least so many independent sources have")
	fl.StringVar(&f.sort, "sort", "", "importance, newest, growth, size, diversity or sources (default importance)")
}

// window are the flags of every list.
func (f *reportFlags) window(cmd *cobra.Command, what string) {
	fl := cmd.Flags()
	fl.StringVar(&f.since, "since", "", "only what "+what+" since then: 14h, 3d, today, 2026-03-02, RFC 3339")
	fl.StringVar(&f.until, "until", "", "only what "+what+" before then")
	fl.IntVar(&f.limit, "limit", 0, "at most so many; -1 for all (default 50)")
	f.turned(cmd)
}

func (f *reportFlags) turned(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.cursor, "cursor", "", "the page after another: its \"next\", which --json shows, with the other flags as they were")
}

func (f *reportFlags) form(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.format, "format", "", "table, json, jsonl, csv, md or html (default table)")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "the same as --format json")
}

func (a *app) query(f *reportFlags) (report.Query, error) {
	q := report.Query{
		Source: f.source, Family: f.family, Name: f.name, Lang: f.lang, Text: f.query, MinSources: f.minSources, Limit: f.limit, Cursor: f.cursor, Now: a.now(),
	}
	past, err := report.ParseTime(f.asOf, q.Now)
	if err != nil {
		return q, usagef("--as-of: %w", err)
	}
	if !past.IsZero() {
		q.Now = past // ages are those of then
	}
	if q.Since, err = report.ParseTime(f.since, q.Now); err != nil {
		return q, usagef("--since: %w", err)
	}
	if q.Until, err = report.ParseTime(f.until, q.Now); err != nil {
		return q, usagef("--until: %w", err)
	}
	if q.Sort, err = report.ParseSort(f.sort); err != nil {
		return q, usagef("--sort: %w", err)
	}
	return q, nil
}

func (f *reportFlags) outputFormat() (report.Format, error) {
	if f.asJSON {
		return report.JSON, nil
	}
	if f.pictured && f.format == string(report.SVG) {
		return report.SVG, nil
	}
	format, err := report.ParseFormat(f.format)
	if err != nil {
		return "", usagef("--format: %w", err)
	}
	return format, nil
}

// show asks the store and writes the view.
func (a *app) show(cmd *cobra.Command, f *reportFlags, ask func(report.Reader) (report.View, error)) error {
	format, err := f.outputFormat()
	if err != nil {
		return err
	}
	return a.read(cmd.Context(), func(_ *config.Config, _ *store.Store, v *store.Snapshot) error {
		r := report.Reader(v)
		if f.asOf != "" {
			past, err := report.Moment(v, f.asOf, a.now())
			if err != nil {
				return err
			}
			r = past
		}
		view, err := ask(r)
		if errors.Is(err, report.ErrCursor) {
			return usagef("--cursor: %w", err)
		}
		if err != nil {
			return err
		}
		return report.Write(a.stdout, view, format, a.tableOptions())
	})
}

func (a *app) tableOptions() report.Options {
	width, ok := terminal(a.stdout)
	return report.Options{Width: width, Color: ok}
}

// The flags that lists have.
func anyStories(f *reportFlags, cmd *cobra.Command) {
	f.selection(cmd)
	f.past(cmd)
}

func ordersOnly(f *reportFlags, cmd *cobra.Command) {
	f.window(cmd, "was ordered")
	f.past(cmd)
}

func runsOnly(f *reportFlags, cmd *cobra.Command) {
	f.window(cmd, "started")
	cmd.Flags().StringVar(&f.query, "query", "", "only jobs with all these words in their name")
}

// collection is a list without an argument, and one element of it with one.
type collection struct {
	name, short string
	past        bool // it can be asked for as it was
	list        func(report.Reader, report.Query) (report.View, error)
	one         func(report.Reader, string, report.Query) (report.View, error)
}

func (a *app) newCollection(c collection) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use: c.name + " [ID]", Short: c.short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s takes one id, or none for the list", c.name)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := a.query(&f)
			if err != nil {
				return err
			}
			return a.show(cmd, &f, func(v report.Reader) (report.View, error) {
				if len(args) == 0 {
					return c.list(v, q)
				}
				return c.one(v, args[0], q)
			})
		},
	}
	f.selection(cmd)
	if c.past {
		f.past(cmd)
	}
	f.form(cmd)
	return cmd
}

func duplicates() collection {
	return collection{
		name: "duplicates", short: "Who copied whom: duplicate groups with relation and evidence, or one of them", past: true,
		list: func(r report.Reader, q report.Query) (report.View, error) { return report.Duplicates(r, q) },
		one: func(r report.Reader, id string, q report.Query) (report.View, error) {
			return report.GroupByID(r, id, q.Now)
		},
	}
}

func series() collection {
	return collection{
		name: "series", short: "What comes again and again: templates and columns, or the editions of one",
		list: func(r report.Reader, q report.Query) (report.View, error) { return report.Series(r, q) },
		one: func(r report.Reader, id string, q report.Query) (report.View, error) {
			return report.SeriesByID(r, id, q.Now)
		},
	}
}
