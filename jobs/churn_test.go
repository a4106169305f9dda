package jobs_test

import (
	"slices"
	"testing"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
)

// Whatever order stories come in, no id changes or goes without a word, and all that went lead somewhere.
func TestIDsChangeOnlyWithAWord(t *testing.T) {
	var inOrder []cluster.Story
	for l := range newsroom.Generate(newsroom.Options{Stories: 400, Days: 6, TextBytes: 600}) {
		inOrder = append(inOrder, l.Story)
	}
	reversed := slices.Clone(inOrder)
	slices.Reverse(reversed)
	for name, stories := range map[string][]cluster.Story{"in order": inOrder, "reversed": reversed} {
		t.Run(name, func(t *testing.T) {
			c, err := jobs.ReplayChurn(t.Context(), slices.Collect(slices.Chunk(stories, 40)), cluster.DefaultParams(), clock())
			if err != nil {
				t.Fatal(err)
			}
			for level, x := range map[string]eval.Identity{"duplicates": c.Duplicates, "event": c.Events, "thread": c.Threads} {
				if x.Unpublished != 0 || x.Dangling != 0 {
					t.Errorf("%s: %+v", level, x)
				}
				if x.Members < 100 || x.IDs < 50 {
					t.Errorf("%s: %+v: next to nothing was placed", level, x)
				}
			}
			if c.Ticks != 10 || c.Events.Merged+c.Threads.Merged == 0 {
				t.Errorf("%d ticks, events %+v, threads %+v: nothing came together", c.Ticks, c.Events, c.Threads)
			}
		})
	}
}
