package identity_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/identity"
)

// Members are letters or numbers in their order. The name of a cluster is its first member in capitals.

func rules(now [][]rune) identity.Rules[rune] {
	return identity.Rules[rune]{
		Compare: func(a, b rune) int { return cmp.Compare(a, b) },
		Name: func(n, try int) string {
			name := strings.ToUpper(string(slices.Min(now[n])))
			if try > 1 {
				name += fmt.Sprint(try)
			}
			return name
		},
	}
}

func TestAssign(t *testing.T) {
	tests := []struct {
		name  string
		old   string // "X:abc Y:de"
		now   string // "abc de"
		found bool
		taken string
		ids   string // parallel to now
		split string // parallel to now, - for none
		ended []identity.Redirect
	}{
		{name: "new clusters are named after their first members", now: "ac b", ids: "A B"},
		{name: "what grows keeps its id", old: "X:bc", now: "bcd", ids: "X"},
		{name: "also when an earlier member comes late", old: "X:bc", now: "abc", ids: "X"},
		{name: "and when most of it is new", old: "X:m", now: "abcdefghijklmnopqrstuvwxyz", ids: "X"},
		{name: "and when most of what it was is gone", old: "X:abcdefm", now: "mnopqrstuvwxyz", ids: "X"},
		{
			name: "the older of two gives its id to what they become", old: "X:a Y:bcd", now: "abcd", ids: "X",
			ended: []identity.Redirect{{From: "Y", To: "X", Reason: identity.Merged}},
		},
		{
			name: "unless the younger is four times as heavy", old: "X:a Y:bcdefghijklmn", now: "abcdefghijklmn", ids: "Y",
			ended: []identity.Redirect{{From: "X", To: "Y", Reason: identity.Merged}},
		},
		{name: "a split leaves the id with the founding member", old: "X:abcd", now: "a bcd", ids: "X B", split: "- X"},
		{
			name: "unless the other part is four times as heavy", old: "X:abcdefghijklmn", now: "a bcdefghijklmn", ids: "A X", split: "X -",
		},
		{name: "a name in use gets a number", old: "A:abcdefghijklmn", now: "a bcdefghijklmn", ids: "A2 A", split: "A -"},
		{name: "also one that somebody else uses", old: "X:b", now: "a b", taken: "A A2", ids: "A3 X"},
		{
			name: "members that change clusters end neither", old: "X:ab Y:cde", now: "a bcde", ids: "X Y",
		},
		{
			name: "what loses a member and takes in a younger cluster keeps its id", old: "X:abc Y:def Z:ghi", now: "abdef cghi", ids: "X Z",
			ended: []identity.Redirect{{From: "Y", To: "X", Reason: identity.Merged}},
		},
		{
			name: "a part gives way to a whole", old: "X:ab Y:cd Z:ef", now: "acd bef", ids: "Y Z",
			ended: []identity.Redirect{{From: "X", To: "Y", Reason: identity.Split}},
		},
		{
			name: "an id whose core went elsewhere stays with the other half", old: "W:a X:bcde", now: "abc de", ids: "W X",
		},
		{
			name: "a remnant does not hold an id", old: "W:a X:bcdefg", now: "abcdef g", ids: "W G",
			ended: []identity.Redirect{{From: "X", To: "W", Reason: identity.Split}},
		},
		{
			name: "what is gone ends nowhere", old: "X:ab Y:c", now: "c", ids: "Y",
			ended: []identity.Redirect{{From: "X", Reason: identity.Removed}},
		},
		{
			name: "founding names every cluster after its first member", old: "X:ab Y:c B:d", now: "ab c d", found: true, ids: "A C D",
			ended: []identity.Redirect{
				{From: "B", To: "D", Reason: identity.Refounded}, {From: "X", To: "A", Reason: identity.Refounded}, {From: "Y", To: "C", Reason: identity.Refounded},
			},
		},
		{name: "founding ends no id that it gives again", old: "B:a A:b", now: "a b", found: true, ids: "A B"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var now [][]rune
			for _, s := range strings.Fields(tt.now) {
				now = append(now, []rune(s))
			}
			var old []identity.Old[rune]
			for _, s := range strings.Fields(tt.old) {
				id, members, _ := strings.Cut(s, ":")
				old = append(old, identity.Old[rune]{ID: id, Members: []rune(members)})
			}
			r := rules(now)
			r.Found = tt.found
			r.Taken = func(id string) bool { return slices.Contains(strings.Fields(tt.taken), id) }
			want := identity.Result{IDs: strings.Fields(tt.ids), SplitFrom: make([]string, len(now)), Ended: tt.ended}
			for i, s := range strings.Fields(tt.split) {
				want.SplitFrom[i] = strings.Trim(s, "-")
			}
			got := identity.Assign(old, now, r)
			if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// partition draws clusters of some numbers.
func partition(t *rapid.T, members []rune, label string) [][]rune {
	of := map[int][]rune{}
	most := rapid.IntRange(1, max(1, len(members))).Draw(t, label+" clusters at most")
	for _, m := range members {
		k := rapid.IntRange(0, most-1).Draw(t, label+" cluster")
		of[k] = append(of[k], m)
	}
	var out [][]rune
	for k := range most {
		if len(of[k]) > 0 {
			out = append(out, of[k])
		}
	}
	return out
}

func numbers(n int) []rune {
	out := make([]rune, n)
	for i := range out {
		out[i] = rune(0x4e00 + i) // letters without capitals
	}
	return out
}

func olds(clusters [][]rune) []identity.Old[rune] {
	var out []identity.Old[rune]
	for i, members := range clusters {
		out = append(out, identity.Old[rune]{ID: fmt.Sprint("old", i), Members: members})
	}
	return out
}

func TestAnyChangeKeepsTheInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := numbers(rapid.IntRange(1, 30).Draw(t, "members"))
		some := func(label string) []rune {
			return slices.DeleteFunc(slices.Clone(all), func(rune) bool { return rapid.IntRange(0, 5).Draw(t, label) == 0 })
		}
		old, now := olds(partition(t, some("gone before"), "old")), partition(t, some("gone now"), "new")
		r := rules(now)
		r.Found = rapid.Bool().Draw(t, "found")
		got := identity.Assign(old, now, r)

		given := map[string]int{}
		for i, id := range got.IDs {
			if at, twice := given[id]; id == "" || twice {
				t.Fatalf("clusters %d and %d have the id %q", at, i, id)
			}
			given[id] = i
		}
		home := map[rune]int{}
		for i, members := range now {
			for _, m := range members {
				home[m] = i
			}
		}
		ended := map[string]identity.Redirect{}
		for _, e := range got.Ended {
			ended[e.From] = e
		}
		for _, o := range old {
			share, sources, alive := map[int]int{}, map[int]bool{}, 0
			for _, m := range o.Members {
				if n, ok := home[m]; ok {
					share[n]++
					alive++
				}
			}
			for _, other := range old {
				for _, m := range other.Members {
					if n, ok := home[m]; ok && other.ID != o.ID {
						sources[n] = true
					}
				}
			}
			e, has := ended[o.ID]
			if at, live := given[o.ID]; live == has {
				t.Fatalf("%s: ended %t, live %t", o.ID, has, live)
			} else if live && share[at] == 0 && !r.Found {
				t.Errorf("%s has none of its members", o.ID)
			}
			for n, k := range share {
				if k == alive && !sources[n] && got.IDs[n] != o.ID && !r.Found {
					t.Errorf("%s only grew or shrank and became %s", o.ID, got.IDs[n])
				}
				if has && k > share[given[e.To]] {
					t.Errorf("%s leads to %s with %d of its members, %s has %d", o.ID, e.To, share[given[e.To]], got.IDs[n], k)
				}
			}
			if _, live := given[e.To]; has && (alive > 0) != live {
				t.Errorf("%s has %d members left and leads to %q", o.ID, alive, e.To)
			}
			delete(ended, o.ID)
		}
		if len(ended) > 0 {
			t.Errorf("ended and never given: %v", ended)
		}
		for i, from := range got.SplitFrom {
			if _, live := given[from]; from != "" && (!live || given[from] == i) {
				t.Errorf("%s left %s, which does not live on", got.IDs[i], from)
			}
		}

		// Another order of everything.
		turn := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range now {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order of the new")
		other := make([][]rune, len(now))
		for i, k := range turn {
			other[i] = rapid.Permutation(now[k]).Draw(t, "order of members")
		}
		moved := rapid.Permutation(old).Draw(t, "order of the old")
		for i := range moved {
			moved[i].Members = rapid.Permutation(moved[i].Members).Draw(t, "order of old members")
		}
		r2 := rules(other)
		r2.Found = r.Found
		again := identity.Assign(moved, other, r2)
		for i, k := range turn {
			if again.IDs[i] != got.IDs[k] || again.SplitFrom[i] != got.SplitFrom[k] {
				t.Fatalf("in another order cluster %d is %s from %q, was %s from %q", k, again.IDs[i], again.SplitFrom[i], got.IDs[k], got.SplitFrom[k])
			}
		}
		if diff := gocmp.Diff(got.Ended, again.Ended); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	})
}

// Clusters that have the names of their founding members get them back when they come together and apart again.
func TestTheInverseSplitUndoesAMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := numbers(rapid.IntRange(1, 60).Draw(t, "members"))
		apart := partition(t, all, "old")
		r := rules(apart)
		r.Found = true
		names := identity.Assign(nil, apart, r).IDs
		var old []identity.Old[rune]
		for i := range apart {
			old = append(old, identity.Old[rune]{ID: names[i], Members: apart[i]})
		}
		whole := [][]rune{all}
		merged := identity.Assign(old, whole, rules(whole))
		back := identity.Assign([]identity.Old[rune]{{ID: merged.IDs[0], Members: all}}, apart, rules(apart))
		if diff := gocmp.Diff(names, back.IDs); diff != "" {
			t.Errorf("(-before +after):\n%s", diff)
		}
	})
}

// Any number of steps of growth leaves the id as it was.
func TestGrowthNeverChangesAnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left := rapid.Permutation(numbers(rapid.IntRange(2, 40).Draw(t, "members"))).Draw(t, "order")
		have := []rune{left[0]}
		for left = left[1:]; len(left) > 0; {
			n := rapid.IntRange(1, len(left)).Draw(t, "more")
			old := []identity.Old[rune]{{ID: "old", Members: have}}
			have = append(slices.Clone(have), left[:n]...)
			left = left[n:]
			now := [][]rune{have}
			if got := identity.Assign(old, now, rules(now)); got.IDs[0] != "old" || len(got.Ended) > 0 {
				t.Fatalf("%+v", got)
			}
		}
	})
}
