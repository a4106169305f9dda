package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

func newSimilar(a *app) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "similar STORY|EVENT",
		Short: "Say what is near to a story or an event, whether or not it belongs to it",
		Long: `Compare a stored story with the events and texts around it: the events by the probability that
it belongs to them, with what is needed, and the stories that share text with it. An event is
compared by the story that stands for it. explain says why one of them belongs to it or not.`,
		Args: exactArgs(1, "a story or an event"),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := f.outputFormat()
			if err != nil {
				return err
			}
			return a.read(cmd.Context(), func(c *config.Config, _ *store.Store, v *store.Snapshot) error {
				view, err := a.similar(cmd.Context(), c, v, args[0])
				if err != nil {
					return err
				}
				return report.Write(a.stdout, view, format, a.tableOptions())
			})
		},
	}
	f.form(cmd)
	return cmd
}

func (a *app) similar(ctx context.Context, c *config.Config, v *store.Snapshot, id string) (report.View, error) {
	story, event, err := storyOrEvent(v, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, hinted{err, "samestory report events lists events, and samestory report event ID its stories"}
	}
	if err != nil {
		return nil, err
	}
	if story == "" {
		e, err := v.Event(event)
		if err != nil {
			return nil, err
		}
		story = e.Representative
	}
	if gone, err := v.Expired(story); gone || err != nil {
		return nil, errors.Join(err, fmt.Errorf("story %s: %w", story, store.ErrExpired))
	}
	whole, err := v.Current(story)
	if err != nil {
		return nil, err
	}
	desk, p, err := a.readingDesk(c, v)
	if err != nil {
		return nil, err
	}
	m, err := desk.Match(ctx, &whole)
	if err != nil {
		return nil, err
	}
	window := report.Window{From: whole.Published.Add(-p.Window), To: whole.Published.Add(p.Window)}
	if window.Events, err = countEvents(v, window); err != nil {
		return nil, err
	}
	return report.Similar(v, m, story, window, a.now())
}
