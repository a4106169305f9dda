package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIDsThatChange(t *testing.T) {
	type at = map[string]string
	type step struct {
		now  at
		said Publication
	}
	ended := func(pairs ...string) Publication {
		p := Publication{Ended: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			p.Ended[pairs[i]] = pairs[i+1]
		}
		return p
	}
	for _, tt := range []struct {
		name  string
		ticks []step
		want  Identity
	}{
		{"growth", []step{{now: at{"a": "X"}}, {now: at{"a": "X", "b": "X"}}}, Identity{Members: 2, IDs: 1}},
		{
			"a merge that is told",
			[]step{{now: at{"a": "X", "b": "Y"}}, {at{"a": "X", "b": "X"}, ended("Y", "X")}},
			Identity{Members: 2, IDs: 2, Changed: 1, Merged: 1},
		},
		{
			"a merge that is not told",
			[]step{{now: at{"a": "X", "b": "Y"}}, {now: at{"a": "X", "b": "X"}}},
			Identity{Members: 2, IDs: 2, Changed: 1, Merged: 1, Unpublished: 1},
		},
		{
			"a split that is told",
			[]step{{now: at{"a": "X", "b": "X"}}, {at{"a": "X", "b": "Y"}, Publication{Lost: map[string]bool{"X": true}}}},
			Identity{Members: 2, IDs: 2, Changed: 1, Split: 1},
		},
		{
			"a split that is not told",
			[]step{{now: at{"a": "X", "b": "X"}}, {now: at{"a": "X", "b": "Y"}}},
			Identity{Members: 2, IDs: 2, Changed: 1, Split: 1, Unpublished: 1},
		},
		{
			"another name is none of these, told or not",
			[]step{{now: at{"a": "X"}}, {at{"a": "Y", "b": "Y"}, ended("X", "Y")}},
			Identity{Members: 2, IDs: 2, Changed: 1, Unpublished: 1},
		},
		{
			"ids lead on to the end", []step{
				{now: at{"a": "X", "b": "Y", "c": "Z"}}, {at{"a": "X", "b": "Y", "c": "Y"}, ended("Z", "Y")}, {at{"a": "X", "b": "X", "c": "X"}, ended("Y", "X")},
			}, Identity{Members: 3, IDs: 3, Changed: 2, Merged: 2},
		},
		{
			"ids that lead nowhere",
			[]step{{now: at{"a": "X", "b": "Y"}}, {at{"a": "X", "b": "X"}, ended("Y", "W")}},
			Identity{Members: 2, IDs: 2, Changed: 1, Merged: 1, Dangling: 1},
		},
		{"what is gone may lead nowhere", []step{{now: at{"a": "X", "b": "Y"}}, {at{"a": "X"}, ended("Y", "")}}, Identity{Members: 1, IDs: 2}},
		{
			"an id that comes back",
			[]step{{now: at{"a": "X", "b": "Y"}}, {at{"a": "X", "b": "X"}, ended("Y", "X")}, {at{"a": "X", "b": "Y"}, Publication{Lost: map[string]bool{"X": true}}}},
			Identity{Members: 2, IDs: 2, Changed: 1, Merged: 1, Split: 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := NewIDs()
			for _, s := range tt.ticks {
				x.Tick(s.now, s.said)
			}
			if diff := cmp.Diff(tt.want, x.Identity()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
