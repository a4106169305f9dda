package main

import (
	"github.com/spf13/cobra"

	"github.com/samestory/samestory/report"
)

func (a *app) newReportSpread() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "spread STORY|EVENT",
		Short: "Who took a story, when, how much of it, and who says so; or how an event got around",
		Long: `spread shows how a text or an event got around. Of a story: the copies and excerpts of it, outlet by outlet,
with how long after it they came, how much of its text they have, and whether they name its outlet. Of an
event: all of its stories, measured against the story that each copies, or else against the first.
With --format svg it draws the curve of stories and outlets over time.`,
		Args: exactArgs(1, "one id of a story or an event"),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := a.query(&f)
			if err != nil {
				return err
			}
			return a.show(cmd, &f, func(v report.Reader) (report.View, error) { return report.Spread(v, args[0], q.Now) })
		},
	}
	f.past(cmd)
	f.form(cmd)
	f.pictured = true
	cmd.Flags().Lookup("format").Usage = "table, json, jsonl, csv, md, html or svg (default table)"
	return cmd
}
