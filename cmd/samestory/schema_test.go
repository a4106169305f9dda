package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/store"
)

// A store of another schema is refused with both versions, and left as it is.
func TestStoreOfAnotherSchema(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "news.jsonl"), newsroom.SampleJSONL(), 0o644); err != nil {
		t.Fatal(err)
	}
	finish(t, dir, exitOK, "backfill", "--store", "db", "news.jsonl")
	manifest := filepath.Join(dir, "db", "MANIFEST")
	data, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	const schemaByte = 5 // the second byte of the external magic, see docs/FORMAT.md
	data[schemaByte]++
	if err := os.WriteFile(manifest, data, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{{"report", "events"}, {"backfill", "news.jsonl"}, {"check"}} {
		out := finish(t, dir, exitError, append(verb, "--store", "db")...)
		for _, want := range []string{
			fmt.Sprintf("schema version %d", store.SchemaVersion+1), fmt.Sprintf("reads version %d", store.SchemaVersion), "samestory: hint: ",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is not in:\n%s", verb[0], want, out)
			}
		}
	}
	if after, err := os.ReadFile(manifest); err != nil || string(after) != string(data) {
		t.Errorf("the manifest was changed: %v", err)
	}
}
