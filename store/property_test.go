package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
)

// create opens a new store in a folder of the test.
func create(t testing.TB) *Store {
	t.Helper()
	return reopen(t, t.TempDir(), Options{Create: true})
}

func reopen(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	if o.MinFree == 0 {
		o.MinFree = 1
	}
	s, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Random ticks, with reopening in between: what a snapshot gives is what plain maps hold, and check finds nothing.
func TestStoreEqualsModel(t *testing.T) {
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
		for range rapid.IntRange(1, 8).Draw(rt, "ticks") {
			if err := s.Commit(t.Context(), m.tick()); err != nil {
				rt.Fatal(err)
			}
			if r.IntN(6) == 0 {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = Open(t.Context(), dir, Options{MinFree: 1}); err != nil {
					rt.Fatal(err)
				}
			}
		}
		if diff := compare(s, m); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// compare gives the first difference between a store and its model.
func compare(s *Store, m *model) string {
	v := s.View()
	defer v.Close()
	for _, check := range []func(*Snapshot, *model) (string, error){
		compareStories, compareGroups, compareEvents, compareThreads, compareSeries, compareRest,
	} {
		diff, err := check(v, m)
		if err != nil {
			return err.Error()
		}
		if diff != "" {
			return diff
		}
	}
	report, err := s.Check(context.Background())
	if err != nil {
		return err.Error()
	}
	if !report.OK() {
		return fmt.Sprintf("check finds: %+v", report.Findings)
	}
	return ""
}

func diffOf(what string, want, got any) string {
	if d := gocmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		return what + " (-want +got):\n" + d
	}
	return ""
}

func compareStories(v *Snapshot, m *model) (string, error) {
	var want, got []string
	for id, s := range m.stories {
		want = append(want, id)
		r, err := v.Story(id)
		if err != nil {
			return "", err
		}
		expect := *s.current()
		title, text, err := v.Text(id)
		if s.expired {
			if !errors.Is(err, ErrExpired) || text != "" {
				return fmt.Sprintf("text of the expired story %s: %q, %v", id, text, err), nil
			}
			expect.Text, err = "", nil
		}
		if err != nil {
			return "", err
		}
		if d := diffOf("text of "+id, []string{expect.Title, expect.Text}, []string{title, text}); d != "" {
			return d, nil
		}
		record := StoryRecord{
			Placement: s.place, Content: s.current().ContentHash(), Versions: len(s.versions), Words: countWords(s.current().Text),
			Size: len(s.current().Text), Expired: s.expired,
		}
		record.Story = expect
		record.Text = ""
		if d := diffOf("record of "+id, record, r); d != "" {
			return d, nil
		}
		versions, err := v.Versions(id)
		if err != nil {
			return "", err
		}
		var stories []cluster.Story
		for _, version := range versions {
			stories = append(stories, version.Story)
			if seen, err := v.Seen(id, version.Content); err != nil || !seen {
				return fmt.Sprintf("a version of %s is not seen: %v", id, err), nil
			}
		}
		versionsOf := s.versions
		if s.expired {
			versionsOf = []cluster.Story{expect}
		}
		if d := diffOf("versions of "+id, versionsOf, stories); d != "" {
			return d, nil
		}
	}
	order := func(a, b string) int {
		return cmp.Or(m.stories[a].current().Published.Compare(m.stories[b].current().Published), strings.Compare(a, b))
	}
	slices.SortFunc(want, order)
	for r, err := range v.Stories(time.Time{}, time.Time{}) {
		if err != nil {
			return "", err
		}
		got = append(got, r.ID)
	}
	if d := diffOf("order of stories", want, got); d != "" {
		return d, nil
	}
	from, to := epoch.Add(30*time.Hour), epoch.Add(61*time.Hour+time.Millisecond)
	window := slices.DeleteFunc(slices.Clone(want), func(id string) bool {
		at := m.stories[id].current().Published
		return at.Before(from) || !at.Before(to) || m.stories[id].expired
	})
	got = got[:0]
	for r, err := range v.Residents(from, to) {
		if err != nil {
			return "", err
		}
		if d := diffOf("features of "+r.ID, m.stories[r.ID].features, r.Features); d != "" {
			return d, nil
		}
		if d := diffOf("placement of "+r.ID, m.stories[r.ID].place, r.Placement); d != "" {
			return d, nil
		}
		got = append(got, r.ID)
	}
	if d := diffOf("residents of a window", window, got); d != "" {
		return d, nil
	}
	for _, span := range [][2]time.Time{{}, {from, to}, {from, {}}, {{}, to}, {to, {}}} {
		back, ahead, err := bothWays(v, span[0], span[1])
		if err != nil {
			return "", err
		}
		slices.Reverse(back)
		if d := diffOf("stories from the last to the first", ahead, back); d != "" {
			return d, nil
		}
	}
	got = got[:0]
	for r, err := range v.AllStories() {
		if err != nil {
			return "", err
		}
		got = append(got, r.ID)
	}
	if d := diffOf("stories by id", m.ids(), got); d != "" {
		return d, nil
	}
	waiting := slices.DeleteFunc(want, func(id string) bool { return m.stories[id].place.Event != "" })
	pending, err := v.Pending()
	return diffOf("waiting stories", waiting, pending), err
}

// bothWays are the stories of a span from the last to the first, and from the first to the last.
func bothWays(v *Snapshot, from, to time.Time) (back, ahead []string, err error) {
	for r, err := range v.StoriesBack(from, to) {
		if err != nil {
			return nil, nil, err
		}
		back = append(back, r.ID)
	}
	for r, err := range v.Stories(from, to) {
		if err != nil {
			return nil, nil, err
		}
		ahead = append(ahead, r.ID)
	}
	return back, ahead, nil
}

func compareGroups(v *Snapshot, m *model) (string, error) {
	got := map[string]cluster.Group{}
	for g, err := range v.Groups() {
		if err != nil {
			return "", err
		}
		got[g.ID] = g
	}
	if d := diffOf("groups", m.groups, got); d != "" {
		return d, nil
	}
	for id, story := range m.alone {
		g, err := v.Group(id)
		if err != nil {
			return "", err
		}
		if d := diffOf("lone group", cluster.Group{ID: id, Representative: story, Members: []string{story}}, g); d != "" {
			return d, nil
		}
	}
	return "", nil
}

func compareEvents(v *Snapshot, m *model) (string, error) {
	got := map[string]cluster.Event{}
	for e, err := range v.Events(time.Time{}, time.Time{}) {
		if err != nil {
			return "", err
		}
		got[e.ID] = e
	}
	if d := diffOf("events", m.events, got); d != "" {
		return d, nil
	}
	from, to := epoch.Add(30*time.Hour), epoch.Add(61*time.Hour)
	want := map[string]bool{}
	for id, e := range m.events {
		if !e.Last.Truncate(time.Second).Before(from) && e.First.Truncate(time.Second).Before(to) {
			want[id] = true
		}
	}
	heads := map[string]bool{}
	for h, err := range v.EventHeads(from, to) {
		if err != nil {
			return "", err
		}
		heads[h.ID] = true
		if h.Stories != len(m.events[h.ID].Members) {
			return fmt.Sprintf("event %s has %d stories in the index", h.ID, h.Stories), nil
		}
	}
	if d := diffOf("events of a window", want, heads); d != "" {
		return d, nil
	}
	for id, s := range m.stories {
		e, err := v.EventOf(id)
		if s.place.Event == "" {
			if !errors.Is(err, ErrPending) {
				return fmt.Sprintf("event of waiting story %s: %v", id, err), nil
			}
			continue
		}
		if err != nil {
			return "", err
		}
		if d := diffOf("event of "+id, m.events[s.place.Event], e); d != "" {
			return d, nil
		}
	}
	return "", nil
}

func compareThreads(v *Snapshot, m *model) (string, error) {
	got := map[string]cluster.Thread{}
	for t, err := range v.Threads(time.Time{}, time.Time{}) {
		if err != nil {
			return "", err
		}
		got[t.ID] = t
	}
	if d := diffOf("threads", m.threads, got); d != "" {
		return d, nil
	}
	for id, e := range m.events {
		t, err := v.Thread(e.Thread)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(t.Links, func(l cluster.Link) bool { return l.Event == id }) {
			return fmt.Sprintf("thread %s does not name event %s", t.ID, id), nil
		}
	}
	return "", nil
}

func compareRest(v *Snapshot, m *model) (string, error) {
	cursors, err := v.Cursors()
	if err != nil {
		return "", err
	}
	got := map[string][]byte{}
	for _, c := range cursors {
		got[c.Source] = c.Data
	}
	if d := diffOf("cursors", m.cursors, got); d != "" {
		return d, nil
	}
	profiles, err := v.Profiles()
	if err != nil {
		return "", err
	}
	if d := diffOf("profiles", slices.Collect(maps.Values(m.sources)), profiles); d != "" {
		return d, nil
	}
	runs := map[string]Run{}
	last := time.Unix(1<<40, 0)
	for r, err := range v.Runs() {
		if err != nil {
			return "", err
		}
		if r.Started.After(last) {
			return "runs are not newest first", nil
		}
		last = r.Started
		runs[r.ID] = r
		list, err := v.Rejects(r.ID)
		if err != nil {
			return "", err
		}
		if list.Total != m.rejects[r.ID] || len(list.Kept) != min(MaxRejects, list.Total) {
			return fmt.Sprintf("run %s: %d rejects", r.ID, list.Total), nil
		}
	}
	if d := diffOf("runs", m.runs, runs); d != "" {
		return d, nil
	}
	stats, err := v.Stats()
	if err != nil {
		return "", err
	}
	want := Counts{
		Stories: len(m.stories), Groups: len(m.groups), Events: len(m.events), Threads: len(m.threads),
		Sources: len(m.sources), Cursors: len(m.cursors), Runs: len(m.runs), Changes: stats.Changes,
		Redirects: stats.Redirects,
	}
	for _, s := range m.stories {
		if s.expired {
			want.Expired++
			continue
		}
		want.Versions += len(s.versions) - 1
		for i := range s.versions {
			want.TextBytes += int64(len(s.versions[i].Text))
		}
		if s.place.Event == "" {
			want.Waiting++
		}
	}
	return diffOf("counts", want, stats.Counts), nil
}

// Readers that come and go while batches are committed always see whole batches.
func TestReadersDuringCommits(t *testing.T) {
	t.Parallel()
	s := create(t)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				if err := consistent(s); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	m := newModel(rand.New(rand.NewPCG(11, 12)).IntN)
	for range 30 {
		if err := s.Commit(t.Context(), m.tick()); err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
	if diff := compare(s, m); diff != "" {
		t.Error(diff)
	}
}

// consistent reads the same things in several ways that have to agree within one snapshot.
func consistent(s *Store) error {
	v := s.View()
	defer v.Close()
	stats, err := v.Stats()
	if err != nil {
		return err
	}
	stories, waiting := 0, 0
	for r, err := range v.Stories(time.Time{}, time.Time{}) {
		if err != nil {
			return err
		}
		stories++
		if r.Placement.Event == "" {
			waiting++
			continue
		}
		e, err := v.EventOf(r.ID)
		if err != nil {
			return err
		}
		if !slices.Contains(e.Members, r.ID) {
			return fmt.Errorf("event %s lacks %s", e.ID, r.ID)
		}
	}
	changes := uint64(0)
	for _, err := range v.Changes(0, 0) {
		if err != nil {
			return err
		}
		changes++
	}
	if stories != stats.Stories || waiting != stats.Waiting || changes != stats.Changes {
		return fmt.Errorf("%d stories, %d waiting, %d changes, but counts are %+v", stories, waiting, changes, stats.Counts)
	}
	return nil
}
