package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{Create: true, Params: store.Header{Features: cluster.FeaturesVersion}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// generated writes n generated stories to a file.
func generated(t *testing.T, dir, name string, n int, seed uint64) string {
	t.Helper()
	path := filepath.Join(dir, name)
	var b bytes.Buffer
	if _, err := newsroom.WriteJSONL(&b, newsroom.Generate(newsroom.Options{Stories: n, Seed: seed, Days: 5, TextBytes: 600})); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func files(paths ...string) []jobs.Input {
	return []jobs.Input{{Name: "test", Spec: source.Spec{Paths: paths, Options: source.Options{Language: text.Language}}}}
}

// clock begins in the week after the generated stories and never stands still, so that two runs differ.
func clock() func() time.Time {
	now := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Millisecond)
		return now
	}
}

func options() jobs.BackfillOptions {
	return jobs.BackfillOptions{Params: cluster.DefaultParams(), Residents: 10_000, Clock: clock()}
}

func backfill(t *testing.T, s *store.Store, o jobs.BackfillOptions, paths ...string) store.Run {
	t.Helper()
	run, err := jobs.Backfill(t.Context(), s, files(paths...), o)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// place is where a story is: its group, event and thread.
type place struct{ Group, Event, Thread string }

// assignments reads where every story is, and checks the store.
func assignments(t *testing.T, s *store.Store) map[string]place {
	t.Helper()
	found, err := s.Check(t.Context())
	if err != nil || !found.OK() {
		t.Fatalf("the store is not sound: %+v, %v", found.Findings, err)
	}
	view := s.View()
	defer view.Close()
	out := make(map[string]place)
	for r, err := range view.AllStories() {
		if err != nil {
			t.Fatal(err)
		}
		p := place{Group: r.Placement.Group, Event: r.Placement.Event}
		if p.Event != "" {
			ev, err := view.Event(p.Event)
			if err != nil {
				t.Fatal(err)
			}
			p.Thread = ev.Thread
		}
		out[r.ID] = p
	}
	return out
}

func TestBackfillOfTheSample(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sample.jsonl")
	if err := os.WriteFile(path, newsroom.SampleJSONL(), 0o644); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, filepath.Join(dir, "db"))
	run := backfill(t, s, options(), path)
	places := assignments(t, s)
	if run.Status != store.RunOK || run.New != len(places) || len(places) != len(newsroom.Sample()) {
		t.Errorf("status %s, %d new, %d placed, %d in the sample", run.Status, run.New, len(places), len(newsroom.Sample()))
	}
	for id, p := range places {
		if p.Group == "" || p.Event == "" || p.Thread == "" {
			t.Errorf("story %s lacks a place: %+v", id, p)
		}
	}
}

func TestBackfillAgainChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 300, 1)
	s := openStore(t, filepath.Join(dir, "db"))
	first := backfill(t, s, options(), path)
	want := assignments(t, s)

	again := backfill(t, s, options(), path)
	if again.Read != 0 || again.New != 0 {
		t.Errorf("reading a read file: %+v", again)
	}
	o := options()
	o.Reread = true
	reread := backfill(t, s, o, path)
	if reread.New != 0 || reread.Revised != 0 || reread.Unchanged != first.Read {
		t.Errorf("reading it from the start again: new %d, revised %d, unchanged %d of %d", reread.New, reread.Revised, reread.Unchanged, first.Read)
	}
	if diff := cmp.Diff(want, assignments(t, s)); diff != "" {
		t.Error(diff)
	}
}

// An interrupted backfill loses nothing, leaves a sound store, and a second run ends where one run would have.
func TestInterruptedBackfillGoesOn(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 1400, 4)
	whole := openStore(t, filepath.Join(dir, "whole"))
	backfill(t, whole, options(), path)
	want := assignments(t, whole)

	s := openStore(t, filepath.Join(dir, "cut"))
	ctx, cancel := context.WithCancel(t.Context())
	o := options()
	o.Progress = func(jobs.Progress) { cancel() } // after the first tick
	run, err := jobs.Backfill(ctx, s, files(path), o)
	if !errors.Is(err, context.Canceled) || run.Status != store.RunInterrupted {
		t.Fatalf("status %s, error %v", run.Status, err)
	}
	if got := len(assignments(t, s)); got == 0 || got >= len(want) {
		t.Fatalf("%d of %d stories after the interruption", got, len(want))
	}
	rest := backfill(t, s, options(), path)
	if rest.Unchanged > rest.Read/2 {
		t.Errorf("the second run read %d stories, %d of them known already", rest.Read, rest.Unchanged)
	}
	if diff := cmp.Diff(want, assignments(t, s)); diff != "" {
		t.Error(diff)
	}
}

