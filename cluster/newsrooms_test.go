package cluster_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
)

// TestFiveStoriesInAnEmptyStore opens newsrooms of five stories of one day, each in one language: a fire and the news
// of its wounded the same noon belong together, a budget, an arrest in another town and an exhibition do not. Nothing
// but the background table tells the words that matter from those that every story has.
func TestFiveStoriesInAnEmptyStore(t *testing.T) {
	files, err := filepath.Glob("testdata/newsrooms/*.jsonl")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d newsrooms, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			stories := readNewsroom(t, file)
			for range len(stories) {
				stories = append(stories[1:], stories[0])
				w := newWorld()
				run(t, newEngine(t, 1), w, cluster.Settled, stories)
				thread := map[string][]string{}
				for id, c := range w.current {
					in := w.events[c.Placement.Event].Thread
					thread[in] = append(thread[in], id)
				}
				for _, ids := range thread {
					slices.Sort(ids)
					if got := strings.Join(ids, " "); len(ids) > 1 && got != "fire recovery" || got == "fire" {
						t.Errorf("in one thread: %s", got)
					}
				}
			}
		})
	}
}

func readNewsroom(t *testing.T, file string) []cluster.Story {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []cluster.Story
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var d struct {
			ID, Lang, Source, Title, Text string
			Published                     time.Time
		}
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, cluster.Story{ID: d.ID, Lang: d.Lang, Source: d.Source, Title: d.Title, Text: d.Text, Published: d.Published})
	}
	return out
}
