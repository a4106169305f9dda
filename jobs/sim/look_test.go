package sim

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store"
)

// kept counts what has been committed, none of which may be missing later; runs may, if they did nothing.
type kept struct {
	Stories, Versions int
	Changes           uint64
}

// look compares the store with what it was; all of it has to be there still.
func (w *world) look() {
	w.Helper()
	view := w.store.View()
	defer view.Close()
	stats, err := view.Stats()
	if err != nil {
		w.Fatal(err)
	}
	now := kept{stats.Stories, stats.Versions, stats.Changes}
	if w.keeps > 0 {
		now.Versions = 0 // older ones go with the texts
	}
	if now.Stories < w.last.Stories || now.Versions < w.last.Versions || now.Changes < w.last.Changes {
		w.Fatalf("the store has %+v, and had %+v", now, w.last)
	}
	w.last = now
}

// sound lets check look at the whole store.
func (w *world) sound() {
	w.Helper()
	w.look()
	report, err := w.store.Check(w.Context())
	if err != nil || !report.OK() {
		w.Fatalf("check finds %+v, %v", report.Findings, err)
	}
	if wrong := w.daemon.Degraded(); len(wrong) > 0 {
		w.Fatalf("maintenance has found: %s", wrong)
	}
	w.stays()
}

// readOnce holds that every line was read, and none twice; but some may have been that were pushed and not acknowledged.
func (w *world) readOnce(pushed, unsure int) {
	w.Helper()
	view := w.store.View()
	defer view.Close()
	var read, rejected, failed int
	last := map[string]time.Time{}
	for run, err := range view.Runs() {
		if err != nil {
			w.Fatal(err)
		}
		w.diary.tally("runs " + run.Status)
		switch run.Status {
		case store.RunFailed:
			failed++
		case store.RunRunning:
			w.Errorf("run %s is said to be under way", run.ID)
		}
		read += run.Read
		rejected += run.Rejected
		if run.Status == store.RunOK && last[run.Job].IsZero() {
			last[run.Job] = run.Started
		}
	}
	want := pushed
	for _, n := range w.press.lines {
		want += n
	}
	if read < want || read > want+unsure || rejected != w.press.bad {
		w.Errorf("%d items were read of %d to %d lines, %d refused of %d (%d runs failed)", read, want, want+unsure, rejected, w.press.bad, failed)
	}
	for _, job := range []string{"tick", "settle", "backup"} {
		if age := w.now().Sub(last[job]); age > 25*time.Hour {
			w.Errorf("the last %s that went well is %s old", job, age)
		}
	}
}

// apart holds that no two jobs that write ran at the same time, and no two polls of one feed.
func (w *world) apart() {
	w.Helper()
	spans := slices.Clone(w.diary.jobs)
	slices.SortStableFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	last := map[string]span{}
	for _, b := range spans {
		turn := "of those that write"
		if strings.HasPrefix(b.job, "poll ") {
			turn = b.job
		}
		// What a run took is told in whole milliseconds.
		if a := last[turn]; b.from.Add(time.Millisecond).Before(a.to) {
			w.Errorf("%s ran from %s to %s, and %s from %s", a.job, a.from, a.to, b.job, b.from)
		}
		last[turn] = b
	}
}

// content is what a store says of its stories, with clusters named by their first story.
type content struct {
	Content  map[string][16]byte
	Versions map[string]int
	Group    map[string]string
	Event    map[string]string
	Thread   map[string]string
	Series   map[string]string
}

func contentOf(s *store.Store) (*content, error) {
	view := s.View()
	defer view.Close()
	records := map[string]store.StoryRecord{}
	threads := map[string]string{}
	for r, err := range view.AllStories() {
		if err != nil {
			return nil, err
		}
		records[r.ID] = r
		if id := r.Placement.Event; id != "" {
			ev, err := view.Event(id)
			if err != nil {
				return nil, err
			}
			threads[r.ID] = ev.Thread
		}
	}
	c := &content{
		map[string][16]byte{}, map[string]int{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{},
	}
	first := map[string]string{}
	name := func(level, id, story string) string {
		if id == "" {
			return id
		}
		if first[level+id] == "" {
			first[level+id] = story
		}
		return first[level+id]
	}
	for _, id := range slices.Sorted(maps.Keys(records)) {
		r := records[id]
		c.Content[id], c.Versions[id] = r.Content, r.Versions
		c.Group[id], c.Event[id] = name("g", r.Placement.Group, id), name("e", r.Placement.Event, id)
		c.Thread[id], c.Series[id] = name("t", threads[id], id), name("s", r.Placement.Series, id)
	}
	return c, nil
}

func (w *world) same(what string, want, got *content) {
	w.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
