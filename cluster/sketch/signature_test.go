package sketch_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/sketch"
)

// wordsOf makes words of the kinds that break weak hashes: prose, numbered ids and plain counters.
func wordsOf(kind string, from, n int) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		switch kind {
		case "text":
			out[i] = xxh3.HashString(fmt.Sprintf("w%dx", (from+i)*7919%100003))
		case "ids":
			out[i] = xxh3.HashString(fmt.Sprintf("item%06d", from+i))
		case "counters":
			out[i] = uint64(from + i)
		}
	}
	return out
}

func TestEstimateErrorStaysWithinTheory(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"text", "ids", "counters"} {
		for _, want := range []float64{0.2, 0.5, 0.8} {
			t.Run(fmt.Sprintf("%s/%.1f", kind, want), func(t *testing.T) {
				t.Parallel()
				const trials, size = 700, 300
				shared := int(math.Round(2 * size * want / (1 + want)))
				var sum, bias float64
				for trial := range trials {
					at := trial * 1000
					a := sketch.AppendShingles(nil, wordsOf(kind, at, size+2))
					b := sketch.AppendShingles(nil, wordsOf(kind, at+size-shared, size+2))
					exact := sketch.NewSet(a).Compare(sketch.NewSet(b)).Jaccard
					var x, y sketch.Signature
					x.Sign(a)
					y.Sign(b)
					d := x.Similarity(&y) - exact
					sum += d * d
					bias += d
				}
				rmse, theory := math.Sqrt(sum/trials), math.Sqrt(want*(1-want)/sketch.Size)
				if rmse > 1.1*theory {
					t.Errorf("RMSE %.4f is %.2f of theory %.4f, want at most 1.1", rmse, rmse/theory, theory)
				}
				if b := math.Abs(bias / trials); b > 4*theory/math.Sqrt(trials) {
					t.Errorf("bias %.4f is no chance", b)
				}
			})
		}
	}
}

func TestSmallSets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		words []uint64
		signs bool
		size  int
	}{
		{"no word", nil, false, 0},
		{"one word", []uint64{7}, true, 1},
		{"two words", []uint64{7, 8}, true, 1},
		{"three words", []uint64{7, 8, 9}, true, 1},
		{"one word a thousand times", make([]uint64, 1000), true, 1},
		{"two shingles", []uint64{1, 2, 3, 4}, true, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shingles := sketch.AppendShingles(nil, tt.words)
			var sig sketch.Signature
			if got := sig.Sign(shingles); got != tt.signs {
				t.Errorf("Sign reports %v, want %v", got, tt.signs)
			}
			if got := sketch.NewSet(shingles).Len(); got != tt.size {
				t.Errorf("set of %d, want %d", got, tt.size)
			}
		})
	}
}

func TestEmptySetsAreLikeNothing(t *testing.T) {
	t.Parallel()
	empty, one := sketch.NewSet(nil), sketch.NewSet([]uint64{1 << 40})
	for _, r := range []sketch.Ratios{empty.Compare(empty), empty.Compare(one), one.Compare(empty)} {
		if diff := cmp.Diff(sketch.Ratios{}, r); diff != "" {
			t.Errorf("ratios (-want +got):\n%s", diff)
		}
	}
}

// The bytes of a known text hold the function that Version names: stored signatures depend on them.
func TestSignatureIsPinned(t *testing.T) {
	t.Parallel()
	var sig sketch.Signature
	sig.Sign(sketch.AppendShingles(nil, wordsOf("text", 0, 400)))
	keys := sig.Keys()
	var lead [3]uint32
	sketch.LeadKeys(lead[:], sketch.AppendShingles(nil, wordsOf("text", 0, 60)))
	got := fmt.Sprintf("v%d sig %08x %08x %08x keys %08x %08x lead %08x", sketch.Version, sig[0], sig[1], sig[125], keys[0], keys[41], lead)
	const want = "v1 sig 6e813fbb 953a94d2 1206c2d2 keys 4c3cfd83 6b4767b3 lead [508580b4 b6cf8cc7 4d11c8ef]"
	if got != want {
		t.Errorf("the sketch has changed: raise Version and pin it anew\n got %s\nwant %s", got, want)
	}
}

func TestOrderAndRepeatsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Uint64(), 1, 300).Draw(t, "shingles")
		b := rapid.Permutation(append(append([]uint64(nil), a...), a[:len(a)/2]...)).Draw(t, "shuffled")
		var x, y sketch.Signature
		x.Sign(a)
		y.Sign(b)
		if x != y || x.Keys() != y.Keys() {
			t.Fatal("order or repeats changed the signature")
		}
	})
}

func TestSetAgreesWithMaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.SliceOf(rapid.Map(rapid.Uint64Range(0, 60), func(v uint64) uint64 { return v << 32 }))
		a, b := gen.Draw(t, "a"), gen.Draw(t, "b")
		in := func(list []uint64) map[uint32]bool {
			m := map[uint32]bool{}
			for _, v := range list {
				m[max(uint32(v>>32), 1)] = true
			}
			return m
		}
		x, y := in(a), in(b)
		shared := 0
		for v := range x {
			if y[v] {
				shared++
			}
		}
		sa, sb := sketch.NewSet(a), sketch.NewSet(b)
		if sa.Len() != len(x) || sa.Overlap(sb) != shared || sb.Overlap(sa) != shared {
			t.Fatalf("got %d of %d and %d, want %d of %d and %d", sa.Overlap(sb), sa.Len(), sb.Len(), shared, len(x), len(y))
		}
	})
}

func BenchmarkSign(b *testing.B) {
	shingles := sketch.AppendShingles(nil, wordsOf("text", 0, 500))
	var sig sketch.Signature
	b.ReportAllocs()
	for b.Loop() {
		sig.Sign(shingles)
	}
}

func BenchmarkKeys(b *testing.B) {
	var sig sketch.Signature
	sig.Sign(sketch.AppendShingles(nil, wordsOf("text", 0, 500)))
	b.ReportAllocs()
	for b.Loop() {
		_ = sig.Keys()
	}
}

func BenchmarkCompareSets(b *testing.B) {
	x := sketch.NewSet(sketch.AppendShingles(nil, wordsOf("text", 0, 500)))
	y := sketch.NewSet(sketch.AppendShingles(nil, wordsOf("text", 250, 500)))
	b.ReportAllocs()
	for b.Loop() {
		x.Compare(y)
	}
}
