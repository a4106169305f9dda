package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

func newExplain(a *app) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "explain STORY|EVENT [STORY|EVENT|THREAD]",
		Short: "Say why stories are together, or why not",
		Long: `Say why two stories, or a story and an event, are together or apart: every feature of the
decision with its weight, the words they share, the gates, the runner-up and the margin, and
what would have to be different. With one story: why it is in its own event. With an event, or
a story for its event, and a thread: why the event is in the thread, or why not.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usagef("explain takes a story, and a second story, an event or a thread; or an event and a thread")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := f.outputFormat()
			if err != nil {
				return err
			}
			return a.read(cmd.Context(), func(c *config.Config, _ *store.Store, v *store.Snapshot) error {
				view, err := a.explain(cmd.Context(), c, v, args)
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

func (a *app) explain(ctx context.Context, c *config.Config, v *store.Snapshot, args []string) (report.View, error) {
	desk, _, err := a.readingDesk(c, v)
	if err != nil {
		return nil, err
	}
	story, other, event := args[0], "", ""
	if len(args) == 2 {
		var thread string
		if thread, err = threadNamed(v, args[1]); err != nil {
			return nil, err
		}
		if thread != "" {
			if event, err = eventOf(v, args[0]); err != nil {
				return nil, err
			}
			x, err := desk.ExplainThread(event, thread)
			if err != nil {
				return nil, err
			}
			return report.ExplainThread(v, x, a.now())
		}
		other, event, err = storyOrEvent(v, args[1])
	} else {
		event, err = ownEvent(v, story)
	}
	if err != nil {
		return nil, err
	}
	var x *cluster.PairExplanation
	if other != "" {
		x, err = desk.ExplainPair(ctx, story, other)
	} else {
		x, err = desk.ExplainEvent(ctx, story, event)
	}
	if err != nil {
		return nil, err
	}
	return report.Explain(v, x, story, other, event, a.now())
}

// storyOrEvent finds out which of the two an id names.
func storyOrEvent(v *store.Snapshot, id string) (story, event string, err error) {
	_, err = v.Story(id)
	if err == nil {
		return id, "", nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", "", err
	}
	ev, err := v.Event(id)
	if errors.Is(err, store.ErrNotFound) {
		return "", "", hinted{err, "the second argument is the id of a story, an event or a thread; samestory report events lists them"}
	}
	return "", ev.ID, err
}

// threadNamed returns the id of the thread that an id names, empty where it names none.
func threadNamed(v *store.Snapshot, id string) (string, error) {
	if _, err := v.Story(id); err == nil || !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	t, err := v.Thread(id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return t.ID, err
}

// eventOf is the event that an id names, or that of the story that it names.
func eventOf(v *store.Snapshot, id string) (string, error) {
	if _, err := v.Story(id); err == nil {
		return ownEvent(v, id)
	} else if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	ev, err := v.Event(id)
	return ev.ID, err
}

func ownEvent(v *store.Snapshot, story string) (string, error) {
	r, err := v.Story(story)
	if err != nil {
		return "", err
	}
	if r.Placement.Event == "" {
		return "", hinted{errors.New("story " + story + " waits for the event stage"), "any backfill or tick places it"}
	}
	return r.Placement.Event, nil
}