// The same stories in ten files, one run each, in any order, end in the same partition.
func TestOrderOfRunsDoesNotReachTheResult(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 400, 8)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(data)))
	var parts []string
	for i, chunk := range slices.Collect(slices.Chunk(lines, len(lines)/10+1)) {
		part := filepath.Join(dir, string(rune('a'+i))+".part.jsonl")
		if err := os.WriteFile(part, []byte(strings.Join(chunk, "")), 0o644); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	whole := openStore(t, filepath.Join(dir, "whole"))
	backfill(t, whole, options(), path)
	want := partitions(assignments(t, whole))
	for name, order := range map[string][]string{"in order": parts, "reversed": reversed(parts)} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "db"))
			for _, part := range order {
				backfill(t, s, options(), part)
			}
			if diff := cmp.Diff(want, partitions(assignments(t, s))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func reversed(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

// partitions names every cluster by its first story, so that partitions compare whatever their ids are.
func partitions(places map[string]place) map[string]place {
	first := make(map[string]string)
	name := func(id, story string) string {
		if first[id] == "" {
			first[id] = story
		}
		return first[id]
	}
	out := make(map[string]place)
	for _, story := range slices.Sorted(maps.Keys(places)) {
		p := places[story]
		out[story] = place{name(p.Group, story), name(p.Event, story), name(p.Thread, story)}
	}
	return out
}

func TestBackfillOfASpanOfTime(t *testing.T) {
	dir := t.TempDir()
	path := generated(t, dir, "a.jsonl", 200, 2)
	s := openStore(t, filepath.Join(dir, "db"))
	o := options()
	o.From, o.To = time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	run := backfill(t, s, o, path)
	view := s.View()
	defer view.Close()
	n := 0
	for r, err := range view.AllStories() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if r.Published.Before(o.From) || !r.Published.Before(o.To) {
			t.Errorf("story %s is of %s", r.ID, r.Published)
		}
	}
	if n == 0 || n != run.New || len(run.Notes) == 0 {
		t.Errorf("%d stories, run %+v", n, run)
	}
}

// A desk that holds only a few stories places every story all the same, and leaves the store sound.
func TestSmallDeskPlacesEveryStory(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "long.jsonl")
	var b bytes.Buffer
	if _, err := newsroom.WriteJSONL(&b, newsroom.Generate(newsroom.Options{Stories: 1500, Days: 60, TextBytes: 300, Seed: 6})); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	o := options()
	o.Params.Window = 3 * 24 * time.Hour
	o.Residents = 300
	s := openStore(t, filepath.Join(dir, "small"))
	run := backfill(t, s, o, path)
	if places := assignments(t, s); len(places) != run.New {
		t.Errorf("%d placed, %d new", len(places), run.New)
	}
	// A second run opens the store with more stories than the desk holds, and takes up only those around its batch.
	late := filepath.Join(dir, "late.jsonl")
	line := `{"id":"late","title":"A bridge falls in Marnholm","text":"Nobody was hurt when it fell.","published":"2026-02-01T08:00:00Z"}` + "\n"
	if err := os.WriteFile(late, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	if again := backfill(t, s, o, late); again.New != 1 {
		t.Errorf("%d new", again.New)
	}
	assignments(t, s)
}

func TestRejectsAreKeptWithTheRun(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mixed.jsonl")
	lines := `{"id":"a","title":"Bridge closed in Tolmere","text":"The old bridge was closed on Monday."}
not a story
{"id":"b"}
`
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, filepath.Join(dir, "db"))
	run := backfill(t, s, options(), path)
	if run.Status != store.RunPartial || run.New != 1 || run.Rejected != 2 {
		t.Errorf("run %+v", run)
	}
	view := s.View()
	defer view.Close()
	list, err := view.Rejects(run.ID)
	if err != nil || list.Total != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for i, line := range []int64{2, 3} {
		if r := list.Kept[i]; r.Path != path || r.Line != line || r.Reason == "" {
			t.Errorf("reject %d is %+v", i, r)
		}
	}
}
