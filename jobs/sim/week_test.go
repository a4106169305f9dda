package sim

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// A daemon that was fed a week, tick by tick, ends exactly where a backfill of the same stories does whose ticks have the
// same boundaries.
func TestWeekEqualsItsBackfill(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { week(t, seed) })
		})
	}
}

func week(t *testing.T, seed uint64) {
	w := newWorld(t, time.UTC)
	mix := newsroom.DefaultMix()
	mix.Retitled = .05
	stories := slices.Collect(newsroom.Generate(newsroom.Options{
		Seed: seed, Stories: 400, Start: time.Now(), Days: 7, Outlets: 12, TextBytes: 700, Languages: []string{"en", "fr"}, Mix: &mix,
	}))
	var err error
	if w.press, err = newPress(w.dir, seed, stories, w.now); err != nil {
		t.Fatal(err)
	}
	w.start()
	time.Sleep(10 * time.Minute)
	var batches []string
	for day := time.Now().Add(7 * 24 * time.Hour); time.Now().Before(day); time.Sleep(20 * time.Minute) {
		due, err := w.press.due(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range folders { // as the daemon reads them
			if len(due[f]) == 0 {
				continue
			}
			if _, err := w.press.print(f, due[f]); err != nil {
				t.Fatal(err)
			}
			batches = append(batches, strings.Join(due[f], ""))
		}
	}
	time.Sleep(25 * time.Hour) // a settlement
	synctest.Wait()
	got := w.exactly(w.store)
	w.stop()

	db, err := store.Open(t.Context(), filepath.Join(w.dir, "backfill"), store.Options{
		Create: true, Params: store.Header{Features: cluster.FeaturesVersion}, MinFree: 1, Seams: store.Seams{Still: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var inputs []jobs.Input
	for i, b := range batches {
		path := filepath.Join(w.dir, fmt.Sprintf("batch-%04d.jsonl", i))
		if err := os.WriteFile(path, []byte(b), 0o644); err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, jobs.Input{Name: path, Spec: source.Spec{
			Paths: []string{path}, Options: source.Options{Language: text.Language},
		}})
	}
	if _, err := jobs.Backfill(t.Context(), db, inputs, jobs.BackfillOptions{
		Params: cluster.DefaultParams(), Residents: 100_000, Clock: time.Now,
	}); err != nil {
		t.Fatal(err)
	}
	w.same("the daemon's week differs from its backfill", w.exactly(db), got)
	if len(batches) < 100 {
		t.Errorf("a week of %d batches", len(batches))
	}
}

func (w *world) exactly(s *store.Store) *content {
	w.Helper()
	c, err := contentOf(s)
	if err != nil {
		w.Fatal(err)
	}
	return c
}
