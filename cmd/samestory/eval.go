package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
)

func newEval(a *app) *cobra.Command {
	var o evalOptions
	cmd := &cobra.Command{
		Use:   "eval GOLD...",
		Short: "Score the clusters against stories that somebody labelled",
		Long: `Score the clusters against labelled stories. Each GOLD is a file of stories as for backfill,
with the label of the true cluster in a field of its own. Every file is placed in memory,
by itself, with the settings of --config; no store is touched.

  samestory eval labelled.jsonl.gz
  samestory eval --level thread --gold labels.thread sample.jsonl
  samestory eval --level happening --gold event_crosslingual labelled.jsonl.gz
  samestory eval --order labelled.jsonl.gz        also reversed and in ten batches
  samestory eval --churn stories.jsonl.gz         do ids stay while stories come in?

BCubed counts stories, pairwise counts pairs of stories and so looks at large clusters,
ARI is pairwise agreement corrected for chance. RECALL@32 is how often the search for candidates
brings up the right event among the first 32.

--churn needs no labels. It replays a file in ticks of --tick stories, in the order of time and
shuffled, and follows the ids of duplicate groups, events and threads. UNPUBLISHED counts the ids
that changed or vanished without a word in the journal, DANGLING the ended ones that lead nowhere:
both must be 0. CHANGED counts the stories that ever had another id at the level.`,
		Args: minArgs(1, "one or more files of labelled stories"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.eval(cmd.Context(), args, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.field, "gold", "event", "field that holds the label; labels.event for one inside another; with commas, the first that a story has")
	f.StringVar(&o.level, "level", "event", "what the label names: event, happening, thread or duplicates")
	f.BoolVar(&o.slices, "slices", false, "also score kinds of stories apart: size, headline only, language, late")
	f.BoolVar(&o.order, "order", false, "also place them reversed and in ten batches, and compare the results")
	f.BoolVar(&o.churn, "churn", false, "replay in ticks and follow the ids instead of scoring")
	f.IntVar(&o.tick, "tick", 100, "stories of one tick of --churn")
	f.BoolVar(&o.asJSON, "json", false, "print JSON")
	return cmd
}

// candidateEvents is how many events the candidate search may bring up before the right one in the recall that is printed.
const candidateEvents = 32

type evalOptions struct {
	field, level          string
	slices, order, asJSON bool
	churn                 bool
	tick                  int
	params                cluster.Params
}

type evalView struct {
	Version int       `json:"version"`
	Level   string    `json:"level"`
	Sets    []evalSet `json:"sets"`
}

type evalSet struct {
	Set        string  `json:"set"`
	Unlabelled int     `json:"unlabelled"` // stories left out for want of a label
	Seconds    float64 `json:"seconds"`
	eval.Scores
	// Recall is the share of the stories with company for which the candidate search brings up their own event among the
	// first candidateEvents; only at the level of events.
	Recall float64      `json:"candidate_recall,omitempty"`
	Slices []eval.Slice `json:"slices,omitempty"`
	Order  []evalOrder  `json:"order,omitempty"`
}

// evalOrder says how much another order or batching of the same stories changes.
type evalOrder struct {
	Order string  `json:"order"`
	ARI   float64 `json:"ari"`   // between the two results
	Moved int     `json:"moved"` // stories whose id at the level differs
	Churn float64 `json:"churn"` // mean share of a story's company that changed, 0..1
}

func (a *app) eval(ctx context.Context, files []string, o evalOptions) error {
	if !slices.Contains([]string{"event", "happening", "thread", "duplicates"}, o.level) {
		return usagef("--level: %q is none of event, happening, thread, duplicates", o.level)
	}
	if o.tick < 1 {
		return usagef("--tick: %d is less than 1", o.tick)
	}
	c, err := a.settings()
	if err != nil {
		return err
	}
	if o.params, err = c.Params(); err != nil {
		return err
	}
	if o.churn {
		return a.evalChurn(ctx, &c, files, o)
	}
	v := evalView{Version: 1, Level: o.level}
	for _, file := range files {
		set, err := a.evalFile(ctx, &c, file, o)
		if err != nil {
			return err
		}
		v.Sets = append(v.Sets, *set)
	}
	if o.asJSON {
		return json.NewEncoder(a.stdout).Encode(v)
	}
	return a.evalTable(&v)
}

func (a *app) evalFile(ctx context.Context, c *config.Config, file string, o evalOptions) (*evalSet, error) {
	input := a.fileInput(c, "", []string{file})
	input.Spec.Arrived = a.now().UTC()
	gold, unlabelled, err := jobs.ReadGold(ctx, input.Spec, o.field)
	if err != nil {
		return nil, err
	}
	if len(gold) == 0 {
		return nil, hinted{fmt.Errorf("%s: no story has a label in the field %q", file, o.field), "name the field with --gold"}
	}
	stories := make([]cluster.Story, len(gold))
	for i := range gold {
		stories[i] = gold[i].Story
	}
	run, err := jobs.Rehearse(ctx, [][]cluster.Story{stories}, o.params, a.now)
	if err != nil {
		return nil, err
	}
	got := placed(run, o.level)
	var judged []eval.Judgement
	var traits []eval.Traits
	seen := make(map[string]bool)
	for _, g := range gold {
		if seen[g.Story.ID] {
			continue // another version of a story counts once
		}
		seen[g.Story.ID] = true
		judged = append(judged, eval.Judgement{Story: g.Story.ID, Gold: g.Label, System: got[g.Story.ID]})
		traits = append(traits, eval.Traits{
			TitleOnly: g.Story.Text == "", Lang: g.Story.Lang, Time: g.Story.Published, Undated: g.Story.Precision == cluster.Arrival,
		})
	}
	set := &evalSet{Set: filepath.Base(file), Unlabelled: unlabelled, Seconds: run.Took.Seconds(), Scores: eval.Compare(judged)}
	if o.level == "event" {
		labels := make(map[string]string, len(judged))
		for _, j := range judged {
			labels[j.Story] = j.Gold
		}
		if found, of := run.CandidateRecall(labels, candidateEvents); of > 0 {
			set.Recall = float64(found) / float64(of)
		}
	}
	if o.slices {
		set.Slices = eval.Slices(judged, traits)
	}
	if o.order {
		if set.Order, err = a.evalOrders(ctx, o, stories, got); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func recallCell(r float64) string {
	if r == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", r)
}

func placed(run *jobs.Rehearsal, level string) map[string]string {
	switch level {
	case "duplicates":
		return run.Group
	case "thread":
		return run.Thread
	case "happening":
		return run.Happening
	default:
		return run.Event
	}
}

// evalOrders places the stories in other orders and batchings and compares with the first result.
func (a *app) evalOrders(ctx context.Context, o evalOptions, stories []cluster.Story, base map[string]string) ([]evalOrder, error) {
	reversed := slices.Clone(stories)
	slices.Reverse(reversed)
	const parts = 10
	size := (len(stories) + parts - 1) / parts
	var out []evalOrder
	for _, other := range []struct {
		name    string
		batches [][]cluster.Story
	}{
		{"reversed", [][]cluster.Story{reversed}},
		{"ten batches", slices.Collect(slices.Chunk(stories, size))},
		{"reversed, ten batches", slices.Collect(slices.Chunk(reversed, size))},
	} {
		run, err := jobs.Rehearse(ctx, other.batches, o.params, a.now)
		if err != nil {
			return nil, err
		}
		drift := eval.Churn(base, placed(run, o.level))
		out = append(out, evalOrder{Order: other.name, ARI: drift.ARI, Moved: drift.Moved, Churn: drift.Churn})
	}
	return out, nil
}

func (a *app) evalTable(v *evalView) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s\tSTORIES\tGOLD\tFOUND\tLARGEST\tBCUBED P\tR\tF1\tPAIR P\tR\tF1\tARI\tRECALL@32\tSECONDS\t\n", strings.ToUpper(v.Level))
	for _, s := range v.Sets {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%s\t%.1f\t\n", s.Set, s.Stories, s.GoldClusters, s.Clusters,
			s.Largest, s.BCubed.Precision, s.BCubed.Recall, s.BCubed.F1, s.Pairwise.Precision, s.Pairwise.Recall, s.Pairwise.F1, s.ARI, recallCell(s.Recall), s.Seconds)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, s := range v.Sets {
		if s.Unlabelled > 0 {
			fmt.Fprintf(a.stdout, "\n%s: %s without a label left out\n", s.Set, plural(s.Unlabelled, "story", "stories"))
		}
		if len(s.Slices) > 0 {
			fmt.Fprintf(w, "\n%s\tSTORIES\tBCUBED P\tR\tF1\t\n", s.Set)
			for _, x := range s.Slices {
				fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t\n", x.Name, x.Stories, x.BCubed.Precision, x.BCubed.Recall, x.BCubed.F1)
			}
		}
		if len(s.Order) > 0 {
			fmt.Fprintf(w, "\n%s\tARI\tCHURN\tOTHER ID\t\n", s.Set)
			for _, x := range s.Order {
				fmt.Fprintf(w, "%s\t%.5f\t%.5f\t%d\t\n", x.Order, x.ARI, x.Churn, x.Moved)
			}
		}
	}
	return w.Flush()
}
