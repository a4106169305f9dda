package text

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
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

// stemStepwise is the suffix rule as it reads, one step after the other on a copy of the word.
func stemStepwise(w string) string {
	if len(w) <= 3 || w[0] >= '0' && w[0] <= '9' {
		return w
	}
	vowel := func(s string) bool { return strings.ContainsAny(s, "aeiouy") }
	undouble := func(s string) string {
		n := len(s)
		if n < 4 || s[n-1] != s[n-2] || strings.IndexByte("lszeo", s[n-1]) >= 0 {
			return s
		}
		return s[:n-1]
	}
	s := w
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		s = s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") && !strings.HasSuffix(s, "us") && !strings.HasSuffix(s, "is"):
		s = s[:len(s)-1]
	}
	if stem, ok := strings.CutSuffix(s, "ing"); ok && len(s) > 5 && vowel(stem) {
		s = undouble(stem)
	} else if stem, ok := strings.CutSuffix(s, "ed"); ok && len(s) > 4 && vowel(stem) {
		s = undouble(stem)
	}
	if n := len(s); n > 3 && s[n-1] == 'e' {
		s = s[:n-1]
	} else if n > 2 && s[n-1] == 'y' && !vowel(s[n-2:n-1]) {
		s = s[:n-1] + "i"
	}
	return s
}

// The stem that is read off a word without a copy is that of the rule, and its term too.
func TestStemIsThatOfTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.StringMatching("([a-z]{0,5}|[a-z]{2}[aeioulszetp]{1,3})(s|es|ies|ing|ings|ed|e|y|ays|eed)?").Draw(t, "word")
		if w == "" {
			return
		}
		want := stemStepwise(w)
		if got := Stem(w, "en"); got != want {
			t.Fatalf("stem of %q: %q, want %q", w, got, want)
		}
		if got := AppendTerms(nil, &Token{Fold: w}, "en"); len(got) != 1 || got[0] != TermOf(want) {
			t.Fatalf("term of %q: %v, want that of %q", w, got, want)
		}
	})
}
