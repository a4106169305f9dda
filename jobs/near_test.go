package jobs

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// A question about a time is taken up as long as the stories around it fit beside those that are resident.
func TestNear(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, t.TempDir(), store.Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is written after the test
	now := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	lastYear := now.AddDate(-1, 0, 0)
	fill, err := NewDesk(s, cluster.DefaultParams(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{lastYear, now} {
		var list []cluster.Story
		for i := range 20 {
			list = append(list, cluster.Story{
				ID: fmt.Sprintf("%d-%d", at.Year(), i), Title: fmt.Sprintf("Word%d%d met other%d", i, at.Year(), i), Source: "Courier", Lang: "en",
				Published: at.Add(time.Duration(i) * time.Minute), Arrived: at,
			})
		}
		if err := fill.Tick(ctx, list, cluster.Events, func(d *cluster.Delta) store.Batch { return store.Batch{Delta: d, At: at} }); err != nil {
			t.Fatal(err)
		}
		if err := fill.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		what      string
		residents int
		resident  bool // what is of now
		at        time.Time
		far       bool
	}{
		{"all fit", 100, false, lastYear, false},
		{"those around it fit", 30, false, lastYear, false},
		{"they do not fit beside the others", 30, true, lastYear, true},
		{"they are resident", 30, true, now, false},
		{"those between would become resident too", 30, true, now.AddDate(-9, 0, 0), true},
		{"there are none", 30, true, now.AddDate(9, 0, 0), false},
		{"they are too many by themselves", 15, false, now, true},
	} {
		d, err := NewDesk(s, cluster.DefaultParams(), tt.residents)
		if err != nil {
			t.Fatal(err)
		}
		if tt.resident {
			if err := d.TakeAround(now); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Near(tt.at); errors.Is(err, ErrFar) != tt.far || err != nil && !tt.far {
			t.Errorf("%s: %v", tt.what, err)
		}
	}
}
