package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

func newExport(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write assignments, stories or events in bulk, sorted by id",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{hinted{usagef("export what?"), "one of: assignments, stories, events, pairs"}}
		},
	}
	var unique, edited bool
	kinds := []struct {
		name, short string
		write       func(context.Context, io.Writer, *store.Snapshot, report.Format) (int, error)
	}{
		{"assignments", "For every story its duplicate group, event and thread", func(ctx context.Context, w io.Writer, v *store.Snapshot, f report.Format) (int, error) {
			return report.ExportAssignments(ctx, w, v, f)
		}},
		{"stories", "Every story with its text and place", func(ctx context.Context, w io.Writer, v *store.Snapshot, f report.Format) (int, error) {
			return report.ExportStories(ctx, w, v, f, report.StoriesFilter{Unique: unique, Edited: edited})
		}},
		{"events", "Every event with its stories", func(ctx context.Context, w io.Writer, v *store.Snapshot, f report.Format) (int, error) {
			return report.ExportEvents(ctx, w, v, f, a.now())
		}},
		{"pairs", "What editors said of pairs of stories, as labels", func(ctx context.Context, w io.Writer, v *store.Snapshot, f report.Format) (int, error) {
			return report.ExportPairs(ctx, w, v, f)
		}},
	}
	for _, k := range kinds {
		var format string
		var asJSON bool
		sub := &cobra.Command{
			Use: k.name, Short: k.short, Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				f := report.Format(format)
				if asJSON {
					f = report.JSONL
				}
				if f != report.JSONL && f != report.CSV && f != report.Parquet {
					return usagef("--format: unknown format %q: use jsonl, csv or parquet", format)
				}
				if _, screen := terminal(a.stdout); screen && f == report.Parquet {
					return usageError{hinted{usagef("a Parquet file is nothing for a terminal"), "add > " + k.name + ".parquet"}}
				}
				return a.read(cmd.Context(), func(_ *config.Config, _ *store.Store, v *store.Snapshot) error {
					_, err := k.write(cmd.Context(), a.stdout, v, f)
					return err
				})
			},
		}
		sub.Flags().StringVar(&format, "format", "jsonl", "jsonl, csv or parquet")
		sub.Flags().BoolVar(&asJSON, "json", false, "the same as --format jsonl")
		if k.name == "stories" {
			sub.Flags().BoolVar(&unique, "unique", false, "one representative per duplicate group, with the list of what it stands for")
			sub.Flags().BoolVar(&edited, "edited", false, "only events of which an editor said what belongs to them, as labels for train")
		}
		cmd.AddCommand(sub)
	}
	return cmd
}
