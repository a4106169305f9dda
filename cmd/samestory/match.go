package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

func newMatch(a *app) *cobra.Command {
	var f reportFlags
	var at, lang string
	cmd := &cobra.Command{
		Use:   "match FILE|-",
		Short: "Say which event a text belongs to and what it is a copy of, without storing it",
		Long: `Read one text and say which event and which duplicate group it belongs to, or that it is new,
with the nearest miss. The text is plain, its first line being the headline, or one story as
JSON. It is judged as published now, or at --at.`,
		Example: "  samestory match --store news.db release.txt\n  pbpaste | samestory match --store news.db -",
		Args:    exactArgs(1, "a file, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := f.outputFormat()
			if err != nil {
				return err
			}
			now := a.now().UTC()
			when, err := report.ParseTime(at, now)
			if err != nil {
				return usagef("--at: %w", err)
			}
			if when.IsZero() {
				when = now
			}
			return a.read(cmd.Context(), func(c *config.Config, _ *store.Store, v *store.Snapshot) error {
				story, err := a.readText(c, args[0], when, lang)
				if err != nil {
					return err
				}
				view, err := a.match(cmd.Context(), c, v, story)
				if err != nil {
					return err
				}
				return report.Write(a.stdout, view, format, a.tableOptions())
			})
		},
	}
	f.form(cmd)
	cmd.Flags().StringVar(&at, "at", "", "when the text was published (default now)")
	cmd.Flags().StringVar(&lang, "lang", "", "its language, as en (default: found out from the text)")
	return cmd
}

// readingDesk is a desk that judges by a config and writes nothing.
func (a *app) readingDesk(c *config.Config, v *store.Snapshot) (*jobs.Desk, cluster.Params, error) {
	p, err := c.Params()
	if err != nil {
		return nil, p, err
	}
	desk, err := jobs.NewReadingDesk(v, p, int(c.Limits.Live))
	if err != nil {
		return nil, p, err
	}
	client, err := a.embedder(c)
	if err != nil {
		return nil, p, err
	}
	desk.UseEmbeddings(client)
	return desk, p, nil
}

func (a *app) match(ctx context.Context, c *config.Config, v *store.Snapshot, story *cluster.Story) (report.View, error) {
	desk, p, err := a.readingDesk(c, v)
	if err != nil {
		return nil, err
	}
	m, err := desk.Match(ctx, story)
	if err != nil {
		return nil, err
	}
	if e := desk.DrainEmbeddings(); e.Missing > 0 {
		fmt.Fprintf(a.stderr, "samestory: warning: judged without an embedding: %s\n", e.Reason)
	}
	window := report.Window{From: story.Published.Add(-p.Window), To: story.Published.Add(p.Window)}
	for _, err := range v.EventHeads(window.From, window.To) {
		if err != nil {
			return nil, err
		}
		window.Events++
	}
	return report.Match(v, m, story, window, a.now())
}

// readText reads the text to match from a file or standard input.
func (a *app) readText(c *config.Config, path string, at time.Time, lang string) (*cluster.Story, error) {
	data, err := a.readAll(path, int64(c.Limits.Line))
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(data) {
		return nil, hinted{fmt.Errorf("%s: not UTF-8 text", path), "convert it first, as with iconv"}
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' {
		return jsonText(c, trimmed, at, lang)
	}
	s := &cluster.Story{Published: at, Arrived: at}
	s.Title, s.Text = headlineOf(string(data))
	if s.Title == "" && s.Text == "" {
		return nil, fmt.Errorf("%s: no text", path)
	}
	s.Lang = text.Language(lang, s.Title, s.Text)
	return s, nil
}

// jsonText reads a text that is a story as JSON, with its own date where it has one.
func jsonText(c *config.Config, data []byte, at time.Time, lang string) (*cluster.Story, error) {
	d, err := source.NewDecoder(source.Options{Limits: c.SourceLimits(), Language: text.Language, Arrived: at})
	if err != nil {
		return nil, err
	}
	s, _, err := d.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("read the story: %w", err)
	}
	if lang != "" {
		s.Lang = lang
	}
	if s.Precision == cluster.Arrival {
		// It is judged as of now, which is as good as a date.
		s.Precision = cluster.Exact
	}
	return &s, nil
}

func (a *app) readAll(path string, limit int64) (data []byte, err error) {
	r := a.stdin
	if path != "-" {
		f, err := a.openFile(path)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		r = f
	}
	data, err = io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = hinted{fmt.Errorf("%s: longer than %d bytes", path, limit), "limits.line in the config is the limit"}
	}
	return data, err
}

// maxHeadline is the length in bytes up to which a first line is a headline and not a paragraph.
const maxHeadline = 250

// headlineOf splits plain text into headline and body: the first line is the headline if it is short and something
// follows it.
func headlineOf(s string) (title, body string) {
	s = strings.TrimSpace(s)
	first, rest, more := strings.Cut(s, "\n")
	if rest = strings.TrimSpace(rest); !more || rest == "" || len(first) > maxHeadline {
		if len(s) <= maxHeadline {
			return s, ""
		}
		return "", s
	}
	return strings.TrimSpace(first), rest
}
