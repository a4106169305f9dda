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
// same boundaries: the same groups, events, threads, series and versions. The names are another matter. Those of the
// daemon were told along the way and stay; a backfill of an empty store names everything when all is known.
func TestWeekEqualsItsBackfill(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates two weeks")
	}
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, time.UTC)
				batches := w.week(seed, 300)
				if len(batches) < 100 {
					t.Errorf("a week of %d batches", len(batches))
				}
				got := w.exactly(w.store)
				w.stop()
				db := w.open("backfill")
				defer db.Close()
				w.backfill(db, batches...)
				w.same("the daemon's week differs from its backfill", w.exactly(db), got)
			})
		})
	}
}

// week runs a daemon to whom nothing happens but news, and leaves it running. It returns what each of its ticks has read.
func (w *world) week(seed uint64, n int) (batches []string) {
	mix := newsroom.DefaultMix()
	mix.Retitled = .05
	mix.Undated = 0 // their time is when they were read, which for a backfill is all the same
	stories := slices.Collect(newsroom.Generate(newsroom.Options{
		Seed: seed, Stories: n, Start: time.Now(), Days: 7, Outlets: 12, TextBytes: 700, Languages: []string{"en", "fr"}, Mix: &mix,
	}))
	var err error
	if w.press, err = newPress(w.dir, seed, stories, w.now); err != nil {
		w.Fatal(err)
	}
	w.start()
	time.Sleep(10 * time.Minute)
	for end := time.Now().Add(7 * 24 * time.Hour); time.Now().Before(end); time.Sleep(20 * time.Minute) {
		due, err := w.press.due(time.Now())
		if err != nil {
			w.Fatal(err)
		}
		var batch []string
		for _, f := range folders { // as the daemon reads them
			if len(due[f]) == 0 {
				continue
			}
			if _, err := w.press.print(f, due[f]); err != nil {
				w.Fatal(err)
			}
			batch = append(batch, due[f]...)
		}
		if len(batch) > 0 {
			batches = append(batches, strings.Join(batch, ""))
		}
	}
	time.Sleep(25 * time.Hour) // a settlement
	synctest.Wait()
	return batches
}

func (w *world) open(name string) *store.Store {
	w.Helper()
	db, err := store.Open(w.Context(), filepath.Join(w.dir, name), store.Options{
		Create: true, Params: store.Header{Features: cluster.FeaturesVersion}, MinFree: 1, Seams: store.Seams{Still: true},
	})
	if err != nil {
		w.Fatal(err)
	}
	return db
}

// backfill reads batches in one run, each in a tick of its own.
func (w *world) backfill(db *store.Store, batches ...string) {
	w.Helper()
	var inputs []jobs.Input
	for _, b := range batches {
		w.batches++
		path := filepath.Join(w.dir, fmt.Sprintf("batch-%04d.jsonl", w.batches))
		if err := os.WriteFile(path, []byte(b), 0o644); err != nil {
			w.Fatal(err)
		}
		inputs = append(inputs, jobs.Input{Name: path, Spec: source.Spec{
			Paths: []string{path}, Options: source.Options{Language: text.Language},
		}})
	}
	if _, err := jobs.Backfill(w.Context(), db, inputs, jobs.BackfillOptions{
		Params: cluster.DefaultParams(), Residents: 100_000, Clock: time.Now,
	}); err != nil {
		w.Fatal(err)
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
