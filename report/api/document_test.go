package api

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report/internal/fixture"
)

var update = flag.Bool("update", false, "write docs/openapi.yaml")

// The document that is served is the one in docs.
func TestDocument(t *testing.T) {
	const path = "../../docs/openapi.yaml"
	got, err := New(options(fixture.Newsroom())).Document()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/openapi.yaml is not of this program; go test ./report/api -update writes it (-docs +program):\n%s", diff)
	}
	h := serve(fixture.Newsroom())
	if served := body(t, fetch(t, h, "/api/openapi.yaml")); served != string(got) {
		t.Error("another document is served")
	}
}
