package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

func newDaemon(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "daemon",
		Short: "Read the configured sources on a schedule until stopped",
		Long: `Read the configured files and folders on a cron schedule and place what is new.

A job that is due while it still runs is skipped; a job that fails or panics is logged and
runs again when it is next due. SIGTERM or Ctrl-C lets the tick under way finish and commit.

  samestory config check --config samestory.toml     what is read, and when
  samestory daemon --config samestory.toml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.daemon(cmd.Context(), asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "log as JSON, whatever the config says")
	return cmd
}

func (a *app) daemon(ctx context.Context, asJSON bool) (err error) {
	if a.config == "" {
		return usageError{hinted{errors.New("a daemon needs --config"), "start from config.example.toml"}}
	}
	c, err := a.settings()
	if err != nil {
		return err
	}
	if len(c.Sources) == 0 {
		return hinted{fmt.Errorf("%s names no source", a.config), "add a [[source]] with name and paths"}
	}
	o, err := daemonOptions(&c)
	if err != nil {
		return err
	}
	if asJSON {
		c.Log.Format = "json"
	}
	if o.Embed, err = a.embedder(&c); err != nil {
		return err
	}
	if o.Webhooks, err = a.endpoints(&c); err != nil {
		return err
	}
	o.Clock, o.Log = a.now, a.logger(c.Log)
	s, err := a.openStore(ctx, &c, store.Options{Create: true, Log: o.Log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	o.Log.Info("store is open", "dir", c.Store.Dir)
	return jobs.NewDaemon(s, o).Run(ctx)
}

// daemonOptions turns the settings into what a daemon runs on.
func daemonOptions(c *config.Config) (jobs.DaemonOptions, error) {
	params, err := c.Params()
	if err != nil {
		return jobs.DaemonOptions{}, err
	}
	o := jobs.DaemonOptions{
		Params: params, Residents: int(c.Limits.Live), CatchUp: c.Daemon.CatchUp, StopAfter: c.Daemon.StopAfter.Duration,
	}
	schedules, err := c.Schedules()
	if err != nil {
		return o, err
	}
	specs := make(map[string]*schedule.Spec)
	for _, s := range schedules {
		specs[s.Key] = s.Spec
	}
	o.Tick, o.Settle, o.Maintenance = specs["daemon.tick"], specs["daemon.settle"], specs["daemon.maintenance"]
	o.Retention = jobs.Retention{
		Spec: specs["retention.schedule"], Age: c.Retention.Age.Duration.Duration, Size: int64(c.Retention.Size),
	}
	o.Backup = jobs.Backup{
		Spec: specs["backup.schedule"], Dir: c.Backup.Dir, FullEvery: c.Backup.FullEvery.Duration, Keep: c.Backup.Keep,
	}
	list, err := inputs(c)
	if err != nil {
		return o, err
	}
	for i, in := range list {
		in.Spec.Follow = true
		o.Inputs = append(o.Inputs, jobs.Scheduled{Input: in, Spec: specs[fmt.Sprintf("source[%d].schedule", i)]})
	}
	return o, nil
}

func (a *app) logger(c config.Log) *slog.Logger {
	var level slog.Level
	// The config has been checked: a word that is no level leaves the default.
	_ = level.UnmarshalText([]byte(c.Level))
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, o))
	}
	return slog.New(slog.NewTextHandler(a.stderr, o))
}
