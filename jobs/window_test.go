package jobs

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/store"
)

// A window that moves on leaves a sound store behind, whatever the stories inside it found anew.
func TestMovingWindow(t *testing.T) {
	stories := 2500
	if testing.Short() {
		stories = 800
	}
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := cluster.DefaultParams()
	p.Window = 24 * time.Hour
	var batch []cluster.Story
	var desk *Desk
	ticks := 0
	flush := func() {
		if ticks%30 == 0 { // as after a restart
			if desk, err = NewDesk(s, p, 300); err != nil {
				t.Fatal(err)
			}
		}
		ticks++
		with := func(d *cluster.Delta) store.Batch { return store.Batch{At: time.Unix(int64(ticks), 0)} }
		if err := desk.Tick(t.Context(), slices.Clone(batch), cluster.Events, with); err != nil {
			t.Fatal(err)
		}
		if err := desk.Flush(); err != nil {
			t.Fatal(err)
		}
		batch = batch[:0]
	}
	// A list without dates may belong to anything, whenever it was; what it founds it also leaves.
	late := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 600 {
		title := fmt.Sprintf("Item %d of a very long list", i)
		batch = append(batch, cluster.Story{
			ID: fmt.Sprintf("item-%d", i), Title: title, Source: "list", Lang: "en", Published: late, Arrived: late, Precision: cluster.Arrival,
		})
	}
	flush()
	seen := map[string]bool{}
	for l := range newsroom.Generate(newsroom.Options{Seed: 1, Stories: stories, Days: 4, TextBytes: 400}) {
		if seen[l.ID] {
			continue
		}
		seen[l.ID] = true
		if batch = append(batch, l.Story); len(batch) == 20 {
			flush()
		}
	}
	report, err := s.Check(t.Context())
	if err != nil || !report.OK() {
		t.Fatalf("%v: %d findings, such as %v", err, len(report.Findings), report.Findings[:min(3, len(report.Findings))])
	}
}
