package event

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// alike asks the same of all clusters.
func alike(threshold, density float64) joining {
	return joining{several: threshold, lone: threshold, pair: threshold, density: density}
}

func TestLinkage(t *testing.T) {
	tests := []struct {
		name    string
		n       int
		bonds   []bond
		density float64
		want    []int32
	}{
		{"nothing", 0, nil, 1, []int32{}},
		{"no bonds", 3, nil, 1, []int32{0, 1, 2}},
		{"one bond at the threshold joins", 2, []bond{{0, 1, .5}}, 0, []int32{0, 0}},
		{"one bond below it does not", 2, []bond{{0, 1, .49}}, 0, []int32{0, 1}},
		// 1-2 join first; 0 then has a mean of (.6 + 0)/2 with them.
		{"a chain does not carry", 3, []bond{{0, 1, .6}, {1, 2, .9}}, 0, []int32{0, 1, 1}},
		{"a missing pair counts as nothing", 4, []bond{{0, 1, .9}, {2, 3, .9}, {1, 2, .9}}, 0, []int32{0, 0, 2, 2}},
		{"a full square joins", 4, []bond{{0, 1, .9}, {2, 3, .9}, {0, 2, .6}, {0, 3, .6}, {1, 2, .6}, {1, 3, .6}}, 0, []int32{0, 0, 0, 0}},
		// Within pairs of .6 tightness is .8: the mean of .45 becomes .45/.8 = .56.
		{"loose clusters accept looser bonds", 4, []bond{{0, 1, .6}, {2, 3, .6}, {0, 2, .45}, {0, 3, .45}, {1, 2, .45}, {1, 3, .45}}, 1, []int32{0, 0, 0, 0}},
		{"and tight ones do not", 4, []bond{{0, 1, 1}, {2, 3, 1}, {0, 2, .45}, {0, 3, .45}, {1, 2, .45}, {1, 3, .45}}, 1, []int32{0, 0, 2, 2}},
		{"ties go to the first pair", 3, []bond{{0, 1, .8}, {1, 2, .8}}, 0, []int32{0, 0, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, linkage(tt.n, tt.bonds, alike(.5, tt.density), nil)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLinkageByDefinition compares the heap with a search over all pairs of clusters at every step.
func TestLinkageByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		u := make([][]float64, n)
		for i := range u {
			u[i] = make([]float64, n)
			u[i][i] = 1
		}
		var bonds []bond
		for a := range n {
			for b := a + 1; b < n; b++ {
				// Odd fractions make ties between different pairs of clusters unlikely.
				v := float64(rapid.IntRange(0, 9973).Draw(t, "link")) / 9973
				if rapid.Bool().Draw(t, "bond") {
					u[a][b], u[b][a] = v, v
					bonds = append(bonds, bond{int32(a), int32(b), v})
				}
			}
		}
		asked := joining{several: .49837, lone: rapid.SampledFrom([]float64{.31771, .49837, .60013}).Draw(t, "lone"), pair: .42731, density: 1.25}
		got := linkage(n, bonds, asked, nil)
		if diff := cmp.Diff(linkageSlow(u, asked), got); diff != "" {
			t.Fatalf("(-slow +got):\n%s", diff)
		}
	})
}

func linkageSlow(u [][]float64, asked joining) []int32 {
	clusters := make([][]int, len(u))
	for i := range clusters {
		clusters[i] = []int{i}
	}
	sum := func(a, b []int) (s float64) {
		for _, i := range a {
			for _, j := range b {
				s += u[i][j]
			}
		}
		return s
	}
	tight := func(a []int) float64 { return sum(a, a) / float64(len(a)*len(a)) }
	for {
		best, x, y := 0.0, -1, -1
		for i := range clusters {
			for j := i + 1; j < len(clusters); j++ {
				a, b := clusters[i], clusters[j]
				if a == nil || b == nil {
					continue
				}
				s := joinScore(sum(a, b), len(a), len(b), tight(a), tight(b), asked.density)
				excess := s / asked.measure(len(a), len(b))
				if s >= asked.at(len(a), len(b)) && excess > best+1e-12 {
					best, x, y = excess, i, j
				}
			}
		}
		if x < 0 {
			break
		}
		clusters[x] = append(clusters[x], clusters[y]...)
		clusters[y] = nil
	}
	out := make([]int32, len(u))
	for i, c := range clusters {
		for _, m := range c {
			out[m] = int32(i)
		}
	}
	return out
}

func TestSetsAreEquivalenceClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		s := newSets(n)
		naive := make([]int, n)
		for i := range naive {
			naive[i] = i
		}
		for range rapid.IntRange(0, 40).Draw(t, "unions") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			s.union(int32(a), int32(b))
			from, to := max(naive[a], naive[b]), min(naive[a], naive[b])
			for i := range naive {
				if naive[i] == from {
					naive[i] = to
				}
			}
		}
		for i := range naive {
			if got := s.find(int32(i)); int(got) != naive[i] {
				t.Fatalf("set of %d is named %d, its least member is %d", i, got, naive[i])
			}
		}
	})
}

func BenchmarkLinkage(b *testing.B) {
	var bonds []bond
	for i := range int32(2000) {
		for k := int32(1); k <= 60 && i+k < 2000; k++ {
			bonds = append(bonds, bond{i, i + k, float64((i*31+k*17)%100) / 100})
		}
	}
	b.Run(fmt.Sprint(len(bonds), " bonds"), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			linkage(2000, bonds, alike(.5, 1.25), nil)
		}
	})
}
