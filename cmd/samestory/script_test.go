package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main() // a test runs itself as the program, see program
	}
	testscript.Main(m, map[string]func(){"samestory": main})
}

// sideBySide is a line of a script that goes on while what it began still runs.
var sideBySide = regexp.MustCompile(`(?m)^[!?]? ?exec .*&$`)

// TestVerbs runs every verb as a person would: each script is a session. The short form, which is the one that looks for
// races, has those in which programs run side by side.
func TestVerbs(t *testing.T) {
	stores, err := filepath.Abs("../../store/testdata/released")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(file string) bool {
		script, err := os.ReadFile(file)
		return err == nil && testing.Short() && !sideBySide.Match(script)
	})
	testscript.Run(t, testscript.Params{
		Files:               files,
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
