package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/happening"
)

func (a *app) trainAcross(ctx context.Context, files []string, field, out string, asJSON bool) error {
	sets, params, err := a.labelled(ctx, files, field, "--across")
	if err != nil {
		return err
	}
	model, err := cluster.TrainLanguages(ctx, sets, params)
	if err != nil {
		return err
	}
	report := model.Report()
	return a.learned(model.Encode, out, asJSON, trainAcrossView{Version: 1, Out: out, Report: report}, func() error {
		return a.trainAcrossTable(out, &report)
	})
}

type trainAcrossView struct {
	Version int    `json:"version"`
	Out     string `json:"out"`
	happening.Report
}

func (a *app) trainAcrossTable(out string, r *happening.Report) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "SET\tEVENTS\tIN SEVERAL LANGUAGES\tCANDIDATE RECALL\tAPART\tLINKED\tHELD OUT\t\n")
	for _, s := range r.Sets {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t%s\t%s\t%s\t\n", s.Name, s.Events, s.Happenings,
			float64(s.Candidates)/float64(max(1, s.Pairs)), figures(s.Apart), figures(s.Linked), figures(s.LinkedOut))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, `
Scores are BCubed / pairwise F1 of the labelled events: each language apart, linked, and linked by weights that have
not seen the happenings in question.
log loss %.4f over %d pairs, held out %.4f
%s written: use it with [cluster] languages = %q
`, r.LossIn, r.Examples, r.LossOut, out, out)
	return err
}

func figures(q happening.Quality) string { return fmt.Sprintf("%.3f/%.3f", q.BCubed, q.Pairwise) }
