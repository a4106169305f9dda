package event

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// stories makes a Clusterer of stories without text, one an hour, in the events given: identity only looks at members.
func stories(t *testing.T, events ...string) *Clusterer {
	t.Helper()
	c := mustNew(t)
	for i, e := range events {
		c.insert(Item{
			ID: string(rune('a' + i)), Time: time.Date(2031, 1, 1, i, 0, 0, 0, time.UTC), Event: e,
			Features: Features{lang: "en"},
		})
	}
	return c
}

// groupsOf reads "ab c" as two clusters.
func groupsOf(clusters ...string) []group {
	var out []group
	for _, s := range clusters {
		g := group{cohesion: .9}
		for _, r := range s {
			g.members = append(g.members, int32(r-'a'))
		}
		out = append(out, g)
	}
	return out
}

func TestIdentityFollowsTheMembers(t *testing.T) {
	type state = map[string]string // story to event
	tests := []struct {
		name   string
		before []string
		groups []string
		found  bool
		want   state
		ended  []Redirect
		split  map[string]string
	}{
		{
			name: "new stories found events named after their first", before: []string{"", "", ""}, groups: []string{"ac", "b"},
			want: state{"a": EventID("a"), "b": EventID("b"), "c": EventID("a")},
		},
		{
			name: "an event that grows keeps its id", before: []string{"", "e1", "e1"}, groups: []string{"abc"},
			want: state{"a": "e1", "b": "e1", "c": "e1"},
		},
		{
			name: "the older of two events that merge gives its id", before: []string{"e1", "e2", "e2"}, groups: []string{"abc"},
			want:  state{"a": "e1", "b": "e1", "c": "e1"},
			ended: []Redirect{{"e2", "e1", ReasonMerged}},
		},
		{
			name: "the founding part of a split keeps the id", before: []string{"e1", "e1", "e1"}, groups: []string{"a", "bc"},
			want: state{"a": "e1", "b": EventID("b"), "c": EventID("b")}, split: map[string]string{EventID("b"): "e1"},
		},
		{
			name: "equal parts: the earlier founder keeps the id", before: []string{"e1", "e1"}, groups: []string{"a", "b"},
			want: state{"a": "e1", "b": EventID("b")}, split: map[string]string{EventID("b"): "e1"},
		},
		{
			name: "a founder that leaves many behind does not take the id along", before: slices.Repeat([]string{EventID("a")}, 13),
			groups: []string{"a", "bcdefghijklm"},
			want: func() state {
				s := state{"a": EventID("a\x002")}
				for _, r := range "bcdefghijklm" {
					s[string(r)] = EventID("a")
				}
				return s
			}(),
			split: map[string]string{EventID("a\x002"): EventID("a")},
		},
		{
			name: "stories that change events end neither", before: []string{"e1", "e1", "e2", "e2", "e2"}, groups: []string{"a", "bcde"},
			want: state{"a": "e1", "b": "e2", "c": "e2", "d": "e2", "e": "e2"},
		},
		{
			name: "an event taken apart by others ends", before: []string{"e1", "e1", "e2", "e2", "e3", "e3"}, groups: []string{"acd", "bef"},
			want:  state{"a": "e2", "b": "e3", "c": "e2", "d": "e2", "e": "e3", "f": "e3"},
			ended: []Redirect{{"e1", "e2", ReasonSplit}},
		},
		{
			name: "settling names every event by its founder", before: []string{"e1", "e1", "e2"}, groups: []string{"ab", "c"}, found: true,
			want:  state{"a": EventID("a"), "b": EventID("a"), "c": EventID("c")},
			ended: []Redirect{{"e1", EventID("a"), ReasonRefounded}, {"e2", EventID("c"), ReasonRefounded}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := stories(t, tt.before...)
			ch := c.identify(groupsOf(tt.groups...), tt.found)
			got := state{}
			for id := range c.byID {
				got[id] = c.EventOf(id)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.ended, ch.Ended, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("ended (-want +got):\n%s", diff)
			}
			split := map[string]string{}
			for _, e := range ch.Events {
				if e.SplitFrom != "" {
					split[e.ID] = e.SplitFrom
				}
			}
			if diff := cmp.Diff(tt.split, split, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("splits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIdentityReportsOnlyWhatChanged(t *testing.T) {
	c := stories(t, "e1", "e1", "e2")
	ch := c.identify(groupsOf("ab", "c"), false)
	if len(ch.Events)+len(ch.Ended) != 0 {
		t.Errorf("nothing changed, reported %+v", ch)
	}
	ch = c.identify(groupsOf("abc"), false)
	want := []Event{{
		ID: "e1", Members: []string{"a", "b", "c"}, Founder: "a", First: c.stories[0].time, Last: c.stories[2].time, Cohesion: .9,
	}}
	if diff := cmp.Diff(want, ch.Events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRemovingTheLastStoryEndsItsEvent(t *testing.T) {
	c := stories(t, "e1", "e2", "e2")
	c.Remove("a")
	c.Remove("c")
	ch, err := c.Cluster(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Redirect{{From: "e1", Reason: ReasonRemoved}}, ch.Ended); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
	if len(ch.Events) != 1 || ch.Events[0].ID != "e2" || len(ch.Events[0].Members) != 1 {
		t.Errorf("events %+v, want e2 with one story", ch.Events)
	}
}

func TestEventIDIsShortAndStable(t *testing.T) {
	// Ids are in stores and in links that people keep: they must never change.
	for founder, want := range map[string]string{"story-1": "evevec24n1a", "story-2": "eev4azj18tz"} {
		if got := EventID(founder); got != want {
			t.Errorf("EventID(%q) = %q, want %q", founder, got, want)
		}
	}
}
