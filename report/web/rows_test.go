package web

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
)

// A row that is kept is the one that would be written, whatever of an event is other than before; it is written again only
// where something is, or the minute.
func TestRowsThatAreKept(t *testing.T) {
	h := &handler{pages: parsePages()}
	written := 0
	write := func(e *report.EventLine, now time.Time) (row, error) {
		written++
		return h.writeRow(e, now)
	}
	now := fixture.Now.Truncate(time.Minute)
	e := report.EventLine{
		ID: "e1", Headline: "Ferries stay in port", Lang: "en", Last: now.Add(-3 * time.Hour), LastKnown: "exact",
		Stories: 7, Copies: 2, Sources: 3, Outlets: []string{"Meridian", "Harbour Post", "Tidings"},
	}
	for i := range 7 {
		e.Came.Published = append(e.Came.Published, now.Add(time.Duration(i*i-60)*time.Hour))
	}
	for _, x := range []struct {
		what  string
		again bool
		do    func()
	}{
		{"first", true, func() {}},
		{"as it was", false, func() {}},
		{"its figures, which no row shows", false, func() { e.Importance, e.Names = .7, []string{"Ingrid Solvang"} }},
		{"later in the minute", false, func() { now = now.Add(20 * time.Second) }},
		{"the headline", true, func() { e.Headline = "Ferries <sail> again" }},
		{"the language", true, func() { e.Lang = "nb" }},
		{"the id", true, func() { e.ID = "e2" }},
		{"the last report", true, func() { e.Last = e.Last.Add(time.Hour) }},
		{"how well that is known", true, func() { e.LastKnown = "day" }},
		{"stories", true, func() { e.Stories++ }},
		{"copies", true, func() { e.Copies-- }},
		{"sources", true, func() { e.Sources++ }},
		{"outlets", true, func() { e.Outlets = []string{"Meridian", "Harbour", "Post Tidings"} }},
		{"the course", true, func() { e.Came.Published = append(e.Came.Published, now) }},
		{"the next minute", true, func() { now = now.Truncate(time.Minute).Add(time.Minute) }},
	} {
		x.do()
		before := written
		got, err := h.rows.of(&e, now, write)
		if err != nil {
			t.Fatal(err)
		}
		want, err := h.writeRow(&e, now.Truncate(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || (written > before) != x.again {
			t.Errorf("%s: written %d times, want again: %t (-anew +kept):\n%s", x.what, written-before, x.again, diff)
		}
	}
}
