package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

const fireText = "A fire in a warehouse closed the harbour of Tolmere on Monday night. The fire brigade fought the flames until the " +
	"early morning, and two ferries had to turn back to Brackwell with all their passengers on board."

func storyFile(t *testing.T, dir, id string) string {
	t.Helper()
	path := filepath.Join(dir, id+".jsonl")
	line := `{"id":"` + id + `","title":"Fire closes the harbour","text":"` + fireText + `","published":"2026-01-19T08:00:00Z","source":"` + id + `"}`
	if err := os.WriteFile(path, []byte(line+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Who has taken the turn writes alone, and the jobs know of it afterwards: their desk had not seen the story that the
// next tick brings a copy of.
func TestTurn(t *testing.T) {
	dir := t.TempDir()
	inbox := filepath.Join(dir, "inbox")
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	generated(t, inbox, "a.jsonl", 30, 1)
	s := openStore(t, filepath.Join(dir, "db"))
	in := files(inbox)[0]
	in.Spec.Follow = true
	o := daemonOptions(t, time.Now, &logBook{}, jobs.Scheduled{Input: in})
	var err error
	if o.Tick, err = schedule.Parse("@every 1h", nil); err != nil {
		t.Fatal(err)
	}
	o.CatchUp = false
	running := make(chan bool)
	o.Running = func() { close(running) }
	d := jobs.NewDaemon(s, o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	<-running
	if _, err := d.RunNow(t.Context(), "tick"); err != nil { // the desk is warm now
		t.Fatal(err)
	}
	leave, err := d.TakeTurn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	soon, give := context.WithTimeout(t.Context(), time.Millisecond)
	defer give()
	if _, err := d.TakeTurn(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a turn beside another: %v", err)
	}
	storyFile(t, inbox, "second")
	ticked := make(chan error, 1)
	go func() {
		_, err := d.RunNow(t.Context(), "tick")
		ticked <- err
	}()
	backfill(t, s, options(), storyFile(t, dir, "first"))
	select {
	case <-ticked:
		t.Error("a tick ran in the turn of another")
	default:
	}
	leave()
	leave()
	if err := <-ticked; err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	v := s.View()
	defer v.Close()
	first, err := v.Story("first")
	if err != nil {
		t.Fatal(err)
	}
	second, err := v.Story("second")
	if err != nil {
		t.Fatal(err)
	}
	if first.Placement.Group != second.Placement.Group {
		t.Errorf("the copies are in groups %s and %s", first.Placement.Group, second.Placement.Group)
	}
}

// A desk over a snapshot answers as of then.
func TestReadingDesk(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "db"))
	backfill(t, s, options(), generated(t, dir, "a.jsonl", 30, 1))
	v := s.View()
	defer v.Close()
	old, err := jobs.NewReadingDesk(v, cluster.DefaultParams(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	backfill(t, s, options(), storyFile(t, dir, "first"))
	story := &cluster.Story{
		ID: "asked", Title: "Fire closes the harbour", Text: fireText, Published: time.Date(2026, 1, 19, 9, 0, 0, 0, time.UTC), Lang: "en",
	}
	if m, err := old.Match(t.Context(), story); err != nil || m.Copies.Group != "" {
		t.Errorf("as of then it is a copy, %v", err)
	}
	now := s.View()
	defer now.Close()
	young, err := jobs.NewReadingDesk(now, cluster.DefaultParams(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := young.Match(t.Context(), story); err != nil || m.Copies.Group == "" {
		t.Errorf("as of now it is no copy, %v", err)
	}
	if _, err := v.Story("first"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the snapshot is not its owner's any more: %v", err)
	}
}

// A job of a daemon that nobody has started: by name, also without a schedule, and its failures are told.
func TestOnce(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "db"))
	in := files(storyFile(t, dir, "first"))[0]
	o := jobs.DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 1000, Inputs: []jobs.Scheduled{{Input: in}}, StopAfter: time.Minute, Clock: time.Now,
		Log: slog.New(slog.DiscardHandler),
	}
	d := jobs.NewDaemon(s, o)
	fault := errors.New("a fault of its own")
	d.Add(jobs.Job{Name: "bad", Run: func(context.Context) error { panic(fault) }})
	d.Add(jobs.Job{Name: "poor", Run: func(context.Context) error { return fault }})
	var parts []string
	d.Attach(jobs.Part{
		Name:  "part",
		Start: func(context.Context) error { parts = append(parts, "start"); return nil },
		Stop:  func(context.Context) error { parts = append(parts, "stop"); return nil },
	})
	for _, job := range []string{"tick", "settle", "maintenance"} {
		if r, err := d.Once(t.Context(), job); err != nil || r.Job != job || r.Ended.Before(r.Started) {
			t.Errorf("%s: %+v, %v", job, r, err)
		}
	}
	if got := strings.Join(parts, " "); got != "start stop start stop start stop" {
		t.Errorf("parts: %s", got)
	}
	if _, err := d.Once(t.Context(), "dinner"); !errors.Is(err, schedule.ErrUnknownJob) || !strings.Contains(err.Error(), "there are: tick, settle, ") {
		t.Error(err)
	}
	var panicked *schedule.PanicError
	if _, err := d.Once(t.Context(), "bad"); !errors.As(err, &panicked) || !strings.Contains(panicked.Stack, "turn_test.go") {
		t.Errorf("%v", err)
	}
	if _, err := d.Once(t.Context(), "poor"); !errors.Is(err, fault) {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Once(gone, "tick"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	view := s.View()
	defer view.Close()
	if _, err := view.Story("first"); err != nil {
		t.Error(err)
	}
	for run, err := range view.Runs() {
		if err != nil || run.Status != store.RunOK {
			t.Errorf("run %+v, %v", run, err)
		}
	}
}
