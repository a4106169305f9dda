package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

type rebuildFlags struct {
	reportFlags
	from, to, model string
	granularity     float64
	dryRun          bool
}

func newRebuild(a *app) *cobra.Command {
	var f rebuildFlags
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Cluster the stored stories anew, with ids kept",
		Long: `Read the stored stories once more and cluster them as a first reading of all of them
would: after samestory itself, its weights or its settings have changed. Ids stay with most
of their members, overrides hold, and every change is in the journal.

  samestory rebuild --dry-run --model mine.json     what other weights would change
  samestory rebuild --model mine.json               change it
                                                    and [cluster] model = "mine.json" in the config

With --from and --to only what has a story in that span is rebuilt; it takes in nothing from
outside. What is printed compares the clusters before and after: where nothing but the order of
arrival has changed, the ARI says how far the running store was from a rebuild.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.rebuild(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.from, "from", "", "only what has a story at or after this time")
	fl.StringVar(&f.to, "to", "", "only what has a story before this time")
	fl.BoolVar(&f.dryRun, "dry-run", false, "say what would change, and write nothing")
	fl.StringVar(&f.model, "model", "", "file of weights, in place of the config's")
	fl.Float64Var(&f.granularity, "granularity", 0, "granularity, in place of the config's")
	f.form(cmd)
	return cmd
}

func (a *app) rebuild(ctx context.Context, f *rebuildFlags) (err error) {
	format, err := f.outputFormat()
	if err != nil {
		return err
	}
	c, err := a.settings()
	if err != nil {
		return err
	}
	o := jobs.RebuildOptions{DryRun: f.dryRun, Clock: a.now, Residents: int(c.Limits.Live)}
	if o.Params, err = c.Params(); err != nil {
		return err
	}
	if f.granularity != 0 {
		o.Params.Granularity = f.granularity
	}
	if f.model != "" {
		if o.Params.Model, err = config.ReadModel(a.at(f.model)); err != nil {
			return err
		}
	}
	if err := o.Params.Validate(); err != nil {
		return usagef("%w", err)
	}
	for _, t := range []struct {
		flag, value string
		to          *time.Time
	}{{"--from", f.from, &o.From}, {"--to", f.to, &o.To}} {
		if *t.to, err = report.ParseTime(t.value, a.now()); err != nil {
			return usagef("%s: %w", t.flag, err)
		}
	}
	if o.Embed, err = a.embedder(&c); err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, store.Options{ReadOnly: f.dryRun})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	bar := a.progressBar(format != report.Table)
	o.Progress = bar.show
	done, err := jobs.Rebuild(ctx, s.Store, o)
	bar.clear()
	var many *jobs.TooManyError
	if errors.As(err, &many) {
		return hinted{err, "rebuild span by span with --from and --to, or raise [limits] live"}
	}
	if err != nil {
		return err
	}
	view := s.View()
	defer view.Close()
	v, err := report.Rebuild(view, report.Clustering(done.Before), report.Clustering(done.After), done.Run.ID, done.Took, a.now())
	if err != nil {
		return err
	}
	return report.Write(a.stdout, v, format, a.tableOptions())
}
