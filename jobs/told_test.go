package jobs

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

func TestHowAFolderIsIsNoted(t *testing.T) {
	s := newStore(t)
	file := filepath.Join(t.TempDir(), "wire.jsonl")
	now := aMorning
	d := NewDaemon(s, DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	})
	input := Input{Name: "source:wire", Kind: store.KindFiles, Spec: source.Spec{
		Paths: []string{file}, Follow: true, Options: source.Options{Language: text.Language},
	}}
	after := func(lines string) store.FeedState {
		t.Helper()
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(lines); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		if err := d.tick(t.Context(), jobTick, []Input{input}); err != nil {
			t.Fatal(err)
		}
		v := s.View()
		defer v.Close()
		state, err := v.Feed("source:wire")
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	after("{\"id\":\"a\",\"title\":\"Harbour dredged\",\"published\":\"2026-03-05T07:00:00Z\"}\n{\"id\":\"b\",\"title\":\"Ferries sail\"}\nno story\n")
	after("")
	got := after("{\"id\":\"a\",\"title\":\"Harbour dredged\",\"published\":\"2026-03-05T07:00:00Z\"}\n{\"id\":\"a\",\"title\":\"Harbour open\",\"published\":\"2026-03-05T09:00:00Z\"}\n")
	want := store.FeedState{
		Name: "source:wire", Kind: store.KindFiles, URL: file, Since: aMorning.Add(time.Hour), LastTry: now, LastSuccess: now,
		LastNew: aMorning.Add(time.Hour), Polls: 3, Seen: 5, New: 2, Revised: 1, Unchanged: 1, Dropped: got.Dropped,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got.Dropped) != 1 || got.Dropped[0].Count != 1 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
