package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
)

type churnView struct {
	Version int        `json:"version"`
	Tick    int        `json:"tick"` // stories of one tick
	Sets    []churnSet `json:"sets"`
}

type churnSet struct {
	Set     string     `json:"set"`
	Replays []churnRun `json:"replays"`
}

type churnRun struct {
	Order      string        `json:"order"` // time, or shuffled
	Ticks      int           `json:"ticks"`
	Seconds    float64       `json:"seconds"`
	Duplicates eval.Identity `json:"duplicates"`
	Events     eval.Identity `json:"events"`
	Threads    eval.Identity `json:"threads"`
}

// evalChurn replays files tick by tick and prints what became of the ids.
func (a *app) evalChurn(ctx context.Context, c *config.Config, files []string, o evalOptions) error {
	v := churnView{Version: 1, Tick: o.tick}
	for _, file := range files {
		input := a.fileInput(c, "", []string{file})
		input.Spec.Arrived = a.now().UTC()
		read, _, err := jobs.ReadGold(ctx, input.Spec, "")
		if err != nil {
			return err
		}
		stories := make([]cluster.Story, len(read))
		for i := range read {
			stories[i] = read[i].Story
		}
		set := churnSet{Set: filepath.Base(file)}
		for _, order := range []string{"time", "shuffled"} {
			inOrder(stories)
			if order == "shuffled" {
				// Always the same shuffle: a figure that cannot be had again is no use.
				rand.New(rand.NewPCG(1, 2)).Shuffle(len(stories), func(i, k int) { stories[i], stories[k] = stories[k], stories[i] })
			}
			run, err := jobs.ReplayChurn(ctx, slices.Collect(slices.Chunk(stories, o.tick)), o.params, a.now)
			if err != nil {
				return err
			}
			set.Replays = append(set.Replays, churnRun{
				Order: order, Ticks: run.Ticks, Seconds: run.Took.Seconds(), Duplicates: run.Duplicates, Events: run.Events, Threads: run.Threads,
			})
		}
		v.Sets = append(v.Sets, set)
	}
	if o.asJSON {
		return json.NewEncoder(a.stdout).Encode(v)
	}
	return a.churnTable(&v)
}

// inOrder sorts stories as they came out, those without a date last.
func inOrder(stories []cluster.Story) {
	slices.SortStableFunc(stories, func(x, y cluster.Story) int {
		if u, w := x.Precision == cluster.Arrival, y.Precision == cluster.Arrival; u != w {
			if u {
				return 1
			}
			return -1
		}
		return cmp.Or(x.Published.Compare(y.Published), cmp.Compare(x.ID, y.ID))
	})
}

func (a *app) churnTable(v *churnView) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "IDS IN TICKS OF %d\tORDER\tTICKS\tLEVEL\tSTORIES\tIDS\tCHANGED\t\tMERGED\tSPLIT\tUNPUBLISHED\tDANGLING\t\n", v.Tick)
	for _, s := range v.Sets {
		for _, r := range s.Replays {
			for _, l := range []struct {
				name string
				x    eval.Identity
			}{{"duplicates", r.Duplicates}, {"event", r.Events}, {"thread", r.Threads}} {
				fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%d\t%d\t%d\t%.1f%%\t%d\t%d\t%d\t%d\t\n", s.Set, r.Order, r.Ticks, l.name, l.x.Members, l.x.IDs,
					l.x.Changed, 100*float64(l.x.Changed)/float64(max(1, l.x.Members)), l.x.Merged, l.x.Split, l.x.Unpublished, l.x.Dangling)
			}
		}
	}
	return w.Flush()
}
