package eval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// judge reads "a:x b:y" as story by story, gold before the colon and system behind it.
func judge(s string) []Judgement {
	var out []Judgement
	for i, f := range strings.Fields(s) {
		gold, system, _ := strings.Cut(f, ":")
		out = append(out, Judgement{Story: fmt.Sprint(i), Gold: gold, System: system})
	}
	return out
}

var near = cmpopts.EquateApprox(0, 1e-9)

func TestCompareByHand(t *testing.T) {
	tests := []struct {
		name, in string
		want     Scores
	}{
		{"nothing", "", Scores{}},
		{"equal under other names", "a:x a:x b:y", Scores{
			Stories: 3, GoldClusters: 2, Clusters: 2, Largest: 2, BCubed: PRF{1, 1, 1}, Pairwise: PRF{1, 1, 1}, ARI: 1,
		}},
		{"all alone is perfect where gold is", "a:x b:y c:z", Scores{
			Stories: 3, GoldClusters: 3, Clusters: 3, Largest: 1, BCubed: PRF{1, 1, 1}, Pairwise: PRF{1, 1, 1}, ARI: 1,
		}},
		// Stories 1-3 are a, 4 is b. The system has {1,2} and {3,4}: precision 1,1,1/2,1/2; recall 2/3,2/3,1/3,1.
		{"one story astray", "a:x a:x a:y b:y", Scores{
			Stories: 4, GoldClusters: 2, Clusters: 2, Largest: 2,
			BCubed:   PRF{.75, 2. / 3, 2 * .75 * (2. / 3) / (.75 + 2./3)},
			Pairwise: PRF{.5, 1. / 3, .4},
			ARI:      0, // together 1, expected 3*2/6 = 1
		}},
		{"a story without a cluster stands alone", "a:x a:", Scores{
			Stories: 2, GoldClusters: 1, Clusters: 2, Largest: 1, Missing: 1,
			BCubed: PRF{1, .5, 2. / 3}, Pairwise: PRF{1, 0, 0}, ARI: 0,
		}},
		{"everything in one cluster", "a:x a:x b:x b:x", Scores{
			Stories: 4, GoldClusters: 2, Clusters: 1, Largest: 4,
			BCubed: PRF{.5, 1, 2. / 3}, Pairwise: PRF{1. / 3, 1, .5}, ARI: 0,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Compare(judge(tt.in)), near); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func drawJudgements(t *rapid.T) []Judgement {
	n := rapid.IntRange(1, 40).Draw(t, "stories")
	out := make([]Judgement, n)
	for i := range out {
		out[i] = Judgement{
			Story:  fmt.Sprint(i),
			Gold:   fmt.Sprint("g", rapid.IntRange(0, 6).Draw(t, "gold")),
			System: fmt.Sprint("s", rapid.IntRange(0, 6).Draw(t, "system")),
		}
	}
	return out
}

// TestCompareByDefinition counts every pair and every story's clusters the slow way.
func TestCompareByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		js := drawJudgements(t)
		var p, r, both, inGold, inSystem float64
		for i, a := range js {
			var gold, system, common float64
			for k, b := range js {
				g, s := a.Gold == b.Gold, a.System == b.System
				if g {
					gold++
				}
				if s {
					system++
				}
				if g && s {
					common++
				}
				if k > i {
					if g {
						inGold++
					}
					if s {
						inSystem++
					}
					if g && s {
						both++
					}
				}
			}
			p += common / system
			r += common / gold
		}
		n := float64(len(js))
		got := Compare(js)
		want := []PRF{prf(p/n, r/n), prf(share(both, inSystem), share(both, inGold))}
		if diff := cmp.Diff(want, []PRF{got.BCubed, got.Pairwise}, near); diff != "" {
			t.Fatalf("(-definition +got):\n%s", diff)
		}
	})
}

func TestCompareIsSymmetricAndIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		js := drawJudgements(t)
		a := Compare(js)
		mixed := rapid.Permutation(js).Draw(t, "order")
		b := Compare(mixed)
		if diff := cmp.Diff(a, b, near); diff != "" {
			t.Fatalf("order matters (-first +shuffled):\n%s", diff)
		}
		for i := range mixed {
			mixed[i].Gold, mixed[i].System = mixed[i].System, mixed[i].Gold
		}
		c := Compare(mixed)
		if diff := cmp.Diff(a.BCubed.Precision, c.BCubed.Recall, near); diff != "" {
			t.Fatalf("precision one way is not recall the other way:\n%s", diff)
		}
		if diff := cmp.Diff(a.ARI, c.ARI, near); diff != "" {
			t.Fatalf("ARI is not symmetric:\n%s", diff)
		}
	})
}
