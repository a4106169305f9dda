package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

func newBackfill(a *app) *cobra.Command {
	var from, to string
	var reread, asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "backfill [FILE|DIR|GLOB|-]...",
		Short: "Read stories from files, or from the configured sources, into the store",
		Long: `Read stories from files, folders, globs or standard input (-), or from the sources of
--config when none is named, and place them into duplicate groups, events and threads.

A backfill can be stopped with Ctrl-C at any time and goes on where it was. Running it
again reads only what is new. A line that is no story is put aside with file, line and
reason and never stops the run: see samestory report runs.

One story a line (JSONL), also .gz or .zst:
  {"id": "1", "url": "...", "title": "...", "text": "...", "published": "2026-03-02T08:15:00Z", "source": "..."}

Exit codes: 0 ok, 1 error, 2 usage, 3 some lines were put aside, 11 store locked, 130 interrupted.`,
		Example: "  samestory backfill --store news.db stories.jsonl.gz\n  samestory backfill --store news.db 'archive/2026-*/*.jsonl.zst'\n  zcat dump.gz | samestory backfill --store news.db -",
		RunE: func(cmd *cobra.Command, args []string) error {
			o := jobs.BackfillOptions{Reread: reread, Clock: a.now}
			var err error
			if o.From, err = report.ParseTime(from, a.now()); err != nil {
				return usagef("--from: %w", err)
			}
			if o.To, err = report.ParseTime(to, a.now()); err != nil {
				return usagef("--to: %w", err)
			}
			return a.backfill(cmd.Context(), args, o, asJSON, quiet)
		},
	}
	f := cmd.Flags()
	f.StringVar(&from, "from", "", "take only stories published at or after this time (date, RFC 3339 or age as 14d)")
	f.StringVar(&to, "to", "", "take only stories published before this time")
	f.BoolVar(&reread, "reread", false, "read everything from the start, also what earlier runs have read")
	f.BoolVar(&asJSON, "json", false, "print the record of the run as JSON")
	f.BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary")
	return cmd
}

func (a *app) backfill(ctx context.Context, paths []string, o jobs.BackfillOptions, asJSON, quiet bool) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	var list []jobs.Input
	if len(paths) > 0 {
		list = append(list, a.fileInput(&c, "backfill", paths))
	} else {
		files, err := inputs(&c)
		if err != nil {
			return err
		}
		for _, f := range files {
			list = append(list, f.Input)
		}
	}
	if len(list) == 0 && len(c.Sources) > 0 {
		return usageError{hinted{errors.New("nothing to read: feeds are polled by a daemon, and no source has files"), "samestory daemon --config " + a.config}}
	}
	if len(list) == 0 {
		return usageError{hinted{errors.New("nothing to read: no file was named and no source is configured"), "samestory backfill --store DIR FILE..."}}
	}
	if !o.From.IsZero() || !o.To.IsZero() {
		// What lies outside the span has not been read for other spans.
		for i := range list {
			list[i].Name += fmt.Sprintf(" %s..%s", stamp(o.From), stamp(o.To))
		}
	}
	if o.Params, err = c.Params(); err != nil {
		return err
	}
	if o.Embed, err = a.embedder(&c); err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	o.Residents = int(c.Limits.Live)
	bar := a.progressBar(quiet || asJSON)
	o.Progress = bar.show
	run, err := jobs.Backfill(ctx, s.Store, list, o)
	bar.clear()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if summaryErr := a.summary(run, s, asJSON, quiet); summaryErr != nil {
		return summaryErr
	}
	switch {
	case err != nil || run.Status != store.RunPartial:
		return err
	case run.Read == run.Rejected:
		return hinted{errNothing, "samestory help backfill shows what a story looks like"}
	default:
		return errPartial
	}
}

// errNothing ends a backfill that was given input and could not read a single story of it.
var errNothing = errors.New("no story could be read")

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

