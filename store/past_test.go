package store

import (
	"context"
	"errors"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
)

// reading is what a Snapshot and a Past have in common.
type reading interface {
	Story(id string) (StoryRecord, error)
	Text(id string) (title, text string, err error)
	Group(id string) (cluster.Group, error)
	Groups() iter.Seq2[cluster.Group, error]
	Event(id string) (cluster.Event, error)
	EventHeads(from, to time.Time) iter.Seq2[EventHead, error]
	Thread(id string) (cluster.Thread, error)
	ThreadHeads(from, to time.Time) iter.Seq2[ThreadHead, error]
	Resolve(id string) (string, error)
}

// state is what a store holds of what the journal tells, as one reads it.
type state struct {
	Stories map[string]cluster.Placement
	Texts   map[string]string
	Groups  map[string]cluster.Group
	Events  map[string]cluster.Event
	Threads map[string][]string
	Ended   map[string]string
}

// stateOf reads everything about the given stories and ended ids.
func stateOf(v reading, stories, ended []string) (state, error) {
	s := state{
		Stories: map[string]cluster.Placement{}, Texts: map[string]string{}, Groups: map[string]cluster.Group{},
		Events: map[string]cluster.Event{}, Threads: map[string][]string{}, Ended: map[string]string{},
	}
	for _, id := range stories {
		record, err := v.Story(id)
		if err != nil {
			return s, err
		}
		record.Placement.Copy = cluster.Copy{}
		record.Placement.Series = ""
		s.Stories[id] = record.Placement
		title, text, err := v.Text(id)
		if err != nil {
			return s, err
		}
		s.Texts[id] = title + "\n" + text + record.Published.String()
		g, err := v.Group(record.Placement.Group)
		if err != nil {
			return s, err
		}
		slices.Sort(g.Members)
		s.Groups[g.ID] = g
	}
	for g, err := range v.Groups() {
		if err != nil {
			return s, err
		}
		slices.Sort(g.Members)
		s.Groups["of several "+g.ID] = g
	}
	for head, err := range v.EventHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return s, err
		}
		e, err := v.Event(head.ID)
		if err != nil {
			return s, err
		}
		slices.Sort(e.Members)
		s.Events[e.ID] = cluster.Event{ID: e.ID, Thread: e.Thread, Representative: e.Representative, Members: e.Members}
		if e.Thread == "" {
			continue
		}
		t, err := v.Thread(e.Thread)
		if err != nil {
			return s, err
		}
		s.Threads[t.ID] = eventsIn(t)
	}
	for head, err := range v.ThreadHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return s, err
		}
		t, err := v.Thread(head.ID)
		if err != nil {
			return s, err
		}
		s.Threads["of several "+t.ID] = eventsIn(t)
	}
	for _, id := range ended {
		to, err := v.Resolve(id)
		var gone *EndedError
		if err != nil && !errors.As(err, &gone) {
			return s, err
		}
		s.Ended[id] = to
	}
	return s, nil
}

func eventsIn(t cluster.Thread) []string {
	var ids []string
	for _, l := range t.Links {
		ids = append(ids, l.Event)
	}
	slices.Sort(ids)
	return ids
}

