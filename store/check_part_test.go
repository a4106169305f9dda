package store

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// inParts checks a store part by part, each of so many rows, and returns the findings of all, with how many parts there were.
func inParts(t *testing.T, s *Store, rows int) (found []Finding, parts int) {
	t.Helper()
	var from []byte
	for {
		report, next, err := s.CheckPart(t.Context(), from, rows)
		if err != nil {
			t.Fatal(err)
		}
		parts++
		found = append(found, report.Findings...)
		if next == nil {
			return found, parts
		}
		if bytes.Compare(next, from) <= 0 {
			t.Fatalf("part %d ends at %x, behind its beginning %x", parts, next, from)
		}
		from = next
	}
}

// Nothing is found in the parts of a sound store, however they are cut, and the parts together have read every row.
func TestPartsOfASoundStoreAreSound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		s := create(t)
		m := newModel(rand.New(rand.NewPCG(seed, 7)).IntN)
		for range 25 {
			if err := s.Commit(t.Context(), m.tick()); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, s)
		total := len(dump(t, s))
		for _, rows := range []int{1, 7, 100, 1 << 20} {
			found, parts := inParts(t, s, rows)
			if len(found) > 0 {
				t.Errorf("seed %d, parts of %d rows: %+v", seed, rows, found)
			}
			if parts < min(total/rows/2, total) || rows > total && parts != 1 {
				t.Errorf("seed %d: %d parts of %d of the %d rows", seed, parts, rows, total)
			}
		}
	}
}

// So it is where there is a row of nearly every table.
func TestPartsOfEveryTable(t *testing.T) {
	t.Parallel()
	s := sound(t)
	for rows := 1; rows < 40; rows++ {
		if found, _ := inParts(t, s, rows); len(found) > 0 {
			t.Errorf("parts of %d rows: %+v", rows, found)
		}
	}
}

// The rules are those of a whole check: what that finds is found in one of the parts, but for what only the whole shows.
func TestPartsFindWhatTheWholeFinds(t *testing.T) {
	t.Parallel()
	s := sound(t)
	for _, test := range damages(t, dump(t, s)) {
		t.Run(test.name, func(t *testing.T) {
			defer test.inflict(t, s)()
			if test.kind == BadCounts {
				t.Skip("only the whole shows what counts should be")
			}
			for _, rows := range []int{1, 5} {
				found, _ := inParts(t, s, rows)
				if !slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == test.kind && f.Count > 0 && len(f.Examples) > 0 }) {
					t.Errorf("parts of %d rows: no finding of kind %s in %+v", rows, test.kind, found)
				}
			}
		})
	}
}
