package cluster_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/jobs/newsroom"
)

func newsroomStories(n int, seed uint64) []cluster.Story {
	var out []cluster.Story
	seen := make(map[string]bool)
	for l := range newsroom.Generate(newsroom.Options{Seed: seed, Stories: n, Days: 6, TextBytes: 500}) {
		if !seen[l.ID] {
			seen[l.ID] = true
			out = append(out, l.Story)
		}
	}
	return out
}

func sampleStories(t *testing.T) []cluster.Story {
	t.Helper()
	var out []cluster.Story
	for _, l := range newsroom.Sample() {
		out = append(out, l.Story)
	}
	if len(out) < 100 {
		t.Fatalf("the sample has %d stories", len(out))
	}
	return out
}

// test is what *testing.T and *rapid.T have in common.
type test interface {
	Helper()
	Fatal(args ...any)
	Context() context.Context
}

// world is a store in memory: it applies deltas and answers as a Library.
type world struct {
	current  map[string]cluster.StoryChange
	versions map[string]map[[16]byte]bool
	groups   map[string]cluster.Group
	events   map[string]cluster.Event
	threads  map[string]cluster.Thread
	ended    map[string]cluster.Redirect
	profiles map[string]cluster.SourceProfile
	series   map[string]cluster.Series
	taken    map[string]bool // ids
}

func newWorld() *world {
	return &world{
		current: map[string]cluster.StoryChange{}, versions: map[string]map[[16]byte]bool{},
		groups: map[string]cluster.Group{}, events: map[string]cluster.Event{}, threads: map[string]cluster.Thread{},
		ended: map[string]cluster.Redirect{}, profiles: map[string]cluster.SourceProfile{},
		series: map[string]cluster.Series{},
	}
}

func (w *world) Text(id string) (title, text string, err error) {
	s, ok := w.current[id]
	if !ok {
		return "", "", &cluster.UnknownStoryError{ID: id}
	}
	return s.Story.Title, s.Story.Text, nil
}

func (w *world) Current(id string) (cluster.Story, error) {
	s, ok := w.current[id]
	if !ok {
		return cluster.Story{}, &cluster.UnknownStoryError{ID: id}
	}
	return s.Story, nil
}

func (w *world) Resident(id string) (cluster.Resident, bool, error) {
	c, ok := w.current[id]
	return resident(c), ok, nil
}

func (w *world) Seen(id string, content [16]byte) (bool, error) { return w.versions[id][content], nil }

func (w *world) Taken(id string) (bool, error) { return w.taken[id], nil } // nil has none

func resident(c cluster.StoryChange) cluster.Resident {
	return cluster.Resident{
		ID: c.Story.ID, Source: c.Story.Source, Lang: c.Story.Lang, Published: c.Story.Published,
		Precision: c.Story.Precision, Updated: c.Story.Updated, Content: c.Story.ContentHash(),
		Placement: c.Placement, Features: c.Features,
	}
}

func (w *world) apply(d *cluster.Delta) {
	for _, c := range d.Stories {
		id := c.Story.ID
		old, known := w.current[id]
		if w.versions[id] == nil {
			w.versions[id] = map[[16]byte]bool{}
		}
		w.versions[id][c.Story.ContentHash()] = true
		if !known || cluster.Supersedes(&c.Story, &old.Story) || c.Story.ContentHash() == old.Story.ContentHash() {
			w.current[id] = c
		} else {
			old.Placement = c.Placement
			w.current[id] = old
		}
	}
	for _, f := range d.Reread {
		c := w.current[f.Story]
		c.Features = f.Features
		w.current[f.Story] = c
	}
	for _, p := range d.Moved {
		c := w.current[p.Story]
		c.Placement = p
		w.current[p.Story] = c
	}
	for _, r := range d.Ended {
		delete(w.groups, r.From)
		delete(w.events, r.From)
		delete(w.threads, r.From)
		delete(w.series, r.From)
		w.ended[r.From] = r
	}
	for _, g := range d.Groups {
		if len(g.Members) < 2 {
			delete(w.groups, g.ID)
			continue
		}
		w.groups[g.ID] = g
	}
	for _, e := range d.Events {
		w.events[e.ID] = e
		delete(w.ended, e.ID)
	}
	for _, t := range d.Threads {
		if len(t.Links) < 2 {
			delete(w.threads, t.ID)
			continue
		}
		w.threads[t.ID] = t
		delete(w.ended, t.ID)
	}
	for _, s := range d.Series {
		w.series[s.ID] = s
		delete(w.ended, s.ID)
	}
	for _, p := range d.Sources {
		w.profiles[p.Source] = p
	}
}

