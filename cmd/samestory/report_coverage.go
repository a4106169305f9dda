package main

import (
	"github.com/spf13/cobra"

	"github.com/samestory/samestory/report"
)

func (a *app) newReportCoverage() *cobra.Command {
	var f reportFlags
	var sources []string
	cmd := &cobra.Command{
		Use:   "coverage --source NAME",
		Short: "What a source has missed of what the others have, and its lag on the rest",
		Long: `coverage compares one source with all others: the events that others have and it has not, by importance,
the events that both have, with how long after the first of the others its first story came, and those that
only it has. With --source more than once the sources count as one, as the titles of one house do.

  samestory report coverage --source Meridian --since 24h --min-sources 2`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(sources) == 0 {
				return usagef("--source is missing: the name of an outlet, as report events shows it")
			}
			q, err := a.query(&f)
			if err != nil {
				return err
			}
			return a.show(cmd, &f, func(v report.Reader) (report.View, error) { return report.Coverage(v, sources, q) })
		},
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&sources, "source", nil, "whose coverage; may be given more than once")
	fl.StringVar(&f.since, "since", "", "only events with a story since then: 14h, 3d, today, 2026-03-02, RFC 3339")
	fl.StringVar(&f.until, "until", "", "only events with a story before then")
	fl.StringVar(&f.lang, "lang", "", "only this language, as en")
	fl.StringVar(&f.query, "query", "", "only events with all these words in a headline or among the names")
	fl.IntVar(&f.minSources, "min-sources", 0, "only events that at least so many independent sources have")
	fl.StringVar(&f.sort, "sort", "", "importance, newest, size or sources (default importance)")
	fl.IntVar(&f.limit, "limit", 0, "at most so many of each kind; -1 for all (default 50)")
	f.past(cmd)
	f.form(cmd)
	return cmd
}
