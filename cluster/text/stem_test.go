package text

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStemMeets(t *testing.T) {
	tests := []struct {
		lang  string
		words []string
	}{
		{"en", []string{"attack", "attacks", "attacked", "attacking"}},
		{"en", []string{"city", "cities"}},
		{"en", []string{"stop", "stops", "stopped", "stopping"}},
		{"en", []string{"close", "closes", "closed", "closing"}},
		{"en", []string{"press", "pressed"}},
		{"en", []string{"kill", "killed", "killing"}},
		{"de", []string{"regierung", "regierungen"}},
		{"ru", []string{"президент", "президента"}},
		{"ru", []string{"россия", "россии", "россию"}},
		{"sl", []string{"sportnik", "sportnika", "sportniki"}},
		{"ar", []string{"حكومة", "الحكومة", "والحكومة", "بالحكومة", "للحكومة"}},
	}
	for _, tt := range tests {
		want := Stem(tt.words[0], tt.lang)
		for _, w := range tt.words[1:] {
			if got := Stem(w, tt.lang); got != want {
				t.Errorf("Stem(%q, %s) = %q, but Stem(%q) = %q", w, tt.lang, got, tt.words[0], want)
			}
		}
	}
}

func TestStemKeeps(t *testing.T) {
	for _, w := range []string{"bus", "crisis", "us", "ring", "red", "thing", "3.5", "2024", "gas"} {
		if got := Stem(w, "en"); got != w {
			t.Errorf("Stem(%q) = %q", w, got)
		}
	}
}

func TestStemArabicKeepsShortWords(t *testing.T) {
	for _, w := range []string{"الله", "والد", "بال", "الف"} {
		if got := Stem(w, "ar"); got != w {
			t.Errorf("Stem(%q) = %q: what looks like an article belongs to the word", w, got)
		}
	}
}

func TestBigrams(t *testing.T) {
	tests := []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"市", []string{"市"}},
		{"台北", []string{"台北"}},
		{"台北市警", []string{"台北", "北市", "市警"}},
		{"กิน", []string{"กิน"}},
	}
	for _, tt := range tests {
		var got []string
		Bigrams(tt.in, func(s string) { got = append(got, s) })
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Bigrams(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestTermIsNeverZeroAndStable(t *testing.T) {
	if got, want := TermOf("harbour"), TermOfBytes([]byte("harbour")); got != want || got == 0 {
		t.Errorf("TermOf = %d, TermOfBytes = %d", got, want)
	}
	terms := AppendTerms(nil, &Token{Fold: "台北市", Kind: CJK}, "zh")
	if want := []Term{TermOf("台北"), TermOf("北市")}; !slices.Equal(terms, want) {
		t.Errorf("terms of a run = %v, want %v", terms, want)
	}
}
