package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/report/access"
	"github.com/samestory/samestory/store"
)

func newDaemon(a *app) *cobra.Command {
	var asJSON bool
	var once string
	var lists []string
	cmd := &cobra.Command{
		Use:   "daemon",
		Short: "Read the configured sources on a schedule until stopped",
		Long: `Poll the configured feeds and read the configured files and folders on cron schedules, and
place what is new. With --opml no config is needed: the feeds of a list, as feed readers
export it, are polled, and the page is served.

A job that is due while it still runs is skipped; a job that fails or panics is logged and
runs again when it is next due. SIGTERM or Ctrl-C lets the tick under way finish and commit.
SIGHUP reads the config again; one that is wrong is refused, and the daemon goes on as it was.

While it runs it holds the store: all verbs reach it through a socket in the store's folder
and answer as they would without it.

  samestory config check --config samestory.toml     what is read, and when
  samestory daemon --config samestory.toml
  samestory daemon --opml feeds.opml                 the feeds of a list, without a config
  samestory report jobs --store DIR                  what the daemon did, and does next
  samestory run tick --store DIR                     now`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.daemon(cmd.Context(), once, asJSON, lists) },
	}
	cmd.Flags().StringArrayVar(&lists, "opml", nil, "poll the feeds of this list too; may be given several times")
	cmd.Flags().BoolVar(&asJSON, "json", false, "log as JSON, whatever the config says")
	cmd.Flags().StringVar(&once, "once", "", "run only this job, now, and exit: tick, settle, maintenance, backup, ...")
	return cmd
}

func (a *app) daemon(ctx context.Context, once string, asJSON bool, lists []string) (err error) {
	if a.config == "" && len(lists) == 0 {
		return usageError{hinted{errors.New("a daemon needs --config or --opml"), "start from config.example.toml, or from the list that your feed reader exports"}}
	}
	if once == "" { // which answers nobody
		defer a.makeRoom()()
	}
	k, err := a.newKeeper(asJSON, lists)
	if err != nil {
		return err
	}
	defer k.end()
	s, err := a.openOwn(ctx, &k.c, store.Options{Create: true, Log: k.o.Log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	k.o.Log.Info("store is open", "dir", k.c.Store.Dir)
	d := jobs.NewDaemon(s, k.o)
	if once != "" {
		return a.once(ctx, d, s, k, once)
	}
	tokens := access.OpenTokens(s.Dir())
	a.serveVerbs(d, s, tokens, k.o.Log)
	if k.front, err = a.serveDaemon(&k.c, s, d, &k.o, tokens); err != nil {
		return err
	}
	k.keep(ctx, d)
	return d.Run(ctx)
}

// daemonSettings reads what a daemon runs on, at its start and whenever it is asked to reload.
func (a *app) daemonSettings(lists []string) (config.Config, jobs.DaemonOptions, error) {
	c, err := a.settings()
	if err != nil {
		return c, jobs.DaemonOptions{}, err
	}
	for _, path := range lists {
		c.Sources = append(c.Sources, config.OPMLSource(path))
	}
	if len(c.Sources) == 0 && c.HTTP.Listen == "" {
		return c, jobs.DaemonOptions{}, hinted{
			fmt.Errorf("%s names no source, and nothing can be pushed", a.config), "add a [[source]] with name and paths, or set http.listen",
		}
	}
	o, err := daemonOptions(&c)
	if err != nil {
		return c, o, err
	}
	if o.Embed, err = a.embedder(&c); err != nil {
		return c, o, err
	}
	if err := useFeeds(&c, &o); err != nil {
		return c, o, err
	}
	o.Webhooks, err = a.endpoints(&c)
	o.Clock = a.now
	return c, o, err
}

// daemonOptions turns the settings into what a daemon runs on.
func daemonOptions(c *config.Config) (jobs.DaemonOptions, error) {
	params, err := c.Params()
	if err != nil {
		return jobs.DaemonOptions{}, err
	}
	o := jobs.DaemonOptions{
		Params: params, Residents: int(c.Limits.Live), CatchUp: c.Daemon.CatchUp, StopAfter: c.Daemon.StopAfter.Duration,
		Pushed: c.SourceLimits(), Jitter: c.Daemon.Jitter.Duration, Seed: jitterSeed(c), StuckAfter: c.Daemon.StuckAfter.Duration,
		Sample: c.Daemon.CheckFor.Duration,
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
	for _, in := range list {
		in.Spec.Follow, in.Limit = true, jobs.RoundStories
		o.Inputs = append(o.Inputs, jobs.Scheduled{Input: in.Input, Spec: specs[fmt.Sprintf("source[%d].schedule", in.source)]})
	}
	return o, nil
}

// jitterSeed makes two machines with one config ask the same source at different seconds.
func jitterSeed(c *config.Config) uint64 {
	host, err := os.Hostname()
	if err != nil {
		host = "" // the folder has to do
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\n%s", host, c.Store.Dir)
	return h.Sum64()
}

// logger writes to standard error. level may be set later.
func (a *app) logger(c config.Log, level *slog.LevelVar) *slog.Logger {
	setLevel(level, c)
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, o))
	}
	return slog.New(slog.NewTextHandler(a.stderr, o))
}

func setLevel(level *slog.LevelVar, c config.Log) {
	var l slog.Level
	// The config has been checked: a word that is no level leaves the default.
	_ = l.UnmarshalText([]byte(c.Level))
	level.Set(l)
}
