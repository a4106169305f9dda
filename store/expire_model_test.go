package store

import (
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
)

// expire marks what expires of a model: the connected parts of stories that share a group, an event or a thread, no story
// of which waits or has anything of a later time. It gives their stories and how many threads they are in.
func (m *model) expire(before time.Time) (stories, threads int) {
	parent := map[string]string{}
	var find func(string) string
	find = func(x string) string {
		if p, ok := parent[x]; ok && p != x {
			parent[x] = find(p)
			return parent[x]
		}
		return x
	}
	stays := map[string]bool{}
	for _, id := range m.ids() {
		s := m.stories[id]
		parent[find(id)] = find("group " + s.place.Group)
		if s.place.Event == "" {
			stays[id] = true
			continue
		}
		parent[find(id)] = find("event " + s.place.Event)
		parent[find(id)] = find("thread " + m.events[s.place.Event].Thread)
		c := s.current()
		for _, at := range [2]time.Time{c.Published, c.Updated} {
			stays[id] = stays[id] || !at.Before(before)
		}
	}
	kept := map[string]bool{}
	for id := range stays {
		if stays[id] {
			kept[find(id)] = true
		}
	}
	in := map[string]bool{}
	for _, id := range m.ids() {
		s := m.stories[id]
		if s.expired || kept[find(id)] {
			continue
		}
		s.expired = true
		stories++
		in[m.events[s.place.Event].Thread] = true
	}
	return stories, len(in)
}

// Random ticks with expiry in between, and reopening, and commits of all sizes: the store is what the model is, check
// finds nothing, every time that can be asked for is answered as it was before anything expired, and a backup is the store.
func TestExpireEqualsModel(t *testing.T) {
	fewer(t, 6)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "store")
		if err != nil {
			rt.Fatal(err)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		o := Options{Create: true, MinFree: 1}
		if r.IntN(2) == 0 {
			o.Seams.Transaction = 2 << 10 // by way of the redo log
		}
		s, err := Open(t.Context(), dir, o)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		m := newModel(r.IntN)
		var then []pastClusters
		for range rapid.IntRange(2, 10).Draw(rt, "ticks") {
			if err := s.Commit(t.Context(), m.tick()); err != nil {
				rt.Fatal(err)
			}
			was, err := clustersAt(s, m.now())
			if err != nil {
				rt.Fatal(err)
			}
			then = append(then, was)
			if r.IntN(2) == 0 {
				before := epoch.Add(time.Duration(r.IntN(7*24)) * time.Hour)
				dry, err := s.Expire(t.Context(), ExpireOptions{Before: before, DryRun: true})
				if err != nil {
					rt.Fatal(err)
				}
				report, err := s.Expire(t.Context(), ExpireOptions{Before: before})
				if err != nil {
					rt.Fatal(err)
				}
				stories, threads := m.expire(before)
				if report.Stories != stories || report.Threads != threads {
					rt.Fatalf("%+v expired, of the model %d stories in %d threads", report, stories, threads)
				}
				if diff := gocmp.Diff(dry, report); diff != "" {
					rt.Fatalf("a dry run says otherwise (-dry +done):\n%s", diff)
				}
			}
			if r.IntN(6) == 0 {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = Open(t.Context(), dir, o); err != nil {
					rt.Fatal(err)
				}
			}
			if diff := compare(s, m); diff != "" {
				rt.Fatal(diff)
			}
		}
		for _, was := range then {
			now, err := clustersAt(s, was.At)
			if err != nil {
				rt.Fatal(err)
			}
			if diff := gocmp.Diff(was, now); diff != "" {
				rt.Fatalf("as of %s (-before anything expired +now):\n%s", was.At, diff)
			}
		}
	})
}

// pastClusters are the members of all clusters at a time.
type pastClusters struct {
	At                      time.Time
	Groups, Events, Threads map[string][]string
	Stories                 map[string]cluster.Placement
}

func clustersAt(s *Store, at time.Time) (pastClusters, error) {
	v := s.View()
	defer v.Close()
	c := pastClusters{at, map[string][]string{}, map[string][]string{}, map[string][]string{}, map[string]cluster.Placement{}}
	p, err := v.AsOf(at)
	if err != nil {
		return c, err
	}
	for g, err := range p.Groups() {
		if err != nil {
			return c, err
		}
		c.Groups[g.ID] = g.Members
		slices.Sort(c.Groups[g.ID])
	}
	for h, err := range p.EventHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return c, err
		}
		e, err := p.Event(h.ID)
		if err != nil {
			return c, err
		}
		c.Events[e.ID] = append([]string{e.Thread, e.Representative}, slices.Sorted(slices.Values(e.Members))...)
	}
	for h, err := range p.ThreadHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return c, err
		}
		t, err := p.Thread(h.ID)
		if err != nil {
			return c, err
		}
		for _, l := range t.Links {
			c.Threads[t.ID] = append(c.Threads[t.ID], l.Event)
		}
		slices.Sort(c.Threads[t.ID])
	}
	for now, err := range v.AllStories() {
		if err != nil {
			return c, err
		}
		r, err := p.Story(now.ID)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return c, err
		}
		r.Placement.Copy, r.Placement.Series = cluster.Copy{}, ""
		c.Stories[r.ID] = r.Placement
	}
	return c, nil
}
