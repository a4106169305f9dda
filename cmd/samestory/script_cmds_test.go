package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

// exits CODE COMMAND... runs a command and holds its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("exits: %v", err)
	}
	if got := exitCode(ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// lines COUNT FILE holds how many lines a file has.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines COUNT FILE")
	}
	data, err := os.ReadFile(ts.MkAbs(args[1]))
	if err != nil {
		// stdout and stderr of the last command are read by name.
		data = []byte(ts.ReadFile(args[1]))
	}
	if got := strings.Count(string(data), "\n"); strconv.Itoa(got) != args[0] {
		ts.Fatalf("%s has %d lines, want %s", args[1], got, args[0])
	}
}

// append FILE FROM adds the content of one file to another.
func appendFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append FILE FROM")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteString(ts.ReadFile(args[1]))
	ts.Check(err)
	ts.Check(f.Close())
}

// released SCHEMA DIR unpacks the store that a released schema wrote.
func released(stores string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: released SCHEMA DIR")
		}
		f, err := os.Open(filepath.Join(stores, "schema"+args[0]+".tar.zst"))
		ts.Check(err)
		defer f.Close()
		z, err := zstd.NewReader(f)
		ts.Check(err)
		defer z.Close()
		dir := ts.MkAbs(args[1])
		ts.Check(os.Mkdir(dir, 0o755))
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			ts.Check(err)
			if h.Typeflag == tar.TypeReg {
				b, err := io.ReadAll(r)
				ts.Check(err)
				ts.Check(os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), b, 0o600))
			}
		}
	}
}

// waitfor STORE waits until a process holds the store, and if it is a daemon, until it answers.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor STORE")
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(ts.MkAbs(args[0]), "MANIFEST")); err != nil {
			continue
		}
		if code := exitCode(ts.Exec("samestory", "report", "jobs", "--store", args[0])); code == exitLocked || code == exitOK {
			return
		}
	}
	ts.Fatalf("nobody has opened %s", args[0])
}

// envfield FILE FIELD NAME sets a variable to a field, "event.id" for one inside another, of the first object of a file
// of JSON lines.
func envField(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: envfield FILE FIELD NAME")
	}
	var object map[string]any
	ts.Check(json.NewDecoder(strings.NewReader(ts.ReadFile(args[0]))).Decode(&object))
	fields := strings.Split(args[1], ".")
	for _, f := range fields[:len(fields)-1] {
		object, _ = object[f].(map[string]any)
	}
	value, ok := object[fields[len(fields)-1]].(string)
	if !ok {
		ts.Fatalf("no text in field %s", args[1])
	}
	ts.Setenv(args[2], value)
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

func sleep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sleep DURATION")
	}
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	time.Sleep(d)
}
