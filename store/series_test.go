package store

import (
	"errors"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

func compareSeries(v *Snapshot, m *model) (string, error) {
	want := map[string][]string{}
	for _, id := range m.ids() {
		if series := m.stories[id].place.Series; series != "" {
			want[series] = append(want[series], id)
		}
	}
	got := map[string][]string{}
	for s, err := range v.AllSeries() {
		if err != nil {
			return "", err
		}
		one, err := v.Series(s.ID)
		if err != nil {
			return "", err
		}
		if d := diffOf("series by id", s, one); d != "" {
			return d, nil
		}
		list, err := editions(v, s.ID)
		if err != nil {
			return "", err
		}
		slices.Sort(list)
		got[s.ID] = list
	}
	return diffOf("editions", want, got), nil
}

func editions(v *Snapshot, id string) ([]string, error) {
	var list []string
	for e, err := range v.Editions(id) {
		if err != nil {
			return nil, err
		}
		list = append(list, e.ID)
	}
	return list, nil
}

// edition makes the change that brings one edition.
func edition(id, series string, day int) cluster.StoryChange {
	c := storyOf(id, "text of "+id, "g"+id, "")
	c.Story.Published = epoch.AddDate(0, 0, day)
	c.Placement.Series = series
	return c
}

// A series is listed with its editions in the order of their times, however they came.
func TestSeries(t *testing.T) {
	t.Parallel()
	s := create(t)
	rates := cluster.Series{ID: "s1", Founder: "b", Pattern: "Harbour dues: {number}"}
	commit(t, s, &cluster.Delta{
		Stories: []cluster.StoryChange{edition("a", "s1", 9), edition("b", "s1", 1), edition("c", "s12", 2)},
		Series:  []cluster.Series{rates},
	})
	commit(t, s, &cluster.Delta{Stories: []cluster.StoryChange{edition("d", "s1", 4)}})
	clean(t, s)
	v := view(t, s)
	got, err := v.Series("s1")
	if diff := gocmp.Diff(rates, got); diff != "" || err != nil {
		t.Errorf("series (-want +got), %v:\n%s", err, diff)
	}
	list, err := editions(v, "s1")
	if diff := gocmp.Diff([]string{"b", "d", "a"}, list); diff != "" || err != nil {
		t.Errorf("editions (-want +got), %v:\n%s", err, diff)
	}
	if _, err := v.Series("s"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the beginning of an id: %v, want %v", err, ErrNotFound)
	}
}

// A series that goes into another takes along the editions that the batch does not name, and its id leads there.
func TestSeriesMerge(t *testing.T) {
	t.Parallel()
	s := create(t)
	commit(t, s, &cluster.Delta{Stories: []cluster.StoryChange{
		edition("a", "s1", 1), edition("b", "s1", 2), edition("c", "s2", 3),
	}})
	moved := edition("b", "s2", 2).Placement
	commit(t, s, &cluster.Delta{Moved: []cluster.Placement{moved}, Ended: []cluster.Redirect{{From: "s1", To: "s2", Reason: "merged"}}})
	clean(t, s)
	v := view(t, s)
	got, err := v.Series("s1")
	if err != nil || got.ID != "s2" {
		t.Errorf("the ended series is %+v, %v", got, err)
	}
	list, err := editions(v, "s2")
	if diff := gocmp.Diff([]string{"a", "b", "c"}, list); diff != "" || err != nil {
		t.Errorf("editions (-want +got), %v:\n%s", err, diff)
	}
	if r, err := v.Story("a"); err != nil || r.Placement.Series != "s2" {
		t.Errorf("story that the batch did not name: %+v, %v", r.Placement, err)
	}
}

// A new version of an edition may have another time, and the last one to leave takes the series with it.
func TestSeriesFollowsItsEditions(t *testing.T) {
	t.Parallel()
	s := create(t)
	commit(t, s, &cluster.Delta{Stories: []cluster.StoryChange{edition("a", "s1", 1), edition("b", "s1", 2)}})
	later := edition("a", "s1", 5)
	later.Story.Text, later.Story.Updated = "another text", epoch.AddDate(0, 0, 6)
	commit(t, s, &cluster.Delta{Stories: []cluster.StoryChange{later}})
	clean(t, s)
	list, err := editions(view(t, s), "s1")
	if diff := gocmp.Diff([]string{"b", "a"}, list); diff != "" || err != nil {
		t.Errorf("editions (-want +got), %v:\n%s", err, diff)
	}
	commit(t, s, &cluster.Delta{Moved: []cluster.Placement{
		{Story: "a", Group: "ga"}, {Story: "b", Group: "gb"},
	}})
	clean(t, s)
	var ended *EndedError
	if _, err := view(t, s).Series("s1"); !errors.As(err, &ended) {
		t.Errorf("a series without editions: %v", err)
	}
	commit(t, s, &cluster.Delta{Moved: []cluster.Placement{{Story: "a", Group: "ga", Series: "s1"}}})
	clean(t, s)
	got, err := view(t, s).Series("s1")
	if err != nil || got.Founder != "a" {
		t.Errorf("a series that came back: %+v, %v", got, err)
	}
}
