package jobs_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestQuality holds the scores on our own newsrooms, so that every change of what is grouped shows as a diff.
func TestQuality(t *testing.T) {
	var out strings.Builder
	mix := newsroom.DefaultMix()
	mix.Retitled = 0 // a second version of a story would be labelled twice
	var made []newsroom.Labelled
	for l := range newsroom.Generate(newsroom.Options{Stories: 1000, Days: 7, TextBytes: 1200, Mix: &mix}) {
		made = append(made, l)
	}
	for _, set := range []struct {
		name    string
		stories []newsroom.Labelled
	}{{"sample", newsroom.Sample()}, {"generated", made}} {
		var stories []cluster.Story
		for _, l := range set.stories {
			stories = append(stories, l.Story)
		}
		run, err := jobs.Rehearse(t.Context(), [][]cluster.Story{stories}, cluster.DefaultParams(), clock())
		if err != nil {
			t.Fatal(err)
		}
		for _, level := range []struct {
			name string
			gold func(*newsroom.Labelled) string
			got  map[string]string
		}{
			{"duplicates", func(l *newsroom.Labelled) string { return l.Duplicates }, run.Group},
			{"event", func(l *newsroom.Labelled) string { return l.Event + "/" + l.Lang }, run.Event}, // events are of one language
			{"thread", func(l *newsroom.Labelled) string { return l.Thread }, run.Thread},
		} {
			var judged []eval.Judgement
			for i := range set.stories {
				l := &set.stories[i]
				judged = append(judged, eval.Judgement{Story: l.ID, Gold: level.gold(l), System: level.got[l.ID]})
			}
			s := eval.Compare(judged)
			fmt.Fprintf(&out, "%-9s %-10s stories %4d  gold %3d  found %3d  bcubed p %.3f r %.3f f1 %.3f  pairwise p %.3f r %.3f f1 %.3f\n",
				set.name, level.name, s.Stories, s.GoldClusters, s.Clusters, s.BCubed.Precision, s.BCubed.Recall, s.BCubed.F1,
				s.Pairwise.Precision, s.Pairwise.Recall, s.Pairwise.F1)
		}
	}
	golden := filepath.Join("testdata", "quality.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the scores changed (-update accepts them):\n%s", diff)
	}
}
