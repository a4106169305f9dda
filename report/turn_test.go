package report

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// flickering is a newsroom of which some things are there at one time and not at another.
type flickering struct {
	*fixture.Reader
	gone func(id string) bool
	seq  uint64
	news []store.JournalEntry

	byTime []store.StoryRecord
}

func flicker() *flickering {
	f := &flickering{Reader: fixture.Recurring(5, 36), gone: func(string) bool { return false }, seq: 7}
	for s := range f.Reader.Stories(time.Time{}, time.Time{}) {
		f.byTime = append(f.byTime, s)
	}
	return f
}

func (f *flickering) LastChange() (uint64, error) { return f.seq, nil }

func (f *flickering) Changes(since, _ uint64) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for _, e := range f.news {
			if e.Seq > since && !yield(e, nil) {
				return
			}
		}
	}
}

func (f *flickering) Groups() iter.Seq2[cluster.Group, error] {
	return without(f, f.Reader.Groups(), func(g cluster.Group) string { return g.ID })
}

func (f *flickering) AllSeries() iter.Seq2[cluster.Series, error] {
	return without(f, f.Reader.AllSeries(), func(s cluster.Series) string { return s.ID })
}

func (f *flickering) Runs() iter.Seq2[store.Run, error] {
	return without(f, f.Reader.Runs(), func(r store.Run) string { return r.ID })
}

func (f *flickering) Overrides() iter.Seq2[cluster.Override, error] {
	return without(f, f.Reader.Overrides(), func(o cluster.Override) string { return fmt.Sprint(o.Number) })
}

func (f *flickering) EventHeads(from, to time.Time) iter.Seq2[store.EventHead, error] {
	return without(f, f.Reader.EventHeads(from, to), func(h store.EventHead) string { return h.ID })
}

func (f *flickering) ThreadHeads(from, to time.Time) iter.Seq2[store.ThreadHead, error] {
	return without(f, f.Reader.ThreadHeads(from, to), func(h store.ThreadHead) string { return h.ID })
}

func (f *flickering) Stories(from, to time.Time) iter.Seq2[store.StoryRecord, error] {
	return without(f, f.between(slices.Values(f.byTime), from, to), func(s store.StoryRecord) string { return s.ID })
}

func (f *flickering) StoriesBack(from, to time.Time) iter.Seq2[store.StoryRecord, error] {
	back := func(yield func(store.StoryRecord) bool) {
		for _, s := range slices.Backward(f.byTime) {
			if !yield(s) {
				return
			}
		}
	}
	return without(f, f.between(back, from, to), func(s store.StoryRecord) string { return s.ID })
}

func (f *flickering) between(list iter.Seq[store.StoryRecord], from, to time.Time) iter.Seq2[store.StoryRecord, error] {
	return func(yield func(store.StoryRecord, error) bool) {
		for s := range list {
			if !s.Published.Before(from) && (to.IsZero() || s.Published.Before(to)) && !yield(s, nil) {
				return
			}
		}
	}
}

func without[T any](f *flickering, list iter.Seq2[T, error], id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range list {
			if !f.gone(id(v)) && !yield(v, err) {
				return
			}
		}
	}
}

