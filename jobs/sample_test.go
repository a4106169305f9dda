package jobs_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/store"
)

// sampler is a store with so many stories, and a daemon over it whose maintenance checks for as long as is said.
func sampler(t *testing.T, stories int, checks time.Duration) (s *store.Store, log *logBook, maintain func() (store.Run, jobs.Sampled, *jobs.Daemon)) {
	t.Helper()
	dir := t.TempDir()
	log = &logBook{}
	s = openStore(t, dir+"/db")
	if _, err := jobs.Backfill(t.Context(), s, files(generated(t, dir, "a.jsonl", stories, 1)), options()); err != nil {
		t.Fatal(err)
	}
	o := daemonOptions(t, time.Now, log)
	o.Sample = checks
	return s, log, func() (run store.Run, known jobs.Sampled, d *jobs.Daemon) {
		d = jobs.NewDaemon(s, o) // another process each time
		if _, err := d.Once(t.Context(), "maintenance"); err != nil {
			t.Fatal(err)
		}
		view := s.View()
		defer view.Close()
		known, err := jobs.ReadSampled(view)
		if err != nil {
			t.Fatal(err)
		}
		for run, err := range view.Runs() {
			if err != nil {
				t.Fatal(err)
			}
			return run, known, d // the last one
		}
		return run, known, d
	}
}

// Each maintenance goes on where the one before has ended, so that every row of the store has its turn.
func TestSampleGoesAround(t *testing.T) {
	s, _, maintain := sampler(t, 700, time.Nanosecond)
	parts := 0
	for known := (jobs.Sampled{}); known.Rounds == 0; parts++ {
		if parts > 50 {
			t.Fatal("no end of the round")
		}
		was := known.At
		var run store.Run
		run, known, _ = maintain()
		if run.Job != "maintenance" || run.Status != store.RunOK || !slices.ContainsFunc(run.Notes, func(n string) bool {
			return strings.HasPrefix(n, "integrity sample: ") && strings.HasSuffix(n, " rows, no findings")
		}) {
			t.Fatalf("run %+v", run)
		}
		if known.Rounds == 0 && string(known.At) <= string(was) {
			t.Fatalf("a run from %x has ended at %x", was, known.At)
		}
	}
	if parts < 3 {
		t.Errorf("the round took %d runs: one part each was asked for", parts)
	}
	r, err := s.Check(t.Context())
	if err != nil || !r.OK() {
		t.Errorf("the whole check: %+v, %v", r.Findings, err)
	}
	_, known, _ := maintain()
	if known.Rounds != 1 || len(known.At) == 0 || known.Finished.IsZero() || known.Rows < uint64(r.Rows) {
		t.Errorf("after the round: %+v; the store has %d rows", known, r.Rows)
	}
}

// Damage is told by the run, the log, the health and the metrics until a round has found it gone, and is left as it is.
func TestSampleTellsOfDamage(t *testing.T) {
	s, log, maintain := sampler(t, 60, time.Minute)
	if run, known, d := maintain(); run.Status != store.RunOK || known.Rounds != 1 || len(d.Degraded()) > 0 {
		t.Fatalf("of a sound store: %+v, %+v", run, known)
	}
	view := s.View()
	var ids []string
	for r, err := range view.Stories(time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	view.Close()
	at := time.Now()
	wrong := store.Batch{At: at, Delta: &cluster.Delta{Groups: []cluster.Group{{ID: "g-wrong", Representative: ids[0], Members: ids[:2]}}}}
	if err := s.Commit(t.Context(), wrong); err != nil {
		t.Fatal(err)
	}
	run, known, d := maintain()
	if run.Status != store.RunPartial || len(known.Findings()) == 0 || !slices.ContainsFunc(run.Notes, func(n string) bool {
		return strings.Contains(n, "the store is damaged (group): ") && strings.Contains(n, "g-wrong")
	}) {
		t.Errorf("run %+v, known %+v", run, known)
	}
	if log.count(`msg="the store is damaged"`) == 0 {
		t.Error("the log does not tell")
	}
	if h := d.Health(t.Context()); !h.Live || len(h.Degraded) == 0 || !strings.Contains(h.Degraded[0], "g-wrong") {
		t.Errorf("health %+v", h)
	}
	if r, err := s.Check(t.Context()); err != nil || r.OK() {
		t.Errorf("the damage is repaired: %v, %v", r.OK(), err)
	}
	if err := s.Commit(t.Context(), store.Batch{At: at, Delta: &cluster.Delta{Ended: []cluster.Redirect{{From: "g-wrong", Reason: "dissolved"}}}}); err != nil {
		t.Fatal(err)
	}
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, known, d = maintain(); (len(known.Findings()) == 0) != r.OK() || (len(d.Degraded()) == 0) != r.OK() {
		t.Errorf("known %+v; the check finds %+v", known, r.Findings)
	}
}
