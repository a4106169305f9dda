package sim

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// A daemon that was fed a week ends exactly where a backfill of the same stories does whose ticks have the same boundaries:
// every record has the same id and the same content, and the journal the same entries in the same order. Only when it was,
// and in which run, is another matter.
//
// The boundaries are those of the daemon's run log: which stories each tick took in, and between which of them it settled.
// Without them, as one backfill of everything, the groups, events, threads, series and versions are the same; but not the
// names. Those of the daemon were told along the way and stay, and a backfill of an empty store names everything after its
// founding story when all is known.
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

				daemons := w.reopen(w.db())
				defer daemons.Close()
				again := w.open("ticks")
				defer again.Close()
				w.replay(daemons, again, batches)
				if diff := cmp.Diff(w.everything(again), w.everything(daemons)); diff != "" {
					w.Errorf("the daemon's week differs from a backfill with the same boundaries (-backfill +daemon):\n%s", diff)
				}
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

// reopen opens a store that a daemon has left.
func (w *world) reopen(dir string) *store.Store {
	w.Helper()
	db, err := store.Open(w.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		w.Fatal(err)
	}
	return db
}

// replay backfills batches with the boundaries that a daemon's run log has: each batch is what one of its ticks has read, and
// it settles between the same two of them.
func (w *world) replay(daemons, db *store.Store, batches []string) {
	w.Helper()
	view := daemons.View()
	defer view.Close()
	var runs []store.Run
	for run, err := range view.Runs() {
		if err != nil {
			w.Fatal(err)
		}
		runs = append(runs, run)
	}
	slices.Reverse(runs)
	next, settled := 0, map[int]bool{}
	for _, run := range runs {
		switch {
		case run.Job == "tick" && run.Read > 0:
			if next == len(batches) || strings.Count(batches[next], "\n") != run.Read {
				w.Fatalf("tick %d has read %d lines, not what was written before it", next, run.Read)
			}
			next++
		case run.Job == "settle":
			settled[next-1] = true // twice with nothing in between is as once
		}
	}
	if next != len(batches) || len(settled) < 8 || !settled[next-1] {
		w.Fatalf("%d of %d batches were read, with settlements after %v", next, len(batches), settled)
	}
	w.read(db, func(input int) bool { return settled[input] }, batches...)
}

// backfill reads batches in one run.
func (w *world) backfill(db *store.Store, batches ...string) {
	w.Helper()
	w.read(db, nil, batches...)
}

// read backfills batches; with settles each in a tick of its own, as a daemon would.
func (w *world) read(db *store.Store, settles func(input int) bool, batches ...string) {
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
		Params: cluster.DefaultParams(), Residents: 100_000, Clock: time.Now, Ticks: settles != nil, SettleAfter: settles,
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

// all is every record of a store that comes of its stories, under the ids that it has.
type all struct {
	Stories   []store.StoryRecord
	Groups    []cluster.Group
	Events    []cluster.Event
	Threads   []cluster.Thread
	Series    []cluster.Series
	Redirects []cluster.Redirect
	Journal   []cluster.Change
}

func (w *world) everything(s *store.Store) all {
	w.Helper()
	view := s.View()
	defer view.Close()
	var a all
	a.Stories = gather(w, view.AllStories())
	a.Groups = gather(w, view.Groups())
	a.Events = gather(w, view.Events(time.Time{}, time.Time{}))
	a.Threads = gather(w, view.Threads(time.Time{}, time.Time{}))
	a.Series = gather(w, view.AllSeries())
	for _, e := range gather(w, view.Changes(0, 0)) {
		a.Journal = append(a.Journal, e.Change)
		switch r, err := view.Redirect(e.Object); {
		case err == nil:
			a.Redirects = append(a.Redirects, r.Redirect)
		case !errors.Is(err, store.ErrNotFound):
			w.Fatal(err)
		}
	}
	for i := range a.Stories { // when it came is when it was read
		a.Stories[i].Arrived = time.Time{}
	}
	return a
}

func gather[T any](w *world, each iter.Seq2[T, error]) (list []T) {
	w.Helper()
	for one, err := range each {
		if err != nil {
			w.Fatal(err)
		}
		list = append(list, one)
	}
	return list
}
