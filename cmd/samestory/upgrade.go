package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/store"
)

type upgradeFlags struct {
	backup                      string
	noBackup, noRebuild, asJSON bool
	quiet                       bool
}

func newUpgrade(a *app) *cobra.Command {
	var f upgradeFlags
	cmd := &cobra.Command{
		Use:   "upgrade",
		Short: "Bring a store that an earlier version wrote to this one",
		Long: `Bring a store that an earlier version of samestory wrote to this one: its records, the
features of its stories, which are made anew from their texts, and then its clusters, as
rebuild does. Stories, texts, versions and ids stay.

A verified backup is written first, beside the store or where --backup says; restore reads
it. It asks nothing, and can be cut off and called again.`,
		Example: "  samestory upgrade --store news.db\n  samestory upgrade --store news.db --backup /backups",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.upgrade(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.backup, "backup", "", "file or folder for the backup (default: the folder that the store is in)")
	fl.BoolVar(&f.noBackup, "no-backup", false, "write no backup: there is one already")
	fl.BoolVar(&f.noRebuild, "no-rebuild", false, "leave the clusters as they are")
	fl.BoolVar(&f.asJSON, "json", false, "print JSON")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no summary")
	return cmd
}

type upgradeView struct {
	Version  int     `json:"version"`
	Store    string  `json:"store"`
	From     int     `json:"from"`
	To       int     `json:"to"`
	Changed  bool    `json:"changed"`
	Resumed  bool    `json:"resumed"`
	Backup   string  `json:"backup,omitempty"`
	Rows     int     `json:"rows"`
	Features int     `json:"features"`
	Baseline int     `json:"baseline"`
	Rebuilt  bool    `json:"rebuilt"`
	Stories  int     `json:"stories"`
	Events   int     `json:"events"`
	Threads  int     `json:"threads"`
	Seconds  float64 `json:"seconds"`
}

func (a *app) upgrade(ctx context.Context, f *upgradeFlags) error {
	if f.noBackup && f.backup != "" {
		return usagef("--backup and --no-backup contradict each other")
	}
	c, err := a.settings()
	if err != nil {
		return err
	}
	if err := alone(ctx, c.Store.Dir, "upgrade"); err != nil {
		return err
	}
	o := jobs.UpgradeOptions{Residents: int(c.Limits.Live), Rebuild: !f.noRebuild, Clock: a.now, Log: a.storeLog()}
	if o.Params, err = c.Params(); err != nil {
		return err
	}
	if o.Embed, err = a.embedder(&c); err != nil {
		return err
	}
	if !f.noBackup {
		if o.Backup = f.backup; o.Backup == "" {
			o.Backup = filepath.Dir(filepath.Clean(c.Store.Dir))
		}
	}
	bar := a.byteBar(f.quiet || f.asJSON)
	bar.counts = true
	o.Progress = func(stage string, done, total int64) {
		if bar.name != stage {
			bar.stage(stage)
		}
		bar.progress(done, total)
	}
	begun := a.now()
	done, err := jobs.Upgrade(ctx, c.Store.Dir, o)
	bar.clear()
	if err != nil {
		return a.upgradeHint(err)
	}
	took := a.now().Sub(begun)
	if f.asJSON {
		return json.NewEncoder(a.stdout).Encode(upgradeView{
			1, c.Store.Dir, done.From, done.To, done.Changed(), done.Resumed, done.Backup, done.Rows, done.Features, done.Baseline,
			done.Rebuilt != nil, done.Stats.Stories, done.Stats.Events, done.Stats.Threads, took.Seconds(),
		})
	}
	if !f.quiet {
		a.upgraded(c.Store.Dir, &done, took, o.Rebuild)
	}
	return nil
}

// upgraded says what an upgrade did.
func (a *app) upgraded(dir string, u *jobs.Upgraded, took time.Duration, rebuild bool) {
	if !u.Changed() {
		fmt.Fprintf(a.stdout, "%s: schema %d, as this samestory writes it: nothing to do\n", dir, u.To)
		return
	}
	if u.Resumed {
		fmt.Fprintln(a.stdout, "an upgrade that had been cut off was finished")
	}
	if u.Backup != "" {
		fmt.Fprintf(a.stdout, "backup    %s, verified\n", u.Backup)
	}
	fmt.Fprintf(a.stdout, "schema    %d to %d: %s written anew\n", u.From, u.To, plural(u.Rows, "row", "rows"))
	if u.Features > 0 {
		fmt.Fprintf(a.stdout, "features  of %s made from the texts\n", plural(u.Features, "story", "stories"))
	}
	if u.Baseline > 0 {
		fmt.Fprintf(a.stdout, "journal   begins with %s that %s what there was\n", plural(u.Baseline, "entry", "entries"),
			map[bool]string{true: "says", false: "say"}[u.Baseline == 1])
	}
	if u.Rebuilt != nil {
		moved := 0
		for story, event := range u.Rebuilt.Before.Event {
			if u.Rebuilt.After.Event[story] != event {
				moved++
			}
		}
		fmt.Fprintf(a.stdout, "rebuilt   %s went to another event\n", plural(moved, "story", "stories"))
	}
	fmt.Fprintf(a.stdout, "%s: %s, %s, %s; took %s\n", dir, plural(u.Stats.Stories, "story", "stories"),
		plural(u.Stats.Events, "event", "events"), plural(u.Stats.Threads, "thread", "threads"), took.Round(10*time.Millisecond))
	switch {
	case u.TooMany > 0:
		fmt.Fprintf(a.stderr, "samestory: hint: %d stories are too many to cluster anew at once (see [limits] live): samestory rebuild --from T --to T "+
			"does it span by span\n", u.TooMany)
	case !rebuild:
		fmt.Fprintln(a.stderr, "samestory: hint: samestory rebuild brings the clusters to what this version makes of the stories")
	}
}

func (a *app) upgradeHint(err error) error {
	var schema *store.SchemaError
	switch {
	case errors.As(err, &schema) && schema.Found > schema.Want:
		return hinted{err, "use the version of samestory that wrote it, or a later one"}
	case errors.Is(err, store.ErrParams):
		return hinted{err, "finish the upgrade with the version of samestory that began it"}
	case errors.Is(err, store.ErrCorrupt):
		return hinted{err, "the store was damaged before: restore a backup, or repair it with the version of samestory that wrote it"}
	case errors.Is(err, context.Canceled):
		return hinted{err, "nothing is lost; samestory upgrade goes on from there"}
	case errors.Is(err, store.ErrNoStore), errors.Is(err, store.ErrLocked):
		return err
	}
	return backupHint(err)
}
