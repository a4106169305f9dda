package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// newReportSources shows how the sources of a daemon are.
func (a *app) newReportSources() *cobra.Command {
	var f reportFlags
	var q report.SourceQuery
	cmd := &cobra.Command{
		Use: "sources", Short: "Where stories come from: feeds, folders and pushes, and how they are", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format, err := f.outputFormat()
			if err != nil {
				return err
			}
			q.Now = a.now()
			return a.read(cmd.Context(), func(_ *config.Config, _ *store.Store, v *store.Snapshot) error {
				view, err := report.ListSources(v, q)
				if errors.Is(err, report.ErrHealth) {
					return usagef("--health: %w", err)
				}
				if err != nil {
					return err
				}
				return report.Write(a.stdout, view, format, a.tableOptions())
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&q.Health, "health", "", "only those that are ok, quiet, failing, gone or never asked (never)")
	fl.StringVar(&q.Folder, "folder", "", "only those of this folder of a list of feeds")
	fl.StringVar(&q.Text, "query", "", "only those with this in name, title or address")
	f.form(cmd)
	return cmd
}
