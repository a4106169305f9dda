package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRewrite(t *testing.T) {
	long := strings.Repeat("The ferries of Velm sail every hour from the old harbour to the island. ", 400)
	for _, tt := range []struct {
		name          string
		before, after [2]string
		want          Rewrite
	}{
		{"a word", [2]string{"Harbour", "Two people were hurt in the harbour."}, [2]string{"Harbour", "Three people were hurt in the harbour."}, Rewrite{
			Added: 1, Removed: 1, Passages: []Passage{{Removed: "Two", Added: "Three", After: "people were hurt in"}},
		}},
		{"the headline alone", [2]string{"Harbour closed", "Text."}, [2]string{"Harbour open", "Text."}, Rewrite{
			TitleBefore: "Harbour closed", TitleAfter: "Harbour open", Passages: []Passage{},
		}},
		{"a sentence at the end", [2]string{"", "Ferries wait."}, [2]string{"", "Ferries wait.\n\nThey sail tomorrow."}, Rewrite{
			Added: 3, Passages: []Passage{{Before: "Ferries wait.", Added: "They sail tomorrow."}},
		}},
		{"places apart", [2]string{"", "a b c d e f g h"}, [2]string{"", "a X c d e f h"}, Rewrite{
			Added: 1, Removed: 2, Passages: []Passage{{"a", "b", "X", "c d e f"}, {"c d e f", "g", "", "h"}},
		}},
		{"a script without spaces", [2]string{"", "渡轮今天复航。"}, [2]string{"", "渡轮明天复航。"}, Rewrite{
			Added: 1, Removed: 1, Passages: []Passage{{"渡轮", "今", "明", "天复航。"}},
		}},
		{"all of it", [2]string{"", ""}, [2]string{"", "Ferries"}, Rewrite{Added: 1, Passages: []Passage{{Added: "Ferries"}}}},
		{"nothing", [2]string{"a", "b"}, [2]string{"a", "b"}, Rewrite{Passages: []Passage{}}},
		{"a word in a long text", [2]string{"", long + "Two" + long}, [2]string{"", long + "Six" + long}, Rewrite{
			Added: 1, Removed: 1, Passages: []Passage{{"harbour to the island.", "TwoThe", "SixThe", "ferries of Velm sail"}},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := rewrite(tt.before[0], tt.before[1], tt.after[0], tt.after[1])
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRewriteCountsWords holds that what is told explains the difference, of any two texts and whatever the way there.
func TestRewriteCountsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "渡", "轮"}), 0, 60)
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		before, after := strings.Join(a, " "), strings.Join(b, " ")
		r := rewrite("", before, "", after)
		if r.Added-r.Removed != len(b)-len(a) {
			t.Fatalf("%d added and %d removed between %d and %d words", r.Added, r.Removed, len(a), len(b))
		}
		if (before == after) != (len(r.Passages) == 0) || r.Added > len(b) || r.Removed > len(a) {
			t.Fatalf("%+v", r)
		}
		least, most := apart(wordsOf(before), wordsOf(after))
		if r.Removed < least || r.Added < most {
			t.Fatalf("%d and %d words, fewer than the %d and %d that only one has", r.Removed, r.Added, least, most)
		}
		gaps, ok := differences(wordsOf(before), wordsOf(after))
		var made []string
		at := 0
		for _, g := range gaps {
			made = append(append(made, a[at:g.fromA]...), b[g.fromB:g.toB]...)
			at = g.toA
		}
		if made = append(made, a[at:]...); !ok || strings.Join(made, " ") != after {
			t.Fatalf("the differences lead to %v", made)
		}
	})
}

func TestRewriteOfTextsThatAreOthers(t *testing.T) {
	before, after := strings.Repeat("one two ", 5000), strings.Repeat("three four five ", 5000)
	r := rewrite("", before, "", after)
	if r.Removed != 10000 || r.Added != 15000 || len(r.Passages) != 1 || len(r.Passages[0].Added) > passageBytes+8 {
		t.Errorf("%d removed, %d added, %d passages", r.Removed, r.Added, len(r.Passages))
	}
}