type runView struct {
	Version   int      `json:"version"`
	ID        string   `json:"id"`
	Status    string   `json:"status"`
	Seconds   float64  `json:"seconds"`
	Read      int      `json:"read"`
	New       int      `json:"new"`
	Revised   int      `json:"revised"`
	Unchanged int      `json:"unchanged"`
	Rejected  int      `json:"rejected"`
	Stories   int      `json:"stories"` // in the store now
	Groups    int      `json:"duplicate_groups"`
	Events    int      `json:"events"`
	Threads   int      `json:"threads"`
	Notes     []string `json:"notes"`

	Embeddings *report.RunEmbeddings `json:"embeddings,omitempty"` // where any were asked for
}

// summary says what a run did and what the store holds now.
func (a *app) summary(run store.Run, s *handle, asJSON, quiet bool) error {
	view := s.View()
	defer view.Close()
	stats, err := view.Stats()
	if err != nil {
		return err
	}
	took := run.Ended.Sub(run.Started)
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(runView{
			Version: 1, ID: run.ID, Status: run.Status, Seconds: took.Seconds(), Read: run.Read, New: run.New,
			Revised: run.Revised, Unchanged: run.Unchanged, Rejected: run.Rejected, Stories: stats.Stories,
			Groups: stats.Groups, Events: stats.Events, Threads: stats.Threads, Notes: append([]string{}, run.Notes...),
			Embeddings: report.ViewEmbeddings(run.Embeddings),
		})
	}
	if quiet {
		return nil
	}
	did := runParts(&run)
	if did == "" {
		did = "nothing new"
	}
	rate := ""
	if seconds := took.Seconds(); seconds > 0 && run.Read > run.Rejected {
		rate = fmt.Sprintf(", %.0f stories/s", float64(run.Read)/seconds)
	}
	fmt.Fprintf(a.stdout, "%s in %s%s\n", did, took.Round(10*time.Millisecond), rate)
	fmt.Fprintf(a.stdout, "%s in %s: %s, %s, %s of several events\n", plural(stats.Stories, "story", "stories"), s.Dir(),
		plural(stats.Groups, "duplicate group", "duplicate groups"), plural(stats.Events, "event", "events"),
		plural(stats.Threads, "thread", "threads"))
	for _, note := range run.Notes {
		fmt.Fprintf(a.stdout, "note: %s\n", note)
	}
	if run.Rejected > 0 {
		return a.firstRejects(view, run)
	}
	return nil
}

// runParts says what became of what a run has read.
func runParts(run *store.Run) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{run.New, "new"}, {run.Revised, "revised"}, {run.Unchanged, "known already"}, {run.Rejected, "put aside"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

// firstRejects shows some of what was put aside.
func (a *app) firstRejects(view *store.Snapshot, run store.Run) error {
	list, err := view.Rejects(run.ID)
	if err != nil {
		return err
	}
	const few = 5
	for _, r := range list.Kept[:min(few, len(list.Kept))] {
		place := r.Path
		if r.Line > 0 {
			place = fmt.Sprintf("%s:%d", r.Path, r.Line)
		}
		fmt.Fprintf(a.stdout, "put aside: %s: %s\n", place, r.Reason)
	}
	if list.Total > few {
		fmt.Fprintf(a.stdout, "and %d more: samestory report runs --store %s\n", list.Total-few, a.store)
	}
	return nil
}

// bar is a progress line on a terminal; without one it is silent.
type bar struct {
	w     io.Writer
	width int
	last  time.Time
	now   func() time.Time
	drawn bool
}

func (a *app) progressBar(silent bool) *bar {
	width, ok := terminal(a.stderr)
	if silent || !ok {
		return &bar{}
	}
	return &bar{w: a.stderr, width: width - 1, now: a.now}
}

func (b *bar) show(p jobs.Progress) {
	if b.w == nil || b.now().Sub(b.last) < 100*time.Millisecond {
		return
	}
	b.last, b.drawn = b.now(), true
	fmt.Fprintf(b.w, "\r\x1b[K%s", p.Bar(b.width))
}

func (b *bar) clear() {
	if b.drawn {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
