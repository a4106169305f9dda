package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
)

func newTrain(a *app) *cobra.Command {
	var field, across, threads, near, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "train GOLD...",
		Short: "Learn the weights of the event stage from labelled stories",
		Long: `Learn the weights of the event stage from labelled stories, files as for eval. Every file
weighs the same, whatever its size. The same files give the same weights, byte for byte.

  samestory train --out mine.json labelled.jsonl.gz others/*.jsonl.gz
  samestory eval --config mine.toml labelled.jsonl.gz     with [cluster] model = "mine.json"

Few labels, such as what editors have corrected, say too little alone. With --near they
move given weights only as far as they have something to say:

  samestory export stories --edited > mine.jsonl
  samestory train --near shipped --out mine.json mine.jsonl
  samestory rebuild --dry-run --model mine.json

With --across the label is one that stories of several languages share, and what is learned are
the weights by which events of different languages are linked:

  samestory train --across happening --out tongues.json labelled.jsonl.gz
  samestory eval --config mine.toml labelled.jsonl.gz     with [cluster] languages = "tongues.json"

With --threads the label is the thread of a story, and what is learned are the weights by which
an event is a follow-up of a thread:

  samestory train --threads labels.thread --out follow.json newsroom.jsonl
  samestory eval --config mine.toml --level thread newsroom.jsonl     with [cluster] threads = "follow.json"

Scores on the files that the weights were learned from are optimistic: keep some aside.`,
		Args: minArgs(1, "one or more files of labelled stories"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usagef("--out: name the file to write")
			}
			switch {
			case near != "" && (across != "" || threads != ""):
				return usagef("--near: is for the weights of events alone")
			case across != "" && threads != "":
				return usagef("--across and --threads: learn one at a time")
			case across != "" && cmd.Flags().Changed("gold"):
				return usagef("--across: learns from that field alone, leave --gold out")
			case threads != "" && cmd.Flags().Changed("gold"):
				return usagef("--threads: learns from that field alone, leave --gold out")
			}
			if threads != "" {
				return a.trainThreads(cmd.Context(), args, threads, out, asJSON)
			}
			if across != "" {
				return a.trainAcross(cmd.Context(), args, across, out, asJSON)
			}
			return a.train(cmd.Context(), args, field, near, out, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&field, "gold", "event", "field that holds the label; labels.event for one inside another; with commas, the first that a story has")
	f.StringVar(&across, "across", "", "learn to link events of different languages, from this label that they share")
	f.StringVar(&threads, "threads", "", "learn what a follow-up is, from this label of the thread")
	f.StringVar(&near, "near", "", `weights to stay near to where the labels are few: a file, or "shipped"`)
	f.StringVar(&out, "out", "", "file to write the weights to")
	f.BoolVar(&asJSON, "json", false, "print the report of the training as JSON")
	return cmd
}

func (a *app) train(ctx context.Context, files []string, field, near, out string, asJSON bool) error {
	start, err := startOf(near)
	if err != nil {
		return err
	}
	sets, params, err := a.labelled(ctx, files, field, "--gold")
	if err != nil {
		return err
	}
	model, report, err := cluster.Train(ctx, sets, start, params)
	if err != nil {
		return err
	}
	return a.learned(model.Encode, out, asJSON, trainView{Version: 1, Out: out, Report: report}, func() error {
		return a.trainTable(out, &report)
	})
}

// learned writes weights to their file and says what they were learned from.
func (a *app) learned(encode func() ([]byte, error), out string, asJSON bool, view any, table func() error) error {
	data, err := encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(view)
	}
	return table()
}

// startOf reads the weights to stay near to; nil for none.
func startOf(near string) (*event.Model, error) {
	switch near {
	case "":
		return nil, nil
	case "shipped":
		return event.DefaultModel()
	}
	return config.ReadModel(near)
}

type trainView struct {
	Version int    `json:"version"`
	Out     string `json:"out"`
	event.Report
}

// setName is a file's name without its endings.
func setName(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}

func (a *app) trainTable(out string, r *event.Report) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "SET\tSTORIES\tEVENTS\tCANDIDATE RECALL\t\n")
	for _, s := range r.Sets {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t\n", s.Name, s.Stories, s.Events, s.Recall)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "\nlog loss %.4f over %d pairs, %.4f over %d in their neighbourhoods\n%s written: use it with [cluster] model = %q\n",
		r.PairLoss, r.PairRows, r.ContextLoss, r.ContextRows, out, out)
	return err
}

// labelled reads the files with the labels of a field, and the settings that they are seen with.
func (a *app) labelled(ctx context.Context, files []string, field, flag string) ([]cluster.LabelledSet, cluster.Params, error) {
	c, err := a.settings()
	if err != nil {
		return nil, cluster.Params{}, err
	}
	params, err := c.Params()
	if err != nil {
		return nil, cluster.Params{}, err
	}
	var sets []cluster.LabelledSet
	for _, file := range files {
		input := a.fileInput(&c, "", []string{file})
		input.Spec.Arrived = a.now().UTC()
		gold, _, err := jobs.ReadGold(ctx, input.Spec, field)
		if err != nil {
			return nil, cluster.Params{}, err
		}
		if len(gold) == 0 {
			return nil, cluster.Params{}, hinted{fmt.Errorf("%s: no story has a label in the field %q", file, field), "name the field with " + flag}
		}
		set := cluster.LabelledSet{Name: setName(file), Labels: make(map[string]string, len(gold))}
		for _, g := range gold {
			set.Stories = append(set.Stories, g.Story)
			set.Labels[g.Story.ID] = g.Label
		}
		sets = append(sets, set)
	}
	return sets, params, nil
}
