package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/thread"
)

func (a *app) trainThreads(ctx context.Context, files []string, field, out string, asJSON bool) error {
	sets, params, err := a.labelled(ctx, files, field, "--threads")
	if err != nil {
		return err
	}
	model, err := cluster.TrainThreads(ctx, sets, params)
	if err != nil {
		return err
	}
	report := model.Report()
	return a.learned(model.Encode, out, asJSON, trainThreadsView{Version: 1, Out: out, Report: report}, func() error {
		return a.trainThreadsTable(out, &report)
	})
}

type trainThreadsView struct {
	Version int    `json:"version"`
	Out     string `json:"out"`
	thread.Report
}

func (a *app) trainThreadsTable(out string, r *thread.Report) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "SET\tEVENTS\tTHREADS\tCANDIDATES\tFOLLOW-UPS\tWRONG\tMISSED\tLEFT OUT\t\n")
	for _, s := range r.Sets {
		without := "-"
		if s.LeftOut != nil {
			without = fmt.Sprintf("%d, %d", s.LeftOut.Wrong, s.LeftOut.Missed)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t\n", s.Name, s.Events, s.Threads, s.Candidates, s.FollowUps,
			s.Fit.Wrong, s.Fit.Missed, without)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, `
Candidates are pairs of an event and the core of a thread that pass the gates. Wrong are those that are taken and belong
elsewhere, missed those that belong and are not; left out is the same by weights that have not seen the set.
log loss %.4f
%s written: use it with [cluster] threads = %q
`, r.Loss, out, out)
	return err
}
