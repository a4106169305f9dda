package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/store"
)

func newExpire(a *app) *cobra.Command {
	var age, most string
	var dryRun, asJSON bool
	cmd := &cobra.Command{
		Use:   "expire",
		Short: "Give up the texts of old threads, and get their disk space back",
		Long: `Give up the texts, older versions and features of threads whose last story is older than
[retention] age, and then of those whose last story is oldest, until the store takes no more
disk than [retention] size. --age and --size go before the config.

Headlines, sources, times and places of the stories stay, and so do all groups, events and
threads under their ids, overrides and the journal: reports, exports of assignments and
--as-of answer as before. What has expired is not compared with what comes any more. A story
that comes again under its id stays expired. A thread with a story of the last day is never
given up for the size.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.expire(cmd.Context(), age, most, dryRun, asJSON) },
	}
	cmd.Flags().StringVar(&age, "age", "", `such as "90d"; 0: no bound`)
	cmd.Flags().StringVar(&most, "size", "", `disk of the whole store, such as "20GiB"; 0: no bound`)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would go, and write nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

type expireView struct {
	Version  int        `json:"version"`
	DryRun   bool       `json:"dry_run"`
	Stories  int        `json:"stories"`
	Versions int        `json:"older_versions"`
	Groups   int        `json:"duplicate_groups"`
	Events   int        `json:"events"`
	Threads  int        `json:"threads"`
	First    *time.Time `json:"first"` // of the last stories of the threads, the first
	Last     *time.Time `json:"last"`  // and the last
	Text     int64      `json:"text_bytes"`
	Rows     int64      `json:"row_bytes"`
	Before   int64      `json:"disk_before"`
	After    *int64     `json:"disk_after"` // null of a dry run
	Over     int64      `json:"over_size"`
	Kept     int        `json:"stories_kept"`
}

// retention is what the settings and the flags say together.
func retention(c *config.Config, age, most string) (config.Retention, error) {
	r := c.Retention
	if age != "" {
		if err := r.Age.UnmarshalText([]byte(age)); err != nil {
			return r, usageError{fmt.Errorf("--age: %w", err)}
		}
		if d := r.Age.Duration.Duration; d < 0 || d > 0 && d < config.LeastAge {
			return r, usagef("--age: expected 1d or more")
		}
	}
	if most != "" {
		if err := r.Size.UnmarshalText([]byte(most)); err != nil {
			return r, usageError{fmt.Errorf("--size: %w", err)}
		}
		if r.Size > 0 && r.Size < config.LeastSize {
			return r, usagef("--size: expected 4MiB or more")
		}
	}
	if !r.Asked() {
		return r, usageError{hinted{usagef("nothing says what expires"), `samestory expire --age 90d, or --size 20GiB, or [retention] in the config`}}
	}
	return r, nil
}

func (a *app) expire(ctx context.Context, age, most string, dryRun, asJSON bool) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	r, err := retention(&c, age, most)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, store.Options{ReadOnly: dryRun})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	done, err := jobs.Expire(ctx, s.Store, jobs.ExpireOptions{
		Age: r.Age.Duration.Duration, Size: int64(r.Size), DryRun: dryRun, Clock: a.now,
	})
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(viewOfExpiry(&done, dryRun))
	}
	a.expired(&done, dryRun)
	return nil
}

func viewOfExpiry(d *jobs.Retained, dryRun bool) expireView {
	e := &d.Expired
	v := expireView{
		Version: 1, DryRun: dryRun, Stories: e.Stories, Versions: e.Versions, Groups: e.Groups, Events: e.Events, Threads: e.Threads,
		Text: e.TextBytes, Rows: e.RowBytes, Before: d.Before, Over: d.Over, Kept: d.Stories,
	}
	if !e.First.IsZero() {
		v.First, v.Last = &e.First, &e.Last
	}
	if !dryRun {
		v.After = &d.After
	}
	return v
}

// expired says what an expiry did, or would do.
func (a *app) expired(d *jobs.Retained, dryRun bool) {
	e, day := &d.Expired, "2006-01-02 15:04"
	switch {
	case e.Stories == 0 && d.Over == 0:
		fmt.Fprintf(a.stdout, "nothing expires: %s on disk, %s with their texts\n", size(d.Before), plural(d.Stories, "story", "stories"))
		return
	case e.Stories > 0:
		verb := "expired"
		if dryRun {
			verb = "would expire"
		}
		fmt.Fprintf(a.stdout, "%s of %s in %s %s: the last is of %s UTC\n", plural(e.Stories, "story", "stories"),
			plural(e.Events, "event", "events"), plural(e.Threads, "thread", "threads"), verb, e.Last.UTC().Format(day))
	}
	if dryRun {
		fmt.Fprintf(a.stdout, "about %s of %s on disk would come back; %s would keep their texts; nothing was written\n", size(e.RowBytes),
			size(d.Before), plural(d.Stories, "story", "stories"))
	} else {
		fmt.Fprintf(a.stdout, "%s on disk, %s before; %s kept their texts\n", size(d.After), size(d.Before),
			plural(d.Stories, "story", "stories"))
	}
	if d.Over > 0 {
		fmt.Fprintf(a.stdout, "that is %s more than the size allows: nothing is left that may expire\n", size(d.Over))
	}
}
