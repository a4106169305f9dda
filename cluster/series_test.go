package cluster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

var seriesDay = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func columnStory(id, title string, day int) cluster.Story {
	return cluster.Story{
		ID: id, Source: "Courier", Title: title, Lang: "en", Published: seriesDay.AddDate(0, 0, day),
	}
}

// A label that appears on three days makes its stories editions of a column, the earlier ones too.
func TestColumns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		titles  []string // one a day
		pattern string   // empty for no series
	}{
		{"counted days", []string{"Day 21: Divers search the Veld", "Day 22: Search moves to the weir", "Day 23: Second boat found"}, "Day {number}: {text}"},
		{"briefings", []string{"Morning briefing: Ferry sinks", "Morning briefing: Bank sold", "Morning briefing: Rain until Friday"}, "Morning briefing: {text}"},
		{"live pages", []string{"The Latest: Ferry sinks", "The Latest: Divers arrive", "The Latest: Search ends"}, "The Latest: {text}"},
		{"two days", []string{"Day 21: Divers search the Veld", "Day 22: Search moves to the weir"}, ""},
		{"a subject with a number", []string{"Tolmere 2020: Torch arrives", "Tolmere 2020: Pool opens", "Tolmere 2020: Bus strike"}, ""},
		{
			"a subject that looked like counted days",
			[]string{"Veld 19: A", "Veld 20: B", "Veld 21: C", "Veld 21: D", "Veld 21: E", "Veld 21: F", "Veld 21: G", "Veld 21: H"},
			"",
		},
		{"a subject", []string{"Ferry disaster: Divers search", "Ferry disaster: Owner charged", "Ferry disaster: Mourning"}, ""},
	}
	for _, tt := range tests {
		e, w := newEngine(t, 1), newWorld()
		for i, title := range tt.titles {
			run(t, e, w, cluster.Events, []cluster.Story{columnStory(fmt.Sprintf("c%d", i), title, i)})
		}
		got := ""
		for _, s := range w.series {
			got = s.Pattern
			if s.Founder != "c0" {
				t.Errorf("%s: founded by %s", tt.name, s.Founder)
			}
		}
		if got != tt.pattern {
			t.Errorf("%s: pattern %q, want %q", tt.name, got, tt.pattern)
		}
		for id, c := range w.current {
			if (c.Placement.Series != "") != (tt.pattern != "") {
				t.Errorf("%s: %s is in series %q", tt.name, id, c.Placement.Series)
			}
		}
	}
}

// What a series is depends on the stories and not on the ticks in which they came; a later tick does not make it anew.
func TestSeriesInAnyOrder(t *testing.T) {
	t.Parallel()
	var stories []cluster.Story
	for i := range 5 {
		stories = append(stories, columnStory(fmt.Sprintf("c%d", i), fmt.Sprintf("Day %d: Divers search the Veld", 20+i), i))
		stories = append(stories, cluster.Story{
			ID: fmt.Sprintf("r%d", i), Source: "Meridian", Title: fmt.Sprintf("Tolmere market rates: %d", 400+7*i), Lang: "en",
			Published: seriesDay.AddDate(0, 0, i),
			Text: fmt.Sprintf("The harbour market of Tolmere closed with herring at %d marks a barrel, cod at %d and salt at %d, the "+
				"market office said. Trading was calm, and %d carts were counted at the gates.", 400+7*i, 210+11*i, 33+i, 51+3*i),
		})
	}
	var first *world
	for _, order := range [][]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, {4, 9, 0, 5, 2, 7, 1, 8, 3, 6}} {
		for _, size := range []int{1, 3, 10} {
			e, w := newEngine(t, 1), newWorld()
			for at := 0; at < len(order); at += size {
				var batch []cluster.Story
				for _, i := range order[at:min(len(order), at+size)] {
					batch = append(batch, stories[i])
				}
				run(t, e, w, cluster.Copies, batch)
			}
			run(t, e, w, cluster.Founded, nil)
			if len(w.series) != 2 {
				t.Fatalf("order %v in ticks of %d: series %v", order, size, w.series)
			}
			if first == nil {
				first = w
			}
			if diff := cmp.Diff(first.series, w.series); diff != "" {
				t.Errorf("order %v in ticks of %d: other series:\n%s", order, size, diff)
			}
			for id := range w.current {
				if a, b := first.current[id].Placement.Series, w.current[id].Placement.Series; a != b {
					t.Errorf("order %v in ticks of %d: %s is in %q, and was in %q", order, size, id, b, a)
				}
			}
			if d := run(t, e, w, cluster.Settled, nil); len(d.Series) > 0 {
				t.Errorf("a tick without news gives series %v", d.Series)
			}
		}
	}
}

// A series keeps its id when the edition that founded it is no longer resident.
func TestSeriesOutlivesItsFounder(t *testing.T) {
	t.Parallel()
	rates := func(i int, title string) cluster.Story {
		return cluster.Story{
			ID: fmt.Sprintf("r%d", i), Source: "Meridian", Title: title, Lang: "en", Published: seriesDay.AddDate(0, 0, i),
			Text: fmt.Sprintf("The harbour market of Tolmere closed with herring at %d marks a barrel, cod at %d and salt at %d, the "+
				"market office said. Trading was calm, and %d carts were counted at the gates.", 400+7*i, 210+11*i, 33+i, 51+3*i),
		}
	}
	e, w := newEngine(t, 1), newWorld()
	for i, title := range []string{"Herring dear in Tolmere", "Cod prices at the harbour", "Salt prices at the harbour"} {
		run(t, e, w, cluster.Events, []cluster.Story{rates(i, title)})
	}
	id := w.current["r0"].Placement.Series
	if id == "" || len(w.series) != 1 {
		t.Fatalf("series %v", w.series)
	}
	again := newEngine(t, 1)
	if err := again.Restore([]cluster.Resident{resident(w.current["r1"]), resident(w.current["r2"])}, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	again.RestoreSeries([]cluster.Series{w.series[id]})
	d := run(t, again, w, cluster.Copies, []cluster.Story{rates(3, "Carts counted at the gates")})
	if got := d.Stories[0].Placement.Series; got != id {
		t.Errorf("the next edition is in series %q, want %q", got, id)
	}
	if len(d.Ended) > 0 || len(d.Series) > 0 {
		t.Errorf("the series was changed: %v, %v", d.Ended, d.Series)
	}
}
