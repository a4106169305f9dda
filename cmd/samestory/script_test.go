package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main() // a test runs itself as the program, see program
	}
	testscript.Main(m, map[string]func(){"samestory": main})
}

// TestVerbs runs every verb as a person would: each script is a session.
func TestVerbs(t *testing.T) {
	stores, err := filepath.Abs("../../store/testdata/released")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"lines":    lines,
			"append":   appendFile,
			"waitfor":  waitFor,
			"released": released(stores),
			"sleep":    sleep,
			"model":    model,
			"envfield": envField,
			"receiver": receiver,
			"waitline": waitLine,
		},
	})
}
