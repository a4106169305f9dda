package constraint

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func together(id uint64, level Level, stories ...string) Constraint {
	return Constraint{ID: id, Level: level, A: stories[:1], B: stories[1:]}
}

func apart(id uint64, level Level, a, b string) Constraint {
	return Constraint{ID: id, Level: level, Apart: true, A: []string{a}, B: []string{b}}
}

func TestContradictions(t *testing.T) {
	for _, tt := range []struct {
		name string
		list []Constraint
		want string // empty where they agree
	}{
		{"none", nil, ""},
		{"apart what nothing puts together", []Constraint{together(1, Event, "a", "b"), apart(2, Event, "a", "c")}, ""},
		{
			"apart what is together",
			[]Constraint{together(1, Event, "a", "b"), apart(2, Event, "b", "a")},
			"override 2 keeps b and a apart, but override 1 puts them into one event",
		},
		{
			"together by way of others",
			[]Constraint{apart(1, Event, "a", "d"), together(2, Event, "a", "b"), together(3, Event, "c", "d"), together(4, Event, "b", "c")},
			"override 1 keeps a and d apart, but override 2 with 4 with 3 puts them into one event",
		},
		{"two events of one thread", []Constraint{together(1, Thread, "a", "b"), apart(2, Event, "a", "b")}, ""},
		{
			"one event in two threads",
			[]Constraint{together(1, Event, "a", "b"), apart(2, Thread, "a", "b")},
			"override 2 keeps a and b apart, but override 1 puts them into one thread",
		},
		{
			"a story from itself",
			[]Constraint{apart(1, Event, "a", "a")},
			"override 1: story a is on both sides",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewSet(tt.list)
			var contradiction *ContradictionError
			got := ""
			if errors.As(err, &contradiction) {
				got = err.Error()
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecides(t *testing.T) {
	s, err := NewSet([]Constraint{together(1, Event, "a", "b"), apart(2, Thread, "a", "c"), together(3, Thread, "b", "d")})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		a, b  string
		level Level
		want  []uint64
	}{
		{"b", "a", Event, []uint64{1}},
		{"a", "b", Thread, []uint64{1}},
		{"a", "c", Event, []uint64{2}},
		{"b", "d", Event, nil},
		{"d", "b", Thread, []uint64{3}},
		{"b", "c", Event, nil},
	} {
		var got []uint64
		for _, c := range s.All() {
			if c.Decides([]string{tt.a}, []string{tt.b}, tt.level) {
				got = append(got, c.ID)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s and %s: %s", tt.a, tt.b, diff)
		}
	}
}

func TestChanged(t *testing.T) {
	set := func(list ...Constraint) *Set {
		s, err := NewSet(list)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one, two := together(1, Event, "b", "a"), apart(2, Event, "a", "c")
	if diff := cmp.Diff([]string{"a", "b"}, Changed(set(one, two), set(two))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "c"}, Changed(nil, set(two))); diff != "" {
		t.Error(diff)
	}
	// What is together with a story is held apart with it.
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, Changed(set(one, together(3, Thread, "b", "d")), set(one, together(3, Thread, "b", "d"), two))); diff != "" {
		t.Error(diff)
	}
}

// A thread that is told to hold two events carries along what else is in them.
func TestForestFollowsEventsIntoThreads(t *testing.T) {
	s, err := NewSet([]Constraint{together(1, Thread, "a", "b"), apart(2, Thread, "c", "d")})
	if err != nil {
		t.Fatal(err)
	}
	f := s.Forest()
	if !f.MayJoin([]string{"b"}, []string{"d"}) {
		t.Error("nothing keeps b from d yet")
	}
	f.JoinEvent([]string{"a", "x", "c"})
	if f.MayJoin([]string{"b", "y"}, []string{"d"}) {
		t.Error("b is in a thread with a, a in an event with c, which is apart from d")
	}
	if !f.MayJoin([]string{"y"}, []string{"d"}) || !f.MayJoin(nil, []string{"d"}) {
		t.Error("what no constraint names is free")
	}
}

// Joining only what may be joined never brings a set to contradict itself.
func TestForestKeepsTheSet(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	rapid.Check(t, func(rt *rapid.T) {
		var list []Constraint
		side := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 2, rapid.ID[string])
		for i := range rapid.IntRange(1, 6).Draw(rt, "constraints") {
			list = append(list, Constraint{
				ID: uint64(i + 1), Level: Level(rapid.IntRange(0, 1).Draw(rt, "level")), Apart: rapid.Bool().Draw(rt, "apart"),
				A: side.Draw(rt, "a"), B: side.Draw(rt, "b"),
			})
		}
		s, err := NewSet(list)
		if err != nil {
			return
		}
		f := s.Forest()
		side = rapid.SliceOfNDistinct(rapid.SampledFrom(f.Stories()), 1, 2, rapid.ID[string])
		for range rapid.IntRange(1, 8).Draw(rt, "joins") {
			a, b := side.Draw(rt, "x"), side.Draw(rt, "y")
			both := append(append([]string{}, a...), b...)
			free := true
			for i := range both {
				free = free && f.MayJoin(both[:i], both[i:i+1])
			}
			if !free {
				continue
			}
			f.JoinEvent(both)
			list = append(list, Constraint{ID: 100, A: both})
			if _, err := NewSet(list); err != nil {
				rt.Fatal(err)
			}
		}
	})
}
