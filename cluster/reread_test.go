package cluster_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

// furnished makes stories of one source that end with the same line, one an hour.
func furnished(n int) []cluster.Story {
	towns := []string{"Tolmere", "Varholm", "Quistane", "Brandoke", "Lissolm", "Peldale", "Orrenby", "Hastwick", "Melcombe"}
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var out []cluster.Story
	for i := range n {
		town := towns[i%len(towns)]
		out = append(out, cluster.Story{
			ID: fmt.Sprintf("s%02d", i), Title: fmt.Sprintf("Council of %s votes on item %d", town, i),
			Text: fmt.Sprintf("The council of %s voted on item %d of its agenda on Monday.\nMayor number %d of %s spoke first.\n"+
				"Harbour Gazette sells maps, mugs and marmalade in Pier Street.", town, i, i*7, town),
			Source: "Harbour Gazette", Lang: "en", Published: at.Add(time.Duration(i) * time.Hour), Arrived: at,
		})
	}
	return out
}

// A line is furniture from its sixth story on. The five before it are made again, so that the features of a story do not
// tell in which order the stories came, and the delta says so.
func TestFurnitureReachesTheStoriesBeforeIt(t *testing.T) {
	stories := furnished(9)
	want := newWorld()
	run(t, newEngine(t, 2), want, cluster.Settled, stories)
	for _, c := range []struct {
		name    string
		batch   int
		reverse bool
		restart bool
		again   int // stories that are made again, over all ticks
	}{
		{"one by one", 1, false, false, 5},
		{"one by one, the last first", 1, true, false, 5},
		{"four at a time", 4, false, false, 4},
		{"one by one, each by another process", 1, false, true, 5},
		{"all at once", 9, true, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := slices.Clone(stories)
			if c.reverse {
				slices.Reverse(in)
			}
			w, e, again := newWorld(), newEngine(t, 2), 0
			for batch := range slices.Chunk(in, c.batch) {
				d := run(t, e, w, cluster.Events, batch)
				again += len(d.Reread)
				if c.restart {
					e = w.restored(t)
				}
			}
			run(t, e, w, cluster.Settled, nil)
			if again != c.again {
				t.Errorf("%d stories were made again, want %d", again, c.again)
			}
			for id, s := range want.current {
				if !bytes.Equal(s.Features, w.current[id].Features) {
					t.Errorf("story %s has other features", id)
				}
			}
			if diff := cmp.Diff(want.clusters(), w.clusters()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFeaturesOfAnotherFormAreRefused(t *testing.T) {
	w, e := newWorld(), newEngine(t, 1)
	run(t, e, w, cluster.Settled, furnished(1))
	whole := resident(w.current["s00"])
	for n := range len(whole.Features) {
		broken := whole
		broken.Features = whole.Features[:n]
		if err := newEngine(t, 1).Restore([]cluster.Resident{broken}, nil, nil, nil); err == nil {
			t.Fatalf("%d of %d bytes were taken for features", n, len(whole.Features))
		}
	}
}
