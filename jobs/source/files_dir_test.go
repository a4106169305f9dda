package source

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Paths that are of another folder than that of the process lead to the same files under the same names.
func TestPathsOfAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [folder]* of\\ours")
	if err := os.MkdirAll(filepath.Join(dir, "in", "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one.jsonl", "in/two.jsonl", "in/deep/three.json.gz", "in/.hidden.jsonl", "in/notes.txt", "../beside.jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := t.TempDir()
	type found struct{ Path, Problem string }
	list := func(refs []fileRef) []found {
		var all []found
		for _, r := range refs {
			if r.problem == "" && r.path != stdin {
				if _, err := os.Stat(r.at); err != nil {
					t.Error(err)
				}
			}
			all = append(all, found{r.path, r.problem})
		}
		return all
	}
	for _, paths := range [][]string{
		{"one.jsonl"},
		{"./one.jsonl", "one.jsonl"},
		{"in"},
		{"."},
		{"in/", "in/two.jsonl"},
		{"in/*.jsonl", "*.jsonl"},
		{"i*"},
		{"../*.jsonl"},
		{".."},
		{"missing.jsonl"},
		{"missing/*"},
		{"in/deep/../two.jsonl"},
		{"[in"},
		{"-"},
		{filepath.Join(dir, "in")},
		{filepath.Join(elsewhere, "*")},
	} {
		t.Chdir(dir)
		want := list(expand("", paths, false))
		t.Chdir(elsewhere)
		if diff := cmp.Diff(want, list(expand(dir, paths, false))); diff != "" {
			t.Errorf("%q (-of the process +of a folder):\n%s", paths, diff)
		}
	}
}
