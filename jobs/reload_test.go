package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/webhook"
)

// running is a daemon that runs, with what stops it and hands over its error.
type running struct {
	*jobs.Daemon
	stop func() error
}

func runningDaemon(t *testing.T, dir string, o jobs.DaemonOptions) running {
	t.Helper()
	begun := make(chan struct{})
	o.Running = func() { close(begun) }
	d := jobs.NewDaemon(openStore(t, filepath.Join(dir, "db")), o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	select {
	case <-begun:
	case err := <-done:
		t.Fatal(err)
	}
	return running{d, func() error {
		cancel()
		return <-done
	}}
}

func names(d *jobs.Daemon) []string {
	var list []string
	for _, s := range d.Status() {
		list = append(list, s.Name)
	}
	return list
}

// A daemon goes on under other options: an input that is new is read at once, one that is gone is not, the engine is made
// anew for other settings, and what cannot be changes nothing.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	first := files(generated(t, dir, "first.jsonl", 30, 1))[0]
	first.Name = "first"
	log := &logBook{}
	o := daemonOptions(t, time.Now, log, jobs.Scheduled{Input: first})
	d := runningDaemon(t, dir, o)
	if err := d.Reload(t.Context(), jobs.DaemonOptions{Params: cluster.Params{Granularity: 7}, Log: o.Log}); err == nil {
		t.Error("settings that cannot be were taken")
	}
	bad := o
	bad.Webhooks = []webhook.Endpoint{{Name: "no such name!"}}
	if err := d.Reload(t.Context(), bad); err == nil {
		t.Error("a webhook that cannot be was taken")
	}
	waitFor(t, "a tick under the first options", func() bool { return log.count("msg=run job=tick") > 0 })

	second := files(generated(t, dir, "second.jsonl", 20, 2))[0]
	second.Name = "second"
	hourly, err := schedule.Parse("@hourly", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	other := o
	other.Inputs, other.Tick = []jobs.Scheduled{{Input: second, Spec: hourly}}, hourly
	other.Params.Granularity = 0.6
	after := &logBook{}
	other.Log = slog.New(slog.NewTextHandler(after, nil))
	if err := d.Reload(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the new input", func() bool { return after.count(`job="tick second" status=ok read=20`) == 1 })
	if got, want := names(d.Daemon), []string{"tick second", "tick"}; !slices.Equal(got, want) {
		t.Errorf("jobs %q, want %q", got, want)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if err := d.Reload(t.Context(), o); err == nil {
		t.Error("a daemon that has stopped was reloaded")
	}
}

// A reload in the middle of everything, again and again: no run is lost or doubled.
func TestReloadWhileTicksRun(t *testing.T) {
	dir := t.TempDir()
	input := files(generated(t, dir, "a.jsonl", 300, 3))[0]
	log := &logBook{}
	o := daemonOptions(t, time.Now, log, jobs.Scheduled{Input: input})
	d := runningDaemon(t, dir, o)
	for range 20 {
		if err := d.Reload(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	waitFor(t, "all stories", func() bool { return log.count("read=300") > 0 })
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if n := log.count("job failed") + log.count("job panicked"); n > 0 {
		t.Errorf("%d runs failed", n)
	}
}

func probe(t *testing.T, d *jobs.Daemon, path string) (int, jobs.Health) {
	t.Helper()
	w := httptest.NewRecorder()
	d.Routes()["GET "+path].ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	var h jobs.Health
	if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil {
		t.Fatal(err)
	}
	return w.Code, h
}

// Live and ready are two questions: a failed tick makes a daemon not ready, and only what a restart would help not live.
func TestHealth(t *testing.T) {
	dir := t.TempDir()
	log := &logBook{}
	o := daemonOptions(t, time.Now, log)
	o.Settle, o.StuckAfter = nil, 200*time.Millisecond
	s := openStore(t, filepath.Join(dir, "db"))
	d := jobs.NewDaemon(s, o)
	every, err := schedule.Parse("@hourly", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	fails := errors.New("the desk is on fire")
	hang := make(chan struct{})
	d.Add(jobs.Job{Name: "tick extra", Spec: every, Run: func(context.Context) error { return fails }})
	d.Add(jobs.Job{Name: "hangs", Spec: every, Writes: true, Run: func(context.Context) error {
		<-hang
		return nil
	}})
	if code, h := probe(t, d, "/readyz"); code != 503 || h.Ready || !h.Live {
		t.Errorf("before the start: %d, %+v", code, h)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	waitFor(t, "ready", func() bool { code, _ := probe(t, d, "/readyz"); return code == 200 })
	if _, err := d.RunNow(t.Context(), "tick extra"); !errors.Is(err, fails) {
		t.Fatal(err)
	}
	if code, h := probe(t, d, "/readyz"); code != 503 || !h.Live || len(h.Reasons) != 1 || !strings.Contains(h.Reasons[0], "on fire") {
		t.Errorf("after a failed tick: %d, %+v", code, h)
	}
	if code, _ := probe(t, d, "/healthz"); code != 200 {
		t.Error("a failed tick asks for a restart")
	}
	go func() { _, _ = d.RunNow(context.WithoutCancel(ctx), "hangs") }()
	waitFor(t, "a job that hangs to be found out", func() bool { code, _ := probe(t, d, "/healthz"); return code == 503 })
	if _, h := probe(t, d, "/healthz"); !strings.Contains(h.Reasons[0], `"hangs" shows no progress`) {
		t.Errorf("it says %q", h.Reasons)
	}
	close(hang)
	waitFor(t, "live again", func() bool { code, _ := probe(t, d, "/healthz"); return code == 200 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if code, h := probe(t, d, "/readyz"); code != 503 || h.Phase != "stopping" {
		t.Errorf("after the end: %d, %+v", code, h)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if code, h := probe(t, d, "/healthz"); code != 503 || !strings.Contains(strings.Join(h.Reasons, ""), "closed") {
		t.Errorf("over a closed store: %d, %+v", code, h)
	}
}

// Parts begin before the jobs in their order and end before them in reverse; where one cannot begin, those before it end.
func TestParts(t *testing.T) {
	dir := t.TempDir()
	var said []string
	part := func(name string, fails error) jobs.Part {
		return jobs.Part{
			Name:  name,
			Start: func(context.Context) error { said = append(said, "start "+name); return fails },
			Stop:  func(context.Context) error { said = append(said, "stop "+name); return nil },
		}
	}
	log := &logBook{}
	o := daemonOptions(t, time.Now, log)
	ctx, cancel := context.WithCancel(t.Context())
	o.Running = cancel
	s := openStore(t, filepath.Join(dir, "db"))
	d := jobs.NewDaemon(s, o)
	d.Attach(part("a", nil))
	d.Attach(part("b", nil))
	if err := d.Run(ctx); err != nil {
		t.Fatal(err)
	}
	refuses := errors.New("the address is taken")
	d = jobs.NewDaemon(s, o)
	d.Attach(part("a", nil))
	d.Attach(part("c", refuses))
	d.Attach(part("d", nil))
	if err := d.Run(t.Context()); !errors.Is(err, refuses) || !strings.Contains(err.Error(), "start c") {
		t.Errorf("ended with %v", err)
	}
	want := "start a, start b, stop b, stop a, start a, start c, stop a"
	if got := strings.Join(said, ", "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
