package event

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

func TestIDFBlendsBackgroundAndStore(t *testing.T) {
	bg := text.LoadBackground("en")
	term := func(w string) text.Term { return text.TermOf(text.Stem(w, "en")) }
	one := Features{lang: "en", terms: []text.Term{term("bridge")}, tf: []uint8{1}}
	fs := make([]*Features, 400)
	for i := range fs {
		fs[i] = &one
	}
	empty, full := newVocabulary(bg, nil), newVocabulary(bg, fs)
	if a, b := empty.idf(term("bridge")), full.idf(term("bridge")); a < 3 || b > 1.5 {
		t.Errorf("bridge is worth %.2f at first and %.2f where every story has it", a, b)
	}
	if got := empty.idf(term("the")); got != 0 {
		t.Errorf("a function word is worth %v", got)
	}
	want := -math.Log(.5 / 1001)
	if got := float64(empty.idf(term("qqxyzzy"))); math.Abs(got-want) > 1e-5 {
		t.Errorf("an unknown word is worth %v, want %v", got, want)
	}
}

func TestCounterCountsLikeAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, want := newCounter(1), map[text.Term]int32{}
		for _, x := range rapid.SliceOfN(rapid.Uint32Range(1, 3000), 0, 2000).Draw(t, "terms") {
			c.add(text.Term(x), 1)
			want[text.Term(x)]++
		}
		for x := range text.Term(3001) {
			if x > 0 && c.get(x) != want[x] {
				t.Fatalf("term %d counted %d times, want %d", x, c.get(x), want[x])
			}
		}
	})
}
