package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// There is room to answer beside the workers of a tick, which leave one of several processors alone.
func TestMakeRoom(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	config := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(config, []byte("[cluster]\nworkers = 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, set, config string
		procs, workers    int
	}{
		{"as it is", "", "", 2 * before, max(1, before-1)},
		{"workers of the config", "", config, 2 * before, 7},
		{"set by hand", "5", "", before, before},
	} {
		a := &app{getenv: func(string) string { return x.set }, config: x.config}
		undo := a.makeRoom()
		c, err := a.settings()
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Params()
		if err != nil {
			t.Fatal(err)
		}
		if got := runtime.GOMAXPROCS(0); got != x.procs || p.Workers != x.workers {
			t.Errorf("%s: room for %d and %d workers, want %d and %d", x.name, got, p.Workers, x.procs, x.workers)
		}
		undo()
		if got := runtime.GOMAXPROCS(0); got != before {
			t.Errorf("%s: %d afterwards, %d before", x.name, got, before)
		}
	}
}
