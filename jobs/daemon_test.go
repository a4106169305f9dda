package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

// logBook is a log that a test reads while a daemon writes it.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) count(s string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), s)
}

// daemon runs a daemon with a tick every second until the returned function stops it and hands over its error.
func daemon(t *testing.T, s *store.Store, log *logBook, inputs ...jobs.Scheduled) (stop func() error) {
	t.Helper()
	return daemonBy(t, time.Now, s, log, inputs...)
}

// daemonBy is daemon with a clock of the test's.
func daemonBy(t *testing.T, now func() time.Time, s *store.Store, log *logBook, inputs ...jobs.Scheduled) (stop func() error) {
	t.Helper()
	return runDaemon(t, s, daemonOptions(t, now, log, inputs...))
}

func daemonOptions(t *testing.T, now func() time.Time, log *logBook, inputs ...jobs.Scheduled) jobs.DaemonOptions {
	t.Helper()
	spec, err := schedule.Parse("@every 1s", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return jobs.DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Inputs: inputs, Tick: spec, CatchUp: true,
		StopAfter: time.Minute, Clock: now, Log: slog.New(slog.NewTextHandler(log, nil)),
	}
}

func runDaemon(t *testing.T, s *store.Store, o jobs.DaemonOptions) (stop func() error) {
	t.Helper()
	return startDaemon(t, jobs.NewDaemon(s, o))
}

func startDaemon(t *testing.T, d *jobs.Daemon) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return func() error {
		cancel()
		return <-done
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

// A daemon reads at its start what it has missed, then what is new; an input that cannot be read keeps none from being
// read; and when it is stopped the store is sound.
func TestDaemonReadsWhatComes(t *testing.T) {
	dir := t.TempDir()
	inbox := filepath.Join(dir, "inbox")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	generated(t, inbox, "a.jsonl", 60, 1)
	broken := files(filepath.Join(dir, "elsewhere"))[0]
	broken.Name, broken.Spec.Cursor = "broken", nil
	broken.Spec.Mapping = map[string][]string{"no such field": {"x"}}
	good := files(inbox)[0]
	good.Spec.Follow = true

	s := openStore(t, filepath.Join(dir, "db"))
	log := &logBook{}
	stop := daemon(t, s, log, jobs.Scheduled{Input: broken}, jobs.Scheduled{Input: good})
	waitFor(t, "the first tick", func() bool { return log.count("msg=run job=tick status=partial") > 0 })
	generated(t, inbox, "b.jsonl", 40, 2)
	waitFor(t, "the second file", func() bool { return log.count("read=40") > 0 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := log.count("input cannot be read"); n == 0 {
		t.Error("the log does not name the input that cannot be read")
	}
	if n := len(assignments(t, s)); n < 90 || n > 100 {
		t.Errorf("%d stories of 100 deliveries", n)
	}
}

// What waits for the event stage after a backfill was stopped is placed by the daemon's first tick.
func TestDaemonFinishesABackfill(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 1100, 3)
	s := openStore(t, filepath.Join(dir, "db"))
	ctx, cancel := context.WithCancel(t.Context())
	o := options()
	o.Progress = func(jobs.Progress) { cancel() }
	if _, err := jobs.Backfill(ctx, s, files(path), o); err == nil {
		t.Fatal("the backfill was not stopped")
	}
	log := &logBook{}
	stop := daemon(t, s, log, jobs.Scheduled{Input: files(path)[0]})
	waitFor(t, "the first tick", func() bool { return log.count("msg=run job=tick status=ok") > 0 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	for id, p := range assignments(t, s) {
		if p.Event == "" || p.Thread == "" {
			t.Errorf("story %s still waits", id)
		}
	}
}

// A tick that panics in the middle of its chunks is logged and written down; the next one goes on behind the last commit.
func TestDaemonSurvivesAPanic(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 2100, 5)
	s := openStore(t, filepath.Join(dir, "db"))
	var calls atomic.Int32
	clock := func() time.Time {
		// The daemon asks twice before the first run, and that once for its start and once for each commit: its second
		// chunk fails.
		if calls.Add(1) == 5 {
			panic("the clock broke")
		}
		return time.Now()
	}
	log := &logBook{}
	stop := daemonBy(t, clock, s, log, jobs.Scheduled{Input: files(path)[0]})
	waitFor(t, "a tick after the panic", func() bool { return log.count("msg=run job=tick status=ok") > 0 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if log.count("job panicked") != 1 || log.count("the clock broke") == 0 {
		t.Error("the log does not tell of the panic")
	}
	if n := len(assignments(t, s)); n < 2000 {
		t.Errorf("%d stories placed of 2,100 deliveries", n)
	}
	view := s.View()
	defer view.Close()
	var statuses []string
	for run, err := range view.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		statuses = append(statuses, run.Status)
	}
	if first := statuses[len(statuses)-1]; first != store.RunFailed {
		t.Errorf("the run that panicked is %q in the run log", first)
	}
}
