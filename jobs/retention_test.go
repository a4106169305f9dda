package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/store"
)

// A daemon that reads its feed, expires, and reads the feed from its beginning once more has no story twice and none that
// came back: what has expired is known, whatever its text is now.
func TestDaemonExpires(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "db"), store.Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var lines []newsroom.Labelled
	for l := range newsroom.Generate(newsroom.Options{Seed: 5, Stories: 120, Days: 12, TextBytes: 600}) {
		lines = append(lines, l)
	}
	var last time.Time
	for _, l := range lines {
		if l.Published.After(last) {
			last = l.Published
		}
	}
	write := func(name string) Input {
		t.Helper()
		f, err := os.Create(filepath.Join(dir, name))
		if err == nil {
			_, err = newsroom.WriteJSONL(f, func(yield func(newsroom.Labelled) bool) {
				for _, l := range lines {
					if !yield(l) {
						return
					}
				}
			})
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		return Input{Name: name, Spec: source.Spec{Paths: []string{f.Name()}}}
	}
	clock := func() time.Time {
		last = last.Add(time.Second)
		return last
	}
	d := NewDaemon(s, DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Clock: clock, Log: slog.New(slog.DiscardHandler),
		Retention: Retention{Age: 4 * 24 * time.Hour},
	})
	if err := d.tick(t.Context(), jobTick, []Input{write("first.jsonl")}); err != nil {
		t.Fatal(err)
	}
	before := counted(t, s)
	if err := d.retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := counted(t, s)
	if after.Expired == 0 || after.Expired == after.Stories || after.Stories != before.Stories || after.Events != before.Events ||
		after.Threads != before.Threads || after.Changes != before.Changes {
		t.Errorf("%+v before, %+v after", before, after)
	}
	run := latestRun(t, s)
	if run.Job != jobRetention || run.Status != store.RunOK || len(run.Notes) != 2 ||
		!strings.HasPrefix(run.Notes[0], fmt.Sprintf("expired: %d stories", after.Expired)) {
		t.Errorf("%+v", run)
	}
	for i := range lines {
		lines[i].Text += " It was corrected."
		lines[i].Updated = lines[i].Published.Add(time.Hour)
	}
	if err := d.tick(t.Context(), jobTick, []Input{write("again.jsonl")}); err != nil {
		t.Fatal(err)
	}
	again := counted(t, s)
	if again.Stories != before.Stories || again.Expired != after.Expired || again.Versions != before.Stories-after.Expired {
		t.Errorf("%+v after all came again", again)
	}
	run = latestRun(t, s)
	if want := fmt.Sprintf("came again after they had expired, and stay so: %d", after.Expired); !slices.Contains(run.Notes, want) ||
		run.New != 0 || run.Unchanged != after.Expired || run.Revised != before.Stories-after.Expired {
		t.Errorf("%+v", run)
	}
	if err := d.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := Rebuild(t.Context(), s, RebuildOptions{Params: cluster.DefaultParams(), Residents: 10_000, Clock: noon}); err != nil {
		t.Fatal(err)
	}
	if now := counted(t, s); now.Expired != after.Expired {
		t.Errorf("%d stories had expired, %d after a rebuild", after.Expired, now.Expired)
	}
	sound(t, s)
}

func counted(t *testing.T, s *store.Store) store.Counts {
	t.Helper()
	v := s.View()
	defer v.Close()
	stats, err := v.Stats()
	if err != nil {
		t.Fatal(err)
	}
	return stats.Counts
}

func latestRun(t *testing.T, s *store.Store) store.Run {
	t.Helper()
	v := s.View()
	defer v.Close()
	for r, err := range v.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	return store.Run{}
}

// A clock that is years ahead takes nothing away from a daemon's store: age counts from the newest story then. Who asks for
// it by hand means the clock.
func TestExpireByWrongClock(t *testing.T) {
	t.Parallel()
	s, _ := edited(t)
	all := counted(t, s)
	v := s.View()
	newest, err := v.Newest(noon().AddDate(10, 0, 0))
	v.Close()
	if err != nil || newest.IsZero() {
		t.Fatal(newest, err)
	}
	ahead := func() time.Time { return newest.AddDate(14, 0, 0) }
	d := NewDaemon(s, DaemonOptions{
		Params: cluster.DefaultParams(), Residents: 10_000, Clock: ahead, Log: slog.New(slog.DiscardHandler),
		Retention: Retention{Age: 365 * 24 * time.Hour},
	})
	if err := d.retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := counted(t, s); now.Expired != 0 {
		t.Errorf("%d of %d stories are gone", now.Expired, now.Stories)
	}
	if out, err := Expire(t.Context(), s, ExpireOptions{Age: 365 * 24 * time.Hour, Clock: ahead}); err != nil || out.Expired.Stories != all.Stories {
		t.Errorf("by hand %+v, %v", out, err)
	}
}