// turnedLists are all that can be turned, each with the ids of a page.
var turnedLists = map[string]func(*flickering, Query) ([]string, Page, error){
	"events": func(r *flickering, q Query) ([]string, Page, error) {
		v, err := Events(r, q)
		return idsOf(v.Events, func(l EventLine) string { return l.ID }), v.Page, err
	},
	"events by size": func(r *flickering, q Query) ([]string, Page, error) {
		q.Sort, q.MinSources = Size, 2
		v, err := Events(r, q)
		return idsOf(v.Events, func(l EventLine) string { return l.ID }), v.Page, err
	},
	"threads": func(r *flickering, q Query) ([]string, Page, error) {
		v, err := Threads(r, q)
		return idsOf(v.Threads, func(l ThreadLine) string { return l.ID }), v.Page, err
	},
	"threads by time": func(r *flickering, q Query) ([]string, Page, error) {
		q.Sort = Newest
		v, err := Threads(r, q)
		return idsOf(v.Threads, func(l ThreadLine) string { return l.ID }), v.Page, err
	},
	"duplicates": func(r *flickering, q Query) ([]string, Page, error) {
		v, err := Duplicates(r, q)
		return idsOf(v.Groups, func(l GroupLine) string { return l.ID }), v.Page, err
	},
	"duplicates of a language": func(r *flickering, q Query) ([]string, Page, error) {
		q.Lang = "en"
		v, err := Duplicates(r, q)
		return idsOf(v.Groups, func(l GroupLine) string { return l.ID }), v.Page, err
	},
	"series": func(r *flickering, q Query) ([]string, Page, error) {
		v, err := Series(r, q)
		return idsOf(v.Series, func(l SeriesLine) string { return l.ID }), v.Page, err
	},
	"series by time": func(r *flickering, q Query) ([]string, Page, error) {
		q.Sort = Newest
		v, err := Series(r, q)
		return idsOf(v.Series, func(l SeriesLine) string { return l.ID }), v.Page, err
	},
	"runs": func(r *flickering, q Query) ([]string, Page, error) {
		v, err := Runs(r, q)
		return idsOf(v.Runs, func(l RunLine) string { return l.ID }), v.Page, err
	},
	"overrides": func(r *flickering, q Query) ([]string, Page, error) {
		v, err := Overrides(r, q)
		return idsOf(v.Overrides, func(l OverrideLine) string { return fmt.Sprint(l.Number) }), v.Page, err
	},
	"stories":                         storiesBy(StoriesQuery{}),
	"stories, the oldest first":       storiesBy(StoriesQuery{Oldest: true}),
	"stories of an outlet":            storiesBy(StoriesQuery{Query: Query{Source: "outlet 3"}}),
	"stories by words":                storiesBy(StoriesQuery{Query: Query{Text: "told 0th"}}),
	"stories with little effort":      storiesBy(StoriesQuery{Query: Query{Source: "Outlet 3"}, Effort: 5}),
	"old stories with little effort":  storiesBy(StoriesQuery{Query: Query{Source: "Outlet 3"}, Effort: 5, Oldest: true}),
	"stories of a thread":             storiesBy(StoriesQuery{Thread: "t000000"}),
	"stories of a thread, from below": storiesBy(StoriesQuery{Thread: "t000000", Oldest: true}),
}

func storiesBy(q StoriesQuery) func(*flickering, Query) ([]string, Page, error) {
	return func(r *flickering, page Query) ([]string, Page, error) {
		q := q
		page.Source, page.Text = q.Source, q.Text
		if q.Query = page; page.Limit < 0 {
			q.Effort = 0
		}
		v, err := Stories(r, q)
		return idsOf(v.Stories, func(l ListedStory) string { return l.ID }), v.Page, err
	}
}

func idsOf[T any](list []T, id func(T) string) []string {
	ids := make([]string, len(list))
	for i, v := range list {
		ids[i] = id(v)
	}
	return ids
}

