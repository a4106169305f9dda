package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// errNoDaemon ends a verb that only a running daemon can carry out.
var errNoDaemon = errors.New("no daemon runs")

func newRun(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "run JOB",
		Short: "Ask the running daemon to run one of its jobs now",
		Long: `Ask the daemon that holds the store to run one of its jobs now, and wait for its end; if it
runs just now, once more. When it is next due does not change. report jobs lists the jobs.

"poll NAME" asks a feed whether or not it is its time, also one that fails and is left alone for
it; but not while its server wants to be left alone (Retry-After).

Without a daemon, samestory daemon --once JOB runs one and exits.`,
		Example: "  samestory run tick --store news.db",
		Args:    exactArgs(1, "the name of a job"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.runJob(cmd.Context(), args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// daemonOnly returns the daemon that carries the verb out; the error sends the verb there where another process is one.
func (a *app) daemonOnly(ctx context.Context) (*served, error) {
	if a.served != nil {
		return a.served, nil
	}
	c, err := a.settings()
	if err != nil {
		return nil, err
	}
	// A store that is not there, or that somebody else holds, says more than that no daemon answers.
	s, err := a.openStore(ctx, &c, store.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return nil, errors.Join(hinted{
		fmt.Errorf("%w on %s", errNoDaemon, s.Dir()), "samestory daemon starts one; samestory daemon --once JOB runs a job without",
	}, s.Close())
}

func (a *app) runJob(ctx context.Context, job string, asJSON bool) error {
	v, err := a.daemonOnly(ctx)
	if err != nil {
		return err
	}
	r, err := v.daemon.RunNow(ctx, job)
	for errors.Is(err, schedule.ErrRunning) && ctx.Err() == nil {
		// The run under way may have begun before what the caller wants it to see was there.
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
			r, err = v.daemon.RunNow(ctx, job)
		}
	}
	switch {
	case errors.Is(err, schedule.ErrUnknownJob):
		return hinted{err, "the daemon has: " + strings.Join(v.daemon.JobNames(), ", ")}
	case errors.Is(err, schedule.ErrStopped):
		return hinted{err, "the daemon is stopping"}
	case ctx.Err() != nil:
		return hinted{ctx.Err(), "the job goes on; samestory report runs says what it did when it has ended"}
	}
	return a.ran(v.store, r, asJSON)
}

type jobView struct {
	Version int       `json:"version"`
	View    string    `json:"view"`
	Job     string    `json:"job"`
	Status  string    `json:"status"`
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	Error   string    `json:"error"`
	Run     string    `json:"run"` // of the run log; empty where the job keeps no record of a run
	Read    int       `json:"read"`
	New     int       `json:"new"`
	Revised int       `json:"revised"`
	Known   int       `json:"unchanged"`
	Reject  int       `json:"rejected"`
	Notes   []string  `json:"notes"`
}

// ran says how a run of a job ended.
func (a *app) ran(s *store.Store, r jobs.Ran, asJSON bool) error {
	run, err := runOf(s, r.Result)
	if err != nil {
		return err
	}
	took := max(0, r.Ended.Sub(r.Started))
	v := jobView{
		Version: 1, View: "run", Job: r.Job, Status: store.RunOK, Started: r.Started.UTC(), Seconds: took.Seconds(), Run: run.ID,
		Read: run.Read, New: run.New, Revised: run.Revised, Known: run.Unchanged, Reject: run.Rejected, Notes: append(append([]string{}, run.Notes...), r.Notes...),
	}
	if r.Undone {
		v.Status = store.RunPartial
	}
	if run.ID != "" {
		v.Status = run.Status
	}
	if r.Err != nil {
		v.Status, v.Error = store.RunFailed, r.Err.Error()
	}
	if asJSON {
		if err := json.NewEncoder(a.stdout).Encode(v); err != nil {
			return err
		}
	} else {
		did := runParts(&run)
		if did == "" && strings.HasPrefix(v.Job, "tick") {
			did = "nothing new"
		}
		if did != "" {
			did = ": " + did
		}
		fmt.Fprintf(a.stdout, "%s: %s%s in %s\n", v.Job, v.Status, did, took.Round(10*time.Millisecond))
		for _, note := range v.Notes {
			fmt.Fprintf(a.stdout, "note: %s\n", note)
		}
	}
	switch {
	case r.Err != nil:
		return fmt.Errorf("%s: %w", r.Job, r.Err)
	case v.Status == store.RunPartial:
		return errPartial
	}
	return nil
}

// runOf finds what the run log says of a run; a job that keeps no record there has none.
func runOf(s *store.Store, r schedule.Result) (store.Run, error) {
	view := s.View()
	defer view.Close()
	var found store.Run
	for run, err := range view.Runs() {
		if err != nil {
			return store.Run{}, err
		}
		if run.Started.Before(r.Started.Add(-time.Hour)) {
			break // newest first
		}
		// The record begins after the job was let in, by the same clock.
		if run.Job == r.Job && !run.Started.Before(r.Started.Truncate(time.Millisecond)) && run.Started.After(found.Started) {
			found = run
		}
	}
	return found, nil
}

// once runs a job of a daemon that nobody has started.
func (a *app) once(ctx context.Context, d *jobs.Daemon, s *store.Store, k *keeper, job string) error {
	if k.c.HTTP.Listen != "" {
		// What was pushed to an earlier daemon may still wait for a tick.
		if err := a.takePushes(&front{}, &k.c, d, &k.o); err != nil {
			return err
		}
	}
	r, err := d.Once(ctx, job)
	if errors.Is(err, schedule.ErrUnknownJob) {
		return usageError{hinted{err, "samestory config check --config FILE lists what is scheduled"}}
	}
	var panicked *schedule.PanicError
	if errors.As(err, &panicked) {
		fmt.Fprintln(a.stderr, panicked.Stack)
	}
	if r.Err == nil && err != nil || errors.Is(err, context.Canceled) {
		return err
	}
	return a.ran(s, r, k.asJSON)
}

func (a *app) newReportJobs() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use: "jobs", Short: "What the running daemon does, and when: last run, next run, what was skipped", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format, err := f.outputFormat()
			if err != nil {
				return err
			}
			v, err := a.daemonOnly(cmd.Context())
			if err != nil {
				return err
			}
			return report.Write(a.stdout, report.Jobs(jobLines(v.daemon.Status()), v.daemon.Degraded(), a.now()), format, a.tableOptions())
		},
	}
	f.form(cmd)
	return cmd
}

func jobLines(all []schedule.Status) []report.JobLine {
	lines := make([]report.JobLine, len(all))
	for i, s := range all {
		l := report.JobLine{Name: s.Name, Spec: s.Spec, Running: s.Running, Runs: s.Runs, Failed: s.Failed, Skipped: s.Skipped}
		if !s.Next.IsZero() {
			next := s.Next.UTC()
			l.Next = &next
		}
		if s.Runs > 0 {
			last := s.Last.Started.UTC()
			l.Last, l.Took = &last, s.Last.Ended.Sub(s.Last.Started).Seconds()
			if s.Last.Err != nil {
				l.Error = s.Last.Err.Error()
			}
		}
		lines[i] = l
	}
	return lines
}
