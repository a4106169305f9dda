package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/samestory/samestory/jobs/newsroom"
)

// outsider makes a command run as a user who owns nothing. Where the tests run as such a user already, it is left as it
// is, and what it may not do is up to the modes of files.
func outsider(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	if !asNobody(cmd) {
		t.Skip("other users cannot be tried here")
	}
	// The test binary lies where only its owner may look.
	dir, err := os.MkdirTemp("", "program")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	from, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(filepath.Join(dir, "samestory"), os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.Path = to.Name()
}

// Who may not read or write a store is told so, and nothing is harmed: the owner goes on as before.
func TestRights(t *testing.T) {
	dir, err := os.MkdirTemp("", "rights")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.Chmod(filepath.Join(dir, "db"), 0o755)
		_ = os.RemoveAll(dir)
	})
	if err := os.WriteFile(filepath.Join(dir, "news.jsonl"), newsroom.SampleJSONL(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "closed"), 0o555); err != nil {
		t.Fatal(err)
	}
	finish(t, dir, 0, "backfill", "--quiet", "--store", "db", "news.jsonl")
	before := finish(t, dir, 0, "export", "assignments", "--store", "db")
	files, err := filepath.Glob(filepath.Join(dir, "db", "*"))
	if err != nil {
		t.Fatal(err)
	}
	mode := func(folder, file os.FileMode) {
		t.Helper()
		for _, f := range files {
			if err := os.Chmod(f, file); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(filepath.Join(dir, "db"), folder); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name         string
		folder, file os.FileMode
		args         []string
		want         int
		says         string
	}{
		{"reading what may be read", 0o555, 0o444, []string{"export", "assignments", "--store", "db"}, 0, ""},
		{"writing what may be read", 0o555, 0o444, []string{"backfill", "--store", "db", "news.jsonl"}, 1, "hint: run as the user that owns the folder"},
		{"reading a closed folder", 0o000, 0o444, []string{"export", "assignments", "--store", "db"}, 1, "hint: run as the user that owns the folder"},
		{"reading closed files", 0o555, 0o000, []string{"export", "assignments", "--store", "db"}, 1, "hint: run as the user that owns the folder"},
		{"a new store in the folder of another", 0o555, 0o444, []string{"backfill", "--store", "db/new", "news.jsonl"}, 1, "hint: run as the user that owns the folder"},
		{"a backup into the folder of another", 0o555, 0o444, []string{"backup", "--store", "db", "--to", "closed"}, 1, "hint: this user may not write there"},
	} {
		t.Run(test.name, func(t *testing.T) {
			mode(test.folder, test.file)
			cmd, out := program(t, dir, test.args...)
			outsider(t, cmd)
			got := exitCode(cmd.Run())
			if got != test.want || !strings.Contains(out.String(), test.says) {
				t.Errorf("exit code %d, want %d with %q:\n%s", got, test.want, test.says, out)
			}
			if test.want == 0 && out.String() != before {
				t.Errorf("it reads something else:\n%s", out)
			}
			if bytes.Contains(out.Bytes(), []byte("damaged")) {
				t.Errorf("what may not be read is no damage:\n%s", out)
			}
			mode(0o755, 0o644)
			if after := finish(t, dir, 0, "export", "assignments", "--store", "db"); after != before {
				t.Error("the store has changed")
			}
		})
	}
	finish(t, dir, 0, "check", "--store", "db")
}