// check holds every invariant between placements, groups, events and threads.
func (w *world) check() error {
	inGroup, inEvent := map[string]string{}, map[string]string{}
	for id, g := range w.groups {
		if !slices.Contains(g.Members, g.Representative) {
			return fmt.Errorf("group %s is represented by %s, which is not in it", id, g.Representative)
		}
		for _, m := range g.Members {
			if inGroup[m] != "" {
				return fmt.Errorf("story %s is in groups %s and %s", m, inGroup[m], id)
			}
			inGroup[m] = id
			if got := w.current[m].Placement.Group; got != id {
				return fmt.Errorf("group %s lists %s, which says it is in %q", id, m, got)
			}
		}
	}
	for id, e := range w.events {
		for _, m := range e.Members {
			if inEvent[m] != "" {
				return fmt.Errorf("story %s is in events %s and %s", m, inEvent[m], id)
			}
			inEvent[m] = id
			if got := w.current[m].Placement.Event; got != id {
				return fmt.Errorf("event %s lists %s, which says it is in %q", id, m, got)
			}
		}
		if e.Thread == "" {
			return fmt.Errorf("event %s has no thread", id)
		}
	}
	for id, c := range w.current {
		p := c.Placement
		switch {
		case p.Group == "":
			return fmt.Errorf("story %s has no group", id)
		case (p.Copy.Relation == cluster.Origin) != (inGroup[id] == "" || w.groups[inGroup[id]].Representative == id):
			return fmt.Errorf("story %s is %s in group %s", id, p.Copy.Relation, p.Group)
		case p.Event != "" && inEvent[id] != p.Event:
			return fmt.Errorf("story %s says it is in event %q, which does not list it", id, p.Event)
		}
		if g := inGroup[id]; g != "" {
			if rep := w.current[w.groups[g].Representative].Placement.Event; rep != p.Event {
				return fmt.Errorf("story %s is in event %q, its representative in %q", id, p.Event, rep)
			}
		}
	}
	editions := map[string]bool{}
	for id, c := range w.current {
		s := c.Placement.Series
		if to := w.ended[s].To; to != "" {
			s = to // of a story that was let go of, which leads there
		}
		if s != "" && w.series[s].Pattern == "" {
			return fmt.Errorf("story %s is in series %q, which has no record", id, s)
		}
		editions[s] = true
	}
	for id := range w.series {
		if w.current[w.series[id].Founder].Placement.Story == "" {
			return fmt.Errorf("series %s has no founder", id)
		}
		if !editions[id] { // the store sees to that
			delete(w.series, id)
		}
	}
	for id, t := range w.threads {
		for _, l := range t.Links {
			if got := w.events[l.Event].Thread; got != id {
				return fmt.Errorf("thread %s lists event %s, which says it is in %q", id, l.Event, got)
			}
		}
	}
	return nil
}

// restored is an engine that took up the world as a process that starts.
func (w *world) restored(t test) *cluster.Engine {
	t.Helper()
	e := newEngine(t, 1)
	w.bring(t, e)
	return e
}

