package report

import (
	"testing"

	"github.com/samestory/samestory/report/internal/fixture"
)

func FuzzCursor(f *testing.F) {
	f.Add("AQ")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		_, q, err := ReadCursor("events", Query{Now: fixture.Now, Cursor: s})
		if err == nil && s != "" && q.Cursor != s {
			t.Fatalf("%q was taken for %q", s, q.Cursor)
		}
	})
}
