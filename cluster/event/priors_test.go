package event

import (
	"math"
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

func TestPriorsAreTheBackgroundShares(t *testing.T) {
	for _, lang := range []string{"en", "de", "xx"} {
		bg := text.LoadBackground(lang)
		p := newPriors(bg)
		for _, w := range []string{"the", "und", "president", "haus", "bridge", "qqxyzzy"} {
			term := text.TermOf(text.Stem(w, lang))
			m := backgroundMassOf(bg)
			want := float32(-math.Log((m*bg.Share(term) + .5) / (m + 1)))
			if want < minIDF {
				want = 0
			}
			if got := p.idf(term); got != want {
				t.Errorf("%s in %s is worth %v, want %v", w, lang, got, want)
			}
		}
	}
}