// Random histories: as of every commit the store reads as it did right after it.
func TestPastEqualsWhatWas(t *testing.T) {
	fewer(t, 8)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "store")
		if err != nil {
			rt.Fatal(err)
		}
		s, err := Open(t.Context(), dir, Options{Create: true, MinFree: 1})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		m := newModel(r.IntN)
		type moment struct {
			seq            uint64
			at             time.Time
			stories, ended []string
			want           state
		}
		var moments []moment
		ended := map[string]bool{}
		for range rapid.IntRange(2, 9).Draw(rt, "ticks") {
			b := m.tick()
			if err := s.Commit(t.Context(), b); err != nil {
				rt.Fatal(err)
			}
			for _, e := range b.Delta.Ended {
				ended[e.From] = true
			}
			v := s.View()
			stats, err := v.Stats()
			if err != nil {
				rt.Fatal(err)
			}
			now := moment{seq: stats.Changes, at: b.At, stories: m.ids(), ended: slices.Sorted(maps.Keys(ended))}
			if now.want, err = stateOf(v, now.stories, now.ended); err != nil {
				rt.Fatal(err)
			}
			moments = append(moments, now)
			v.Close()
		}
		v := s.View()
		defer v.Close()
		for i, was := range moments {
			past, err := v.AsOf(was.at)
			if err != nil {
				rt.Fatal(err)
			}
			if past.Seq() != was.seq {
				rt.Fatalf("commit %d of %d ends with entry %d, its time leads to %d", i, len(moments), was.seq, past.Seq())
			}
			if was.seq > 0 { // an entry stands for the whole of its commit
				if past, err = v.AsOfSeq(was.seq); err != nil {
					rt.Fatal(err)
				}
				past.at = was.at // of a commit without entries
			}
			got, err := stateOf(past, was.stories, was.ended)
			if err != nil {
				rt.Fatalf("as of commit %d of %d: %v", i, len(moments), err)
			}
			if d := gocmp.Diff(was.want, got, cmpopts.EquateEmpty()); d != "" {
				rt.Fatalf("as of commit %d of %d (-was +told):\n%s", i, len(moments), d)
			}
		}
		report, err := s.Check(context.Background())
		if err != nil || !report.OK() {
			rt.Fatalf("check finds: %+v, %v", report.Findings, err)
		}
	})
}

// A store whose journal was not complete can be asked for the time from its baseline on, and says so for what was before.
func TestBaseline(t *testing.T) {
	t.Parallel()
	s := create(t)
	m := newModel(rand.New(rand.NewPCG(7, 7)).IntN)
	for range 4 {
		if err := s.Commit(t.Context(), m.tick()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(t.Context(), Batch{Baseline: true, Delta: soundBatch().Delta, At: m.now()}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a baseline with changes: %v", err)
	}
	m.ticks++
	if err := s.Commit(t.Context(), Batch{Baseline: true, At: m.now()}); err != nil {
		t.Fatal(err)
	}
	clean(t, s)
	from, stories := m.now(), m.ids()
	before := view(t, s)
	want, err := stateOf(before, stories, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.Commit(t.Context(), m.tick()); err != nil {
			t.Fatal(err)
		}
	}
	clean(t, s)
	v := view(t, s)
	past, err := v.AsOf(from)
	if err != nil {
		t.Fatal(err)
	}
	got, err := stateOf(past, stories, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("as of the baseline (-was +told):\n%s", d)
	}
	if _, err := v.AsOf(from.Add(-time.Second)); !errors.Is(err, ErrTooEarly) {
		t.Errorf("as of a time before the baseline: %v", err)
	}
}

// A clock that goes back does not bring the journal out of order.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	s := create(t)
	for _, at := range []time.Duration{2 * time.Hour, time.Hour, 3 * time.Hour} {
		d := &cluster.Delta{Changes: []cluster.Change{{Level: cluster.LevelOverride, Kind: "pinned", Object: "o1"}}}
		if err := s.Commit(t.Context(), Batch{Delta: d, At: epoch.Add(at)}); err != nil {
			t.Fatal(err)
		}
	}
	v := view(t, s)
	history, err := v.History("o1")
	if err != nil {
		t.Fatal(err)
	}
	var got []time.Duration
	for _, e := range history {
		got = append(got, e.At.Sub(epoch))
	}
	if d := gocmp.Diff([]time.Duration{2 * time.Hour, 2 * time.Hour, 3 * time.Hour}, got); d != "" {
		t.Error(d)
	}
	for at, want := range map[time.Duration]uint64{0: 0, 2*time.Hour - 1: 0, 2 * time.Hour: 2, 150 * time.Minute: 2, 3 * time.Hour: 3, 9 * time.Hour: 3} {
		if seq, err := v.SeqAt(epoch.Add(at)); err != nil || seq != want {
			t.Errorf("after %v: entry %d, %v, want %d", at, seq, err, want)
		}
	}
	clean(t, s)
}