// bring makes everything resident that is not.
func (w *world) bring(t test, e *cluster.Engine) {
	t.Helper()
	var stories []cluster.Resident
	var events []cluster.Event
	var threads []cluster.Thread
	var profiles []cluster.SourceProfile
	for _, c := range w.current {
		if !e.Has(c.Story.ID) {
			stories = append(stories, resident(c))
		}
	}
	for _, x := range w.events {
		events = append(events, x)
	}
	for _, x := range w.threads {
		threads = append(threads, x)
	}
	for _, x := range w.profiles {
		profiles = append(profiles, x)
	}
	if err := e.Restore(stories, profiles, events, threads); err != nil {
		t.Fatal(err)
	}
	e.RestoreSeries(slices.Collect(maps.Values(w.series)))
}

// places is the partition at each level.
func (w *world) places() map[string]cluster.Placement {
	out := map[string]cluster.Placement{}
	for id, c := range w.current {
		c.Placement.Series += " " + w.events[c.Placement.Event].Thread
		out[id] = c.Placement
	}
	return out
}

func newEngine(t test, workers int) *cluster.Engine {
	t.Helper()
	p := cluster.DefaultParams()
	p.Workers = workers
	e, err := cluster.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func run(t test, e *cluster.Engine, w *world, stage cluster.Stage, batch []cluster.Story) *cluster.Delta {
	t.Helper()
	d, err := e.Tick(t.Context(), slices.Clone(batch), w, stage)
	if err != nil {
		t.Fatal(err)
	}
	before := w.ids()
	w.apply(d)
	if err := w.check(); err != nil {
		t.Fatal(err)
	}
	if err := w.published(before, d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryStoryOfTheSampleIsPlaced(t *testing.T) {
	w, stories := newWorld(), sampleStories(t)
	run(t, newEngine(t, 2), w, cluster.Settled, stories)
	for _, s := range stories {
		p := w.current[s.ID].Placement
		if p.Group == "" || p.Event == "" || w.events[p.Event].Thread == "" {
			t.Errorf("story %s has no place at every level: %+v", s.ID, p)
		}
	}
}

func TestWorkersDoNotReachTheResult(t *testing.T) {
	stories := newsroomStories(150, 3)
	one, many := newWorld(), newWorld()
	a := run(t, newEngine(t, 1), one, cluster.Settled, stories)
	b := run(t, newEngine(t, 7), many, cluster.Settled, stories)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

// Any order and any batching of the same stories, followed by a settlement, is the same partition at each level.
func TestOrderAndBatchingDoNotReachTheResult(t *testing.T) {
	stories := newsroomStories(120, 5)
	want := newWorld()
	run(t, newEngine(t, 2), want, cluster.Settled, stories)
	rapid.Check(t, func(rt *rapid.T) {
		w, e := newWorld(), newEngine(rt, 2)
		rest := rapid.Permutation(stories).Draw(rt, "order")
		for len(rest) > 0 {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			run(rt, e, w, rapid.SampledFrom([]cluster.Stage{cluster.Copies, cluster.Events, cluster.Settled, cluster.Founded}).Draw(rt, "stage"), rest[:n])
			rest = rest[n:]
		}
		run(rt, e, w, cluster.Settled, nil)
		if diff := cmp.Diff(want.clusters(), w.clusters()); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// A store that nobody has read gets the ids that any order of the same stories gives.
func TestFoundedIDsDependOnTheSetOnly(t *testing.T) {
	stories := newsroomStories(100, 4)
	want := newWorld()
	run(t, newEngine(t, 2), want, cluster.Founded, stories)
	w, e := newWorld(), newEngine(t, 2)
	slices.Reverse(stories)
	run(t, e, w, cluster.Events, stories[:40])
	run(t, e, w, cluster.Founded, stories[40:])
	if diff := cmp.Diff(want.places(), w.places()); diff != "" {
		t.Error(diff)
	}
}

// clusters names each cluster by its first story, so that partitions compare whatever the ids are.
func (w *world) clusters() map[string][3]string {
	first := map[string]string{}
	out := map[string][3]string{}
	ids := make([]string, 0, len(w.current))
	for id := range w.current {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	name := func(cluster, story string) string {
		if first[cluster] == "" {
			first[cluster] = story
		}
		return first[cluster]
	}
	for _, id := range ids {
		p := w.current[id].Placement
		out[id] = [3]string{name(p.Group, id), name(p.Event, id), name(w.events[p.Event].Thread, id)}
	}
	return out
}

func TestRestoredEngineGoesOnAsTheOldOne(t *testing.T) {
	stories := newsroomStories(160, 9)
	w, e := newWorld(), newEngine(t, 2)
	run(t, e, w, cluster.Settled, stories[:80])
	run(t, e, w, cluster.Copies, stories[80:100]) // wait for the event stage
	again := newWorld()
	replay := newEngine(t, 2)
	run(t, replay, again, cluster.Settled, stories[:80])
	run(t, replay, again, cluster.Copies, stories[80:100])

	run(t, e, w, cluster.Settled, stories[100:])
	run(t, again.restored(t), again, cluster.Settled, stories[100:])
	if diff := cmp.Diff(w.places(), again.places()); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameBatchAgainChangesNothing(t *testing.T) {
	stories := newsroomStories(100, 1)
	w, e := newWorld(), newEngine(t, 2)
	run(t, e, w, cluster.Settled, stories)
	for _, stage := range []cluster.Stage{cluster.Copies, cluster.Events, cluster.Settled, cluster.Founded} {
		d := run(t, e, w, stage, stories)
		if d.Unchanged != len(stories) {
			t.Errorf("%d of %d stories are unchanged", d.Unchanged, len(stories))
		}
		d.Unchanged = 0
		if diff := cmp.Diff(&cluster.Delta{}, d); diff != "" {
			t.Error(diff)
		}
	}
}

func TestVersionsOfOneStory(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	version := func(text string, updated time.Duration) cluster.Story {
		return cluster.Story{
			ID: "a", Title: "Bridge closed in Tolmere", Text: text, Source: "Gazette", Lang: "en",
			Published: at, Updated: at.Add(updated), Arrived: at,
		}
	}
	first := version("The old bridge in Tolmere was closed on Monday.", 0)
	second := version("The old bridge in Tolmere was closed on Monday and opened again at noon.", time.Hour)
	third := version("The old bridge in Tolmere was closed, opened and closed again on Monday.", 2*time.Hour)
	for _, c := range []struct {
		name               string
		ticks              [][]cluster.Story
		current            cluster.Story
		revised, unchanged int // of the last tick
		versions           int
	}{
		{"a later one takes its place", [][]cluster.Story{{first}, {second}}, second, 1, 0, 2},
		{"an earlier one is kept beside it", [][]cluster.Story{{third}, {second}}, third, 1, 0, 2},
		{"one seen before changes nothing", [][]cluster.Story{{first}, {second}, {first, second}}, second, 0, 2, 2},
		{"all in one batch, in any order", [][]cluster.Story{{second, third, first}}, third, 2, 0, 3},
		{"the same twice in one batch", [][]cluster.Story{{first, first}}, first, 0, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, e := newWorld(), newEngine(t, 1)
			var d *cluster.Delta
			for _, batch := range c.ticks {
				d = run(t, e, w, cluster.Events, batch)
			}
			if got := w.current["a"].Story.Text; got != c.current.Text {
				t.Errorf("the current version is %q", got)
			}
			if d.Revised != c.revised || d.Unchanged != c.unchanged || len(w.versions["a"]) != c.versions {
				t.Errorf("revised %d, unchanged %d, versions %d; want %d, %d, %d",
					d.Revised, d.Unchanged, len(w.versions["a"]), c.revised, c.unchanged, c.versions)
			}
		})
	}
}

// Every delta of any history leaves placements, groups, events and threads in agreement; run checks it after each.
func TestEveryHistoryKeepsTheInvariants(t *testing.T) {
	stories := newsroomStories(90, 11)
	rapid.Check(t, func(rt *rapid.T) {
		w, e := newWorld(), newEngine(rt, 1)
		least := rapid.SampledFrom([]int{0, 10, 2000}).Draw(rt, "events of which all are linked")
		e.RelinkAll(least)
		for range rapid.IntRange(2, 6).Draw(rt, "ticks") {
			batch := rapid.SliceOfN(rapid.SampledFrom(stories), 0, 40).Draw(rt, "batch")
			for i := range batch {
				if rapid.IntRange(0, 9).Draw(rt, "revise") == 0 {
					other := rapid.SampledFrom(stories).Draw(rt, "text of")
					batch[i].Text, batch[i].Updated = other.Text, batch[i].Published.Add(time.Hour)
				}
			}
			run(rt, e, w, rapid.SampledFrom([]cluster.Stage{cluster.Copies, cluster.Events, cluster.Settled, cluster.Founded}).Draw(rt, "stage"), batch)
			if rapid.Bool().Draw(rt, "restart") {
				e = w.restored(rt)
				e.RelinkAll(least)
			}
		}
	})
}

// A tick that links only what it touched gives nearly the threads that linking everything gives, and a settlement after
// it exactly those.
func TestTicksLinkWhatTheyTouch(t *testing.T) {
	stories := newsroomStories(400, 8)
	threads := func(w *world) map[string]string {
		p := map[string]string{}
		for id, c := range w.places() {
			p[id] = w.events[c.Event].Thread
		}
		return p
	}
	all, touched := newWorld(), newWorld()
	a, b := newEngine(t, 2), newEngine(t, 2)
	b.RelinkAll(0)
	linked := 0
	for batch := range slices.Chunk(stories, 40) {
		run(t, a, all, cluster.Events, batch)
		linked += len(run(t, b, touched, cluster.Events, batch).Threads)
	}
	if linked == 0 {
		t.Fatal("the fixture has no threads")
	}
	if ari := eval.Churn(threads(all), threads(touched)).ARI; ari < .97 {
		t.Errorf("ARI %.3f between linking all and linking what was touched", ari)
	}
	run(t, a, all, cluster.Settled, nil)
	run(t, b, touched, cluster.Settled, nil)
	if diff := cmp.Diff(all.clusters(), touched.clusters()); diff != "" {
		t.Error(diff)
	}
}

func TestForgottenStoriesKeepTheirPlace(t *testing.T) {
	stories := newsroomStories(200, 2)
	w, e := newWorld(), newEngine(t, 2)
	run(t, e, w, cluster.Settled, stories)
	cut := stories[0].Published.Add(3 * 24 * time.Hour)
	before := w.places()
	e.Forget(cut)
	if e.Len() == 0 || e.Len() == len(stories) {
		t.Fatalf("%d of %d stories are resident", e.Len(), len(stories))
	}
	run(t, e, w, cluster.Settled, nil)
	after := w.places()
	for id := range before {
		if !e.Has(id) && before[id] != after[id] {
			t.Errorf("story %s moved from %+v to %+v after it was forgotten", id, before[id], after[id])
		}
	}
	w.bring(t, e) // as a story from before the cut makes a desk do
	if e.Len() != len(w.current) {
		t.Errorf("%d of %d stories are resident after they were brought again", e.Len(), len(w.current))
	}
	run(t, e, w, cluster.Settled, nil)
}

// What a window leaves behind is let go of again and again, by an engine that has also been started anew: stories that were
// only ever looked up by others go as well as those that have looked themselves.
func TestSlidingWindow(t *testing.T) {
	for seed := range uint64(4) {
		stories := newsroomStories(400, seed)
		w, e := newWorld(), newEngine(t, 2)
		for n := 0; len(stories) > 0; n++ {
			batch := stories[:min(12, len(stories))]
			stories = stories[len(batch):]
			if n%4 == 3 {
				e = w.restored(t)
				e.Forget(batch[0].Published.Add(-30 * time.Hour))
			}
			run(t, e, w, cluster.Events, batch)
			if n%2 == 1 {
				e.Forget(batch[0].Published.Add(-24 * time.Hour))
			}
		}
	}
}
