package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/store"
)

func newRepair(a *app) *cobra.Command {
	var dryRun, asJSON bool
	cmd := &cobra.Command{
		Use:   "repair",
		Short: "Make records anew that follow from others, and name what is lost",
		Long: `Make the records of a damaged store anew that follow from others: indexes, waiting stories,
duplicate groups, features, counts. What no other record can give back is named and left as
it is. Where acknowledged commits are missing, the store goes on without them, and how many
there were is said.

Keep a copy of the folder first: a restored backup, and a backfill of what was read since,
gives everything back.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.repair(cmd.Context(), dryRun, asJSON) },
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be done, and write nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

type repairView struct {
	Version  int             `json:"version"`
	DryRun   bool            `json:"dry_run"`
	Commits  uint64          `json:"lost_commits"`
	Done     []repairedView  `json:"done"`
	Lost     []string        `json:"lost"`
	Sound    bool            `json:"sound"` // afterwards; of a dry run, as it is
	Findings []store.Finding `json:"findings"`
}

type repairedView struct {
	Kind    string `json:"kind"`
	Made    int    `json:"made"`
	Removed int    `json:"removed"`
}

func (a *app) repair(ctx context.Context, dryRun, asJSON bool) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	p, err := c.Params()
	if err != nil {
		return err
	}
	if err := alone(ctx, c.Store.Dir, "repair"); err != nil {
		return err
	}
	s, err := a.openOwn(ctx, &c, store.Options{ReadOnly: dryRun, Salvage: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := jobs.Repair(ctx, s, p, dryRun)
	if err != nil {
		return err
	}
	after := r.After
	if dryRun {
		after = r.Before
	}
	if asJSON {
		v := repairView{
			Version: 1, DryRun: dryRun, Commits: r.Commits, Lost: append([]string{}, r.Lost...), Sound: after.OK(),
			Findings: append([]store.Finding{}, after.Findings...), Done: []repairedView{},
		}
		for _, d := range r.Done {
			v.Done = append(v.Done, repairedView(d))
		}
		if err := json.NewEncoder(a.stdout).Encode(v); err != nil {
			return err
		}
	} else {
		a.repaired(s.Dir(), &r, dryRun)
	}
	if dryRun || after.OK() {
		return nil
	}
	if !asJSON {
		fmt.Fprintln(a.stdout, "what check still finds:")
		a.findings(after.Findings)
	}
	return hinted{errUnsound, "what is named above cannot be made from other records: restore a backup, or backfill into a new folder"}
}

// repaired says what a repair did.
func (a *app) repaired(dir string, r *store.RepairReport, dryRun bool) {
	made, removed := "made anew", "removed"
	if dryRun {
		made, removed = "would be made anew", "would be removed"
	}
	for _, d := range r.Done {
		fmt.Fprintf(a.stdout, "%-20s", d.Kind)
		if d.Made > 0 {
			fmt.Fprintf(a.stdout, "  %d %s", d.Made, made)
		}
		if d.Removed > 0 {
			fmt.Fprintf(a.stdout, "  %d %s", d.Removed, removed)
		}
		fmt.Fprintln(a.stdout)
	}
	if r.Commits > 0 {
		fmt.Fprintf(a.stdout, "lost: %s that were acknowledged; their stories are read again by a backfill\n",
			plural(int(r.Commits), "commit", "commits"))
	}
	for _, l := range r.Lost {
		fmt.Fprintf(a.stdout, "lost: %s\n", l)
	}
	switch {
	case !r.Changed() && len(r.Lost) == 0 && r.Before.OK():
		fmt.Fprintf(a.stdout, "%s: sound, nothing to repair\n", dir)
	case dryRun:
		fmt.Fprintf(a.stdout, "%s: nothing was written\n", dir)
	case r.After.OK():
		fmt.Fprintf(a.stdout, "%s: sound: no findings\n", dir)
	}
}
