package text

import (
	"errors"
	"math"
	"testing"
)

func TestBackgroundEnglishKnowsCommonAndRareWords(t *testing.T) {
	b := LoadBackground("en")
	share := func(w string) float64 { return b.Share(TermOf(Stem(w, "en"))) }
	if got := share("the"); got < .95 {
		t.Errorf("share of a function word = %.3f", got)
	}
	if common, rare := share("government"), share("bridge"); common < 2*rare || rare == 0 {
		t.Errorf("share of government %.3f, of bridge %.3f", common, rare)
	}
	if got := share("qqxyzzy"); got != 0 {
		t.Errorf("share of an unknown word = %v", got)
	}
	if c, seen := b.Capital(TermOf(Stem("london", "en"))); c < .9 || seen < 16 {
		t.Errorf("london is capitalised %.2f of %d", c, seen)
	}
	if c, _ := b.Capital(TermOf(Stem("bridge", "en"))); c > .8 {
		t.Errorf("bridge is capitalised %.2f", c)
	}
}

func TestBackgroundFallsBackToFunctionWords(t *testing.T) {
	for _, lang := range []string{"de", "fr", "es", "pt", "it", "nl", "ru", "ar", "sv", "pl", "tr", "vi"} {
		b := LoadBackground(lang)
		if b.Counted() || b.Size() < 30 {
			t.Errorf("%s: counted %v, %d terms", lang, b.Counted(), b.Size())
		}
	}
	if b := LoadBackground("xx"); b.Size() != 0 || b.Share(TermOf("word")) != 0 {
		t.Errorf("a language without a list knows %d terms", b.Size())
	}
	if b := LoadBackground("de"); b.Share(TermOf("und")) != .5 || b.Share(TermOf("brücke")) != 0 {
		t.Error("function words must count as half of all articles, other words as unknown")
	}
}

func TestBackgroundRoundTrip(t *testing.T) {
	entries := []BackgroundEntry{
		{Term: 1, Docs: 2, Inside: 0},
		{Term: 77, Docs: 1000, Inside: 40, Capital: 40},
		{Term: math.MaxUint32, Docs: 50, Inside: 9, Capital: 3},
	}
	data, err := EncodeBackground(entries, 1000, 2)
	if err != nil {
		t.Fatal(err)
	}
	b, err := DecodeBackground(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if got, want := b.Share(e.Term), float64(e.Docs)/1000; math.Abs(got-want) > .02*want {
			t.Errorf("share of %d = %v, want %v within 2 %%", e.Term, got, want)
		}
		if _, seen := b.Capital(e.Term); seen > e.Inside {
			t.Errorf("term %d seen %d of %d times", e.Term, seen, e.Inside)
		}
	}
}

func FuzzBackground(f *testing.F) {
	data, err := EncodeBackground([]BackgroundEntry{{Term: 9, Docs: 3, Inside: 2, Capital: 1}}, 10, 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := DecodeBackground(data)
		if err != nil {
			if !errors.Is(err, ErrBackground) {
				t.Errorf("error %v is no ErrBackground", err)
			}
			return
		}
		b.Share(9)
		b.Capital(math.MaxUint32)
	})
}
