package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

var _ ExportReader = (*store.Snapshot)(nil)

func TestExports(t *testing.T) {
	r := fixture.Newsroom()
	for _, f := range []Format{JSONL, CSV} {
		for name, export := range map[string]func(*bytes.Buffer) (int, error){
			"assignments": func(b *bytes.Buffer) (int, error) { return ExportAssignments(t.Context(), b, r, f) },
			"stories":     func(b *bytes.Buffer) (int, error) { return ExportStories(t.Context(), b, r, f, StoriesFilter{}) },
			"stories-edited": func(b *bytes.Buffer) (int, error) {
				return ExportStories(t.Context(), b, r, f, StoriesFilter{Edited: true})
			},
			"pairs": func(b *bytes.Buffer) (int, error) { return ExportPairs(t.Context(), b, r, f) },
			"stories-unique": func(b *bytes.Buffer) (int, error) {
				return ExportStories(t.Context(), b, r, f, StoriesFilter{Unique: true})
			},
			"events": func(b *bytes.Buffer) (int, error) { return ExportEvents(t.Context(), b, r, f, fixture.Now) },
		} {
			var b bytes.Buffer
			n, err := export(&b)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "export/"+name+"."+string(f), b.String())
			if f == JSONL && n != strings.Count(b.String(), "\n") {
				t.Errorf("%s: says %d, wrote %d", name, n, strings.Count(b.String(), "\n"))
			}
		}
	}
}

func TestAssignmentsAreExactlyFiveFieldsSortedById(t *testing.T) {
	var b bytes.Buffer
	if _, err := ExportAssignments(t.Context(), &b, fixture.Newsroom(), JSONL); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for line := range strings.Lines(b.String()) {
		var fields map[string]*string
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for k, v := range fields {
			names = append(names, k)
			if v == nil || *v == "" {
				t.Errorf("%s is empty in %s", k, line)
			}
		}
		slices.Sort(names)
		if diff := cmp.Diff([]string{"duplicates", "event", "happening", "id", "thread"}, names); diff != "" {
			t.Fatal(diff)
		}
		ids = append(ids, *fields["id"])
	}
	if !slices.IsSorted(ids) || len(ids) != 18 {
		t.Errorf("%d ids: %q", len(ids), ids)
	}
}

func TestUniqueStoriesStandForAllOthers(t *testing.T) {
	var b bytes.Buffer
	if _, err := ExportStories(t.Context(), &b, fixture.Newsroom(), JSONL, StoriesFilter{Unique: true}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(b.String()) {
		var s ExportStory
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		seen[s.ID]++
		for _, c := range s.StandsFor {
			seen[c.ID]++
		}
	}
	if len(seen) != 18 {
		t.Errorf("%d stories are written or stood for, want 18", len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s occurs %d times", id, n)
		}
	}
}

func TestExportErrors(t *testing.T) {
	r := fixture.Newsroom()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, export := range map[string]func(context.Context, Format) error{
		"assignments": func(ctx context.Context, f Format) error {
			_, err := ExportAssignments(ctx, brokenPipe{}, r, f)
			return err
		},
		"stories": func(ctx context.Context, f Format) error {
			_, err := ExportStories(ctx, brokenPipe{}, r, f, StoriesFilter{})
			return err
		},
		"events": func(ctx context.Context, f Format) error {
			_, err := ExportEvents(ctx, brokenPipe{}, r, f, fixture.Now)
			return err
		},
	} {
		var format *FormatError
		if err := export(t.Context(), Table); !errors.As(err, &format) || format.Export != name {
			t.Errorf("%s as a table: %v", name, err)
		}
		if err := export(cancelled, JSONL); !errors.Is(err, context.Canceled) {
			t.Errorf("%s cancelled: %v", name, err)
		}
		if err := export(t.Context(), CSV); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s into a broken pipe: %v", name, err)
		}
	}
}