// Pages together are the list: what stays is on one of them, once and in its order, whatever comes and goes meanwhile, and
// however the clock moves.
func TestPagesOfEveryListAreTheList(t *testing.T) {
	base := flicker()
	for name, ask := range turnedLists {
		t.Run(name, func(t *testing.T) {
			r := &flickering{Reader: base.Reader, gone: base.gone, seq: 7, byTime: base.byTime}
			all, page, err := ask(r, Query{Now: fixture.Now, Limit: -1})
			if err != nil || page.Next != "" || len(all) < 8 || page.Sequence != 7 {
				t.Fatalf("%d elements, %+v, %v", len(all), page, err)
			}
			rapid.Check(t, func(t *rapid.T) {
				stays := map[string]bool{}
				for _, id := range all {
					stays[id] = rapid.IntRange(0, 3).Draw(t, "stays") > 0
				}
				q := Query{Now: fixture.Now}
				var got []string
				for pages := 0; ; pages++ {
					turn := rapid.IntRange(0, 1<<20).Draw(t, "turn")
					r.gone = func(id string) bool { return !stays[id] && (turn+len(id)+int(id[len(id)-1])*7)%3 == 0 }
					q.Limit = rapid.IntRange(1, 9).Draw(t, "limit")
					ids, page, err := ask(r, q)
					if err != nil || len(ids) > q.Limit {
						t.Fatalf("%d elements of %d, %v", len(ids), q.Limit, err)
					}
					got = append(got, ids...)
					if q.Cursor = page.Next; q.Cursor == "" {
						break
					}
					if pages > 4*len(all) {
						t.Fatal("there is no end to it")
					}
					q.Now = q.Now.Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "hours")) * time.Hour)
				}
				seen := map[string]bool{}
				for _, id := range got {
					if seen[id] {
						t.Fatalf("%s is there twice", id)
					}
					seen[id] = true
				}
				steady := func(list []string) []string {
					return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return !stays[id] })
				}
				if diff := cmp.Diff(steady(all), steady(got)); diff != "" {
					t.Fatalf("what stays (-list +pages):\n%s", diff)
				}
				if !inOrder(all, got) {
					t.Fatal("the order is another")
				}
			})
		})
	}
}

func inOrder(all, some []string) bool {
	return slices.IsSortedFunc(some, func(a, b string) int { return slices.Index(all, a) - slices.Index(all, b) })
}

// A page says how many elements before it have changed since the first.
func TestPagesTellWhatChangedBeforeThem(t *testing.T) {
	r := flicker()
	for name, level := range map[string]string{"events": cluster.LevelEvent, "threads": cluster.LevelThread, "duplicates": cluster.LevelGroup, "series": cluster.LevelSeries} {
		r.seq, r.news = 7, nil
		q := Query{Now: fixture.Now, Limit: 4}
		first, page, err := turnedLists[name](r, q)
		if err != nil || page.Next == "" || page.Changed != 0 {
			t.Fatalf("%s: %+v, %v", name, page, err)
		}
		q.Cursor, q.Limit = page.Next, 2
		second, page, err := turnedLists[name](r, q)
		if err != nil || page.Changed != 0 {
			t.Fatalf("%s: %+v, %v", name, page, err)
		}
		for i, id := range []string{first[1], first[3], second[0], "elsewhere", first[1]} {
			r.news = append(r.news, store.JournalEntry{Seq: uint64(8 + i), Change: cluster.Change{Level: level, Object: id}})
		}
		r.seq = 12
		if _, page, err = turnedLists[name](r, q); err != nil || page.Changed != 2 || page.Sequence != 12 {
			t.Errorf("%s: %+v, %v, want 2 changed", name, page, err)
		}
	}
}

func TestCursorsOfOtherListsAreRefused(t *testing.T) {
	r := flicker()
	lists := []string{
		"events", "events by size", "threads", "threads by time", "duplicates", "duplicates of a language", "series", "series by time", "runs", "overrides",
		"stories", "stories, the oldest first", "stories of an outlet", "stories by words", "stories of a thread",
	}
	for _, name := range lists {
		_, page, err := turnedLists[name](r, Query{Now: fixture.Now, Limit: 2})
		if err != nil || page.Next == "" {
			t.Fatalf("%s: %+v, %v", name, page, err)
		}
		for _, other := range lists {
			if _, _, err := turnedLists[other](r, Query{Now: fixture.Now, Cursor: page.Next}); errors.Is(err, ErrCursor) != (other != name) {
				t.Errorf("a cursor of %s for %s: %v", name, other, err)
			}
		}
	}
}
