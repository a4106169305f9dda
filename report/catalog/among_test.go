package catalog

import (
	"testing"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
)

// What a list has of some events is what the list of all has.
func TestAmong(t *testing.T) {
	r := fixture.Random(3, 200)
	c := start(t, r)
	ids := []string{}
	all, err := report.Events(r, report.Query{Now: fixture.Now, Limit: -1, Unnamed: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all.Events {
		ids = append(ids, e.ID)
	}
	for name, q := range map[string]report.Query{
		"everything":   {},
		"since":        {Since: fixture.Now.AddDate(0, 0, -5)},
		"until":        {Until: fixture.Now.AddDate(0, 0, -5)},
		"sources":      {MinSources: 2},
		"source":       {Source: "Outlet 3"},
		"words":        {Text: "event 1"},
		"name":         {Name: "Event 7"},
		"nothing":      {Text: "zzz"},
		"words, since": {Text: "event", Since: fixture.Now.AddDate(0, 0, -3), MinSources: 2},
	} {
		q.Now, q.Limit, q.Unnamed = fixture.Now, -1, true
		want, err := report.Events(r, q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Among(q, append([]string{"nobody"}, ids...))
		if err != nil || got != want.Total {
			t.Errorf("%s: %d of %d, %v, want %d", name, got, len(ids), err, want.Total)
		}
	}
	if n, err := c.Among(report.Query{Now: fixture.Now}, nil); n != 0 || err != nil {
		t.Errorf("of none %d, %v", n, err)
	}
	if _, err := newCatalog(nil, nil, nil).Among(report.Query{}, ids); err != ErrNotReady {
		t.Errorf("before it is made: %v", err)
	}
}
