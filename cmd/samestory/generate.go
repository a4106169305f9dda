package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/report"
)

func newGenerate(a *app) *cobra.Command {
	var o newsroom.Options
	var start, out string
	var sample, asJSON bool
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write a labelled synthetic newsroom of any size as JSONL",
		Long: `Write invented stories as JSONL, labelled with their true duplicate group, event, thread and
series: copies, updates, excerpts, follow-ups, series, round-ups, live pages, late arrivals,
several languages. The same seed gives the same bytes.

  samestory generate --stories 100000 --out news.jsonl
  samestory eval --gold labels.event news.jsonl`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Start, err = report.ParseTime(start, a.now()); err != nil {
				return usagef("--start: %w", err)
			}
			if err := o.Validate(); err != nil && !sample {
				return usageError{err}
			}
			if o.Stories < 1 && !sample {
				return usagef("--stories: %d is not 1 or more", o.Stories)
			}
			w := a.stdout
			if out != "" {
				f, err := os.Create(out)
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, f.Close()) }()
				w = f
			}
			return generate(w, o, sample)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Stories, "stories", 1000, "how many stories")
	f.Uint64Var(&o.Seed, "seed", 1, "the same seed gives the same stories")
	f.IntVar(&o.Days, "days", 14, "the time over which they spread")
	f.IntVar(&o.TextBytes, "bytes", 3000, "mean size of a full report")
	f.IntVar(&o.Outlets, "outlets", 120, "how many outlets")
	f.StringSliceVar(&o.Languages, "lang", nil, fmt.Sprintf("languages, the first being that of half of the outlets (default %v)", newsroom.Languages()))
	f.StringVar(&start, "start", "", "first day (default 2026-01-05)")
	f.StringVar(&out, "out", "", "file to write (default: standard output)")
	f.BoolVar(&sample, "sample", false, "write the hand-written newsroom of the demo instead")
	f.BoolVar(&asJSON, "json", false, "the output is JSON in any case")
	return cmd
}

func generate(w io.Writer, o newsroom.Options, sample bool) error {
	if sample {
		_, err := w.Write(newsroom.SampleJSONL())
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	if _, err := newsroom.WriteJSONL(b, newsroom.Generate(o)); err != nil {
		return err
	}
	return b.Flush()
}
