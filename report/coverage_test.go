package report

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
)

func TestCoverageOfAnEvent(t *testing.T) {
	lag := func(seconds int64) *int64 { return &seconds }
	type got struct {
		Ours, Relation, First string
		Lag                   *int64
		Others                int
	}
	for _, tt := range []struct {
		name    string
		sources []string
		stories []fixture.Told
		want    got
	}{
		{"missed", []string{"Us"}, []fixture.Told{{ID: "a", Source: "Them", At: "13 08:00"}, {ID: "b", Source: "They", At: "13 09:00"}}, got{"", "", "Them", nil, 2}},
		{"after the first", []string{"Us"}, []fixture.Told{{ID: "a", Source: "Them", At: "13 08:00"}, {ID: "u", Source: "Us", At: "13 08:30"}}, got{"u", "origin", "Them", lag(1800), 1}},
		{"before all others", []string{"us"}, []fixture.Told{{ID: "u", Source: "Us", At: "13 08:00"}, {ID: "a", Source: "Them", At: "13 10:00"}}, got{"u", "origin", "Them", lag(-7200), 1}},
		{"alone", []string{"Us"}, []fixture.Told{{ID: "u", Source: "Us", At: "13 08:00"}, {ID: "v", Source: "Us", At: "13 09:00"}}, got{"u", "origin", "", nil, 0}},
		{"two of one house", []string{"Us", "Us Sunday"}, []fixture.Told{{ID: "v", Source: "Us Sunday", At: "13 08:00"}, {ID: "u", Source: "Us", At: "13 09:00"}}, got{"v", "origin", "", nil, 0}},
		{"the same outlet twice", []string{"Us"}, []fixture.Told{{ID: "a", Source: "Them", At: "13 08:00"}, {ID: "b", Source: "Them", At: "13 08:10"}, {ID: "u", Source: "Us", At: "13 08:30"}}, got{"u", "origin", "Them", lag(1800), 1}},
		{"a day against an hour", []string{"Us"}, []fixture.Told{{ID: "u", Source: "Us", At: "13"}, {ID: "a", Source: "Them", At: "13 08:00"}}, got{"u", "origin", "Them", nil, 1}},
		{"an hour of the same day says more", []string{"Us"}, []fixture.Told{{ID: "a", Source: "Them", At: "13"}, {ID: "b", Source: "They", At: "13 08:00"}, {ID: "u", Source: "Us", At: "13 08:30"}}, got{"u", "origin", "They", lag(1800), 2}},
		{"but not one of a later day", []string{"Us"}, []fixture.Told{{ID: "a", Source: "Them", At: "12"}, {ID: "b", Source: "They", At: "13 08:00"}, {ID: "u", Source: "Us", At: "13 08:30"}}, got{"u", "origin", "Them", nil, 2}},
		{"a copy only", []string{"Us"}, []fixture.Told{{ID: "a", Source: "Them", At: "13 08:00", Group: "g"}, {ID: "u", Source: "Us", At: "13 08:30", Group: "g", Relation: cluster.Reprint}}, got{"u", "reprint", "Them", lag(1800), 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := fixture.Event("e1", tt.stories...)
			m, err := readEvent(r, "e1", fixture.Now)
			if err != nil {
				t.Fatal(err)
			}
			l := m.coverage(tt.sources)
			g := got{"", l.Relation, l.First, l.Lag, l.Others}
			if l.Ours != nil {
				g.Ours = l.Ours.ID
			}
			if diff := cmp.Diff(tt.want, g); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCoverageCountsWhatItLists(t *testing.T) {
	r := fixture.Newsroom()
	all, err := Events(r, Query{Now: fixture.Now, Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	v, err := Coverage(r, []string{"courier"}, Query{Now: fixture.Now, Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	want := CoverageTotal{Events: len(all.Events), Missed: len(v.Missed), Covered: len(v.Covered), Alone: len(v.Alone)}
	got := v.Total
	got.Timed, got.First, got.Copies = 0, 0, 0
	if diff := cmp.Diff(want, got); diff != "" || got.Missed+got.Covered+got.Alone != got.Events || got.Missed == 0 || got.Covered == 0 {
		t.Errorf("%+v (-want +got):\n%s", got, diff)
	}
	one, err := Coverage(r, []string{"courier"}, Query{Now: fixture.Now, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if one.Total != v.Total || len(one.Missed) != 1 || one.Missed[0].Event.ID != v.Missed[0].Event.ID {
		t.Errorf("a limit changes what is counted or first: %+v", one.Total)
	}
}

func TestCoverageOfNobody(t *testing.T) {
	r := fixture.Newsroom()
	if _, err := Coverage(r, nil, Query{Now: fixture.Now}); !errors.Is(err, ErrNoSource) {
		t.Errorf("%v", err)
	}
	v, err := Coverage(r, []string{"couri"}, Query{Now: fixture.Now})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Courier"}, v.Similar); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