// A bound on the size holds on the disk, in one run, as long as something may expire; what is of the last day stays.
func TestExpireBySize(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := rand.New(rand.NewPCG(8, 9))
	clock := noon
	for day := range 40 {
		d := &cluster.Delta{}
		at := noon().AddDate(0, 0, day-39).Add(-time.Hour)
		for n := range 10 {
			b := make([]byte, 40<<10)
			for i := range b {
				b[i] = byte('!' + r.IntN(90))
			}
			id := fmt.Sprintf("d%02d-%d", day, n)
			d.Stories = append(d.Stories, cluster.StoryChange{
				Story:     cluster.Story{ID: id, Title: id, Text: string(b), Published: at, Arrived: at},
				Placement: cluster.Placement{Story: id, Group: "g" + id, Event: cluster.EventID(id)}, Features: []byte{1},
			})
		}
		if err := s.Commit(t.Context(), store.Batch{Delta: d, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	expire := func(size int64, dry bool) Retained {
		t.Helper()
		out, err := Expire(t.Context(), s, ExpireOptions{Size: size, DryRun: dry, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const size = 6 << 20
	dry := expire(size, true)
	out := expire(size, false)
	if out.After > size || out.After < size*8/10 || out.Over != 0 || out.Expired.Stories == 0 {
		t.Errorf("%d bytes of disk before, %d after, %+v", out.Before, out.After, out)
	}
	if off := dry.Expired.Stories - out.Expired.Stories; off < -40 || off > 40 {
		t.Errorf("a dry run expires %d stories, and %d did", dry.Expired.Stories, out.Expired.Stories)
	}
	if again := expire(size, false); again.Expired.Stories != 0 {
		t.Errorf("%d more stories expire the next time", again.Expired.Stories)
	}
	least := expire(1, false)
	if left := counted(t, s); left.Stories-left.Expired != 10 || least.Over == 0 || least.Stories != 10 {
		t.Errorf("%d stories are left, %+v", left.Stories-left.Expired, least)
	}
	sound(t, s)
}

// Orders about what has expired cannot be carried out, but for names; those that were given before hold, and are taken
// back without anything changing.
func TestOrdersOnExpired(t *testing.T) {
	t.Parallel()
	s, d := edited(t)
	events := largest(t, s, 3)
	give := func(o Order) error {
		t.Helper()
		_, err := d.Edit(t.Context(), o, noon)
		return err
	}
	a, b := events[0].Members[0], events[1].Members[0]
	if err := give(Order{Kind: cluster.OverrideForbid, Objects: []string{a, b}}); err != nil {
		t.Fatal(err)
	}
	if err := give(Order{Kind: cluster.OverridePin, Objects: []string{a}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Expire(t.Context(), store.ExpireOptions{Before: noon().AddDate(10, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if c := counted(t, s); c.Expired != c.Stories {
		t.Fatalf("%+v", c)
	}
	d = deskOver(t, s)
	for _, o := range []Order{
		{Kind: cluster.OverridePin, Objects: []string{b}},
		{Kind: cluster.OverrideForbid, Objects: []string{a, events[2].Members[0]}},
		{Kind: cluster.OverrideMerge, Objects: []string{events[0].ID, events[1].ID}},
		{Kind: cluster.OverrideSplit, Objects: []string{events[0].ID, a}},
	} {
		if err := give(o); !errors.Is(err, ErrOrder) || !strings.Contains(err.Error(), "has expired") {
			t.Errorf("%s %v: %v", o.Kind, o.Objects, err)
		}
	}
	if err := give(Order{Kind: cluster.OverrideRename, Objects: []string{events[0].ID}, Title: "What it was"}); err != nil {
		t.Error(err)
	}
	for number := range 2 {
		if _, err := d.Undo(t.Context(), uint64(number+1), cluster.Undo{}, noon); err != nil {
			t.Errorf("override %d is taken back: %v", number+1, err)
		}
	}
	event, _ := placeOf(t, s, a)
	if event != events[0].ID {
		t.Errorf("story %s was in %s and is in %s", a, events[0].ID, event)
	}
	if _, err := d.ExplainPair(t.Context(), a, b); !errors.Is(err, store.ErrExpired) {
		t.Errorf("explaining what has expired: %v", err)
	}
	sound(t, s)
}

// What has expired is no company for what comes: a copy of it founds an event of its own, under an id of its own.
func TestCopyOfExpired(t *testing.T) {
	t.Parallel()
	s, _ := edited(t)
	e := largest(t, s, 1)[0]
	v := s.View()
	old, err := v.Current(e.Representative)
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Expire(t.Context(), store.ExpireOptions{Before: noon().AddDate(10, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	late := old
	late.ID, late.Source = "late copy", "Another Post"
	d := deskOver(t, s)
	tick := func(stories ...cluster.Story) *cluster.Delta {
		t.Helper()
		var delta *cluster.Delta
		err := d.Tick(t.Context(), stories, cluster.Events, func(d *cluster.Delta) store.Batch {
			delta = d
			return store.Batch{At: noon()}
		})
		if err = errors.Join(err, d.Flush()); err != nil {
			t.Fatal(err)
		}
		return delta
	}
	if delta := tick(late, old); len(delta.Stories) != 1 || delta.Unchanged != 1 {
		t.Errorf("%+v", delta)
	}
	if event, _ := placeOf(t, s, "late copy"); event == e.ID {
		t.Errorf("a late copy went into the expired event %s", e.ID)
	}
	sound(t, s)
}

// A run that is stopped says so, and what it has done is sound.
func TestExpireStops(t *testing.T) {
	t.Parallel()
	s, _ := edited(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out, err := Expire(ctx, s, ExpireOptions{Age: time.Hour, Clock: func() time.Time { return noon().AddDate(1, 0, 0) }})
	if !errors.Is(err, context.Canceled) || out.Run.Status != store.RunInterrupted {
		t.Errorf("%+v, %v", out.Run, err)
	}
	sound(t, s)
}
