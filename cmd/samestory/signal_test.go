package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
)

// asProgram is set in the environment of a test binary that is to be the program.
const asProgram = "SAMESTORY_AS_PROGRAM"

// program runs the program as a process of its own, which signals reach.
func program(t *testing.T, dir string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	return cmd, &out
}

// finish runs the program to its end and returns what it printed.
func finish(t *testing.T, dir string, want int, args ...string) string {
	t.Helper()
	cmd, out := program(t, dir, args...)
	if got := exitCode(cmd.Run()); got != want {
		t.Fatalf("samestory %s: exit code %d, want %d\n%s", strings.Join(args, " "), got, want, out)
	}
	return out.String()
}

// waitCommit waits until another process has committed to a store: the run log is in its write-ahead log.
func waitCommit(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if files, _ := filepath.Glob(filepath.Join(dir, "*.mem")); len(files) > 0 {
			data, err := os.ReadFile(files[0])
			if err == nil && bytes.Contains(data, []byte("backfill-")) {
				return
			}
		}
	}
	t.Fatal("nothing was committed")
}

// Ctrl-C in the middle of a backfill: exit code 130, a sound store, and a second run ends as an uninterrupted one.
func TestInterruptedBackfill(t *testing.T) {
	dir := t.TempDir()
	stories := 6000
	if testing.Short() {
		stories = 2500
	}
	var b bytes.Buffer
	if _, err := newsroom.WriteJSONL(&b, newsroom.Generate(newsroom.Options{Stories: stories, TextBytes: 400, Days: 20})); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "news.jsonl"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	cut, out := program(t, dir, "backfill", "--store", "cut", "news.jsonl")
	if err := cut.Start(); err != nil {
		t.Fatal(err)
	}
	waitCommit(t, filepath.Join(dir, "cut"))
	if err := cut.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got := exitCode(cut.Wait()); got != exitInterrupted {
		t.Fatalf("exit code %d, want %d\n%s", got, exitInterrupted, out)
	}
	finish(t, dir, 0, "check", "--store", "cut")
	if n := strings.Count(finish(t, dir, 0, "export", "assignments", "--store", "cut"), "\n"); n == 0 || n >= stories*98/100 {
		t.Errorf("%d stories after the interruption", n)
	}
	finish(t, dir, 0, "backfill", "--store", "cut", "news.jsonl")
	finish(t, dir, 0, "backfill", "--store", "whole", "news.jsonl")
	want := finish(t, dir, 0, "export", "assignments", "--store", "whole")
	if got := finish(t, dir, 0, "export", "assignments", "--store", "cut"); got != want {
		t.Error("the resumed run ended elsewhere than the uninterrupted one")
	}
	finish(t, dir, 0, "check", "--store", "cut")
}

// SIGTERM lets a daemon finish: it exits with 0, and what it had read is placed.
func TestTerminatedDaemon(t *testing.T) {
	dir := t.TempDir()
	config := "[store]\ndir = \"db\"\n[http]\nlisten = \"127.0.0.1:0\"\n[daemon]\ntick = \"@every 1s\"\n[[source]]\nname = \"in\"\npaths = [\"news.jsonl\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "daemon.toml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "news.jsonl"), newsroom.SampleJSONL(), 0o644); err != nil {
		t.Fatal(err)
	}
	daemon, out := program(t, dir, "daemon", "--config", "daemon.toml", "--json")
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Second)
	if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := daemon.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(out.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("with --json a log line is no JSON: %s", line)
		}
	}
	if n := strings.Count(finish(t, dir, 0, "export", "assignments", "--store", "db"), "\n"); n != len(newsroom.Sample()) {
		t.Errorf("%d stories placed, %d sent", n, len(newsroom.Sample()))
	}
	finish(t, dir, 0, "check", "--store", "db")
}
