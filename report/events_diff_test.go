package report

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// earlier is a newsroom as it was: with other events, and without the stories that came later.
type earlier struct {
	*fixture.Reader
	events map[string][]string // members of then; none where it was not there
	later  []string            // stories
}

func (r *earlier) Event(id string) (cluster.Event, error) {
	members, other := r.events[id]
	if !other {
		return r.Reader.Event(id)
	}
	if len(members) == 0 {
		return cluster.Event{}, store.ErrNotFound
	}
	return cluster.Event{ID: id, Members: members, Representative: members[0], Lang: "en"}, nil
}

func (r *earlier) Story(id string) (store.StoryRecord, error) {
	if slices.Contains(r.later, id) {
		return store.StoryRecord{}, store.ErrNotFound
	}
	s, err := r.Reader.Story(id)
	if members, other := r.events[s.Placement.Event]; other && !slices.Contains(members, id) {
		s.Placement.Event = ""
	}
	for event, members := range r.events {
		if slices.Contains(members, id) {
			s.Placement.Event = event
		}
	}
	return s, err
}

func TestEventsDiffSaysWhatBecameOfEachEvent(t *testing.T) {
	now := fixture.Newsroom()
	attack, err := now.Event(fixture.Attack)
	if err != nil {
		t.Fatal(err)
	}
	bridge, err := now.Event(fixture.Bridge)
	if err != nil {
		t.Fatal(err)
	}
	first, rest := attack.Members[:2], attack.Members[2:]
	type shift struct {
		Change, Event      string
		Before, Came, Went int
		Others             []string
	}
	for _, tt := range []struct {
		name    string
		then    earlier
		touched []string
		want    []shift
	}{
		{"nothing", earlier{}, nil, nil},
		{"another headline only", earlier{}, []string{fixture.Attack}, nil},
		{
			"new",
			earlier{events: map[string][]string{fixture.Bridge: nil}, later: bridge.Members},
			[]string{fixture.Bridge},
			[]shift{{ShiftNew, fixture.Bridge, 0, len(bridge.Members), 0, []string{}}},
		},
		{
			"growing",
			earlier{events: map[string][]string{fixture.Attack: first}, later: rest},
			[]string{fixture.Attack},
			[]shift{{ShiftGrowing, fixture.Attack, 2, len(rest), 0, []string{}}},
		},
		{
			"arrived before and was in no event yet",
			earlier{events: map[string][]string{fixture.Attack: first}},
			[]string{fixture.Attack},
			[]shift{{ShiftGrowing, fixture.Attack, 2, len(rest), 0, []string{}}},
		},
		{
			"merged",
			earlier{events: map[string][]string{fixture.Attack: first, fixture.Merged: rest}},
			[]string{fixture.Attack, fixture.Merged},
			[]shift{{ShiftMerged, fixture.Attack, 2, 0, 0, []string{fixture.Merged}}},
		},
		{
			"split: stories of an event that goes on without them",
			earlier{events: map[string][]string{fixture.Attack: slices.Concat(attack.Members, bridge.Members), fixture.Bridge: nil}},
			[]string{fixture.Attack, fixture.Bridge},
			[]shift{
				{ShiftSplit, fixture.Bridge, 0, 0, 0, []string{fixture.Attack}},
				{ShiftMoved, fixture.Attack, len(attack.Members) + len(bridge.Members), 0, len(bridge.Members), []string{}},
			},
		},
		{
			"moved from one to another",
			earlier{events: map[string][]string{fixture.Attack: first, fixture.Bridge: slices.Concat(bridge.Members, rest)}},
			[]string{fixture.Attack, fixture.Bridge},
			[]shift{
				{ShiftMoved, fixture.Attack, 2, 0, 0, []string{fixture.Bridge}},
				{ShiftMoved, fixture.Bridge, len(bridge.Members) + len(rest), 0, len(rest), []string{}},
			},
		},
		{
			"ended",
			earlier{events: map[string][]string{"egone": bridge.Members[:1]}},
			[]string{"egone"},
			[]shift{{ShiftEnded, "egone", 1, 0, 1, []string{}}},
		},
		{"came and went in between", earlier{}, []string{"enever"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.then.Reader = now
			touched := map[string]bool{}
			for _, id := range tt.touched {
				touched[id] = true
			}
			v, err := eventsDiff(&tt.then, now, touched, Query{Now: fixture.Now, Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			var got []shift
			for _, s := range v.Shifts {
				got = append(got, shift{s.Change, s.Event.ID, s.Before, s.Came, s.Went, s.Others})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEventsDiffFindsWhatNobodyReportsAnyMore(t *testing.T) {
	r := fixture.Newsroom()
	q := Query{Since: fixture.Now.Add(-24 * time.Hour), Until: fixture.Now, Now: fixture.Now}
	v, err := eventsDiff(r, r, nil, q)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range v.Shifts {
		if s.Change != ShiftFading {
			t.Errorf("%s is %s", s.Event.ID, s.Change)
		}
		if last := s.Event.Last; !last.Before(q.Since) || last.Before(q.Since.Add(-24*time.Hour)) {
			t.Errorf("%s was last reported at %s", s.Event.ID, last)
		}
		got = append(got, s.Event.ID)
	}
	if len(got) == 0 || v.Total[ShiftFading] != len(got) {
		t.Fatalf("%d of %d are fading", len(got), v.Total[ShiftFading])
	}
	// The same events do not fade where they changed since, or where the query does not select them.
	v, err = eventsDiff(&earlier{Reader: r, events: map[string][]string{got[0]: nil}}, r, map[string]bool{got[0]: true}, q)
	if err != nil {
		t.Fatal(err)
	}
	if v.Total[ShiftFading] != len(got)-1 {
		t.Errorf("%d are fading, want %d", v.Total[ShiftFading], len(got)-1)
	}
	q.Source = "Nobody"
	if v, err = eventsDiff(r, r, nil, q); err != nil || len(v.Shifts) > 0 {
		t.Errorf("nobody has %v, %v", v.Shifts, err)
	}
}

// sampleEventsDiff has every change.
func sampleEventsDiff(t *testing.T) View {
	t.Helper()
	r := fixture.Newsroom()
	members := func(id string) []string {
		e, err := r.Event(id)
		if err != nil {
			t.Fatal(err)
		}
		return e.Members
	}
	attack := members(fixture.Attack)
	then := &earlier{Reader: r, later: slices.Concat(members(fixture.Deployment), attack[3:], members(fixture.Hostile)), events: map[string][]string{
		fixture.Deployment: nil, fixture.Hostile: nil, fixture.Attack: attack[:2], fixture.Merged: attack[2:3],
		fixture.Bridge: nil, "e0ld": members(fixture.Bridge)[1:], "egone": members(fixture.Bridge)[:1],
	}}
	touched := map[string]bool{
		fixture.Deployment: true, fixture.Hostile: true, fixture.Attack: true, fixture.Merged: true, fixture.Bridge: true, "egone": true,
	}
	v, err := eventsDiff(then, r, touched, Query{Since: fixture.Now.Add(-20 * time.Hour), Until: fixture.Now, Now: fixture.Now})
	if err != nil {
		t.Fatal(err)
	}
	v.From, v.To = StateOf{fixture.Now.Add(-20 * time.Hour), 12}, StateOf{fixture.Now, 40}
	return v
}

func sampleNoEventsDiff() View {
	return EventsDiffView{
		Meta: newMeta("events diff", fixture.Now), From: StateOf{fixture.Now.Add(-time.Hour), 40}, To: StateOf{fixture.Now, 40},
		Total: map[string]int{}, Shifts: []EventShift{},
	}
}
