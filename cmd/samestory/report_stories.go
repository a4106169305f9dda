package main

import (
	"github.com/spf13/cobra"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// newReportStories lists stories by time. The past of a store has none in that order, so that there is no --as-of.
func (a *app) newReportStories() *cobra.Command {
	var f reportFlags
	var sort, event, thread, group, feed string
	cmd := &cobra.Command{
		Use: "stories", Short: "What came in: stories by time, with where they belong", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, err := a.query(&f)
			if err != nil {
				return err
			}
			oldest, err := report.ParseStorySort(sort)
			if err != nil {
				return usagef("--sort: %w", err)
			}
			return a.show(cmd, &f, func(r report.Reader) (report.View, error) {
				return report.Stories(r.(*store.Snapshot), report.StoriesQuery{Query: q, Event: event, Thread: thread, Group: group, Feed: feed, Oldest: oldest})
			})
		},
	}
	fl := cmd.Flags()
	f.window(cmd, "was published")
	fl.StringVar(&f.source, "source", "", "only of this source")
	fl.StringVar(&f.family, "family", "", "only of outlets of this publisher family: daily.example for news.daily.example")
	fl.StringVar(&f.name, "name", "", "only what has all words of this name in its headline, whole")
	fl.StringVar(&f.lang, "lang", "", "only this language, as en")
	fl.StringVar(&f.query, "query", "", "only what has all these words in its headline or its outlet")
	fl.StringVar(&event, "event", "", "only of this event")
	fl.StringVar(&thread, "thread", "", "only of the events of this thread")
	fl.StringVar(&group, "group", "", "only of this duplicate group")
	fl.StringVar(&feed, "feed", "", "only what stood in this feed, by its name in report sources")
	fl.StringVar(&sort, "sort", "", "newest or oldest (default newest)")
	f.form(cmd)
	return cmd
}
