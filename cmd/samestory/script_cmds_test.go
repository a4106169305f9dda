package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

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

// waitfor STORE waits until a process holds the store.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor STORE")
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(ts.MkAbs(args[0]), "MANIFEST")); err != nil {
			continue
		}
		if code := exitCode(ts.Exec("samestory", "report", "runs", "--store", args[0])); code == exitLocked {
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
