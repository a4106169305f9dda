package text

import (
	"errors"
	"math"
	"slices"
	"strings"
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

// TestBackgroundTables holds every embedded table to what a table is for: grammar is everywhere, the words of news are
// common, and what a story is about is rare. The words are written as in running text.
func TestBackgroundTables(t *testing.T) {
	tests := []struct{ lang, everywhere, common, rare string }{
		{"ar", "في من على", "الحكومة الشرطة رئيس", "مستودع زرافة"},
		{"cs", "a na se", "vlády policie prezident", "žirafa"},
		{"de", "der und in", "Regierung Polizei Präsident", "Giraffe"},
		{"es", "el de que", "Gobierno policía presidente", "jirafa"},
		{"fa", "در از به", "دولت پلیس رئیس", "زرافه"},
		{"fr", "le de et", "gouvernement police président", "girafe"},
		{"id", "yang di dan", "pemerintah polisi presiden", "jerapah"},
		{"it", "di il che", "governo polizia presidente", "giraffa"},
		{"nl", "de het een", "politie minister president", "giraffe"},
		{"pl", "w i na", "rządu policja prezydent", "żyrafa"},
		{"pt", "o de que", "governo polícia presidente", "girafa"},
		{"ru", "в и на", "правительство полиция президент", "жирафа"},
		{"sl", "je in na", "vlade policija predsednik", "žirafa"},
		{"sv", "och i att", "regeringen polisen president", "giraff"},
		{"tr", "ve bir bu", "polis başkan", "zürafa"},
		{"uk", "в на та", "уряд поліція президент", "жирафа"},
		{"vi", "và của có", "chính phủ công an", "rụi"},
		{"zh", "的一 这个", "政府 总统", "仓库 纵火"},
	}
	for _, test := range tests {
		b := LoadBackground(test.lang)
		if !b.Counted() || b.Estimated() == (test.lang == "zh") {
			t.Errorf("%s: counted %v, estimated %v", test.lang, b.Counted(), b.Estimated())
		}
		shares := func(words string) (out []float64) {
			for _, token := range AppendTokens(nil, words) {
				for _, term := range AppendTerms(nil, &token, test.lang) {
					out = append(out, b.Share(term))
				}
			}
			return out
		}
		everywhere, common, rare := shares(test.everywhere), shares(test.common), shares(test.rare)
		if test.lang != "zh" && slices.Min(everywhere) < .8 {
			t.Errorf("%s: %q have shares %.2f", test.lang, test.everywhere, everywhere)
		}
		if slices.Min(common) < .02 || slices.Max(common) > .95 {
			t.Errorf("%s: %q have shares %.3f", test.lang, test.common, common)
		}
		if slices.Max(rare) > slices.Min(common)/2 {
			t.Errorf("%s: %q have shares %.3f, not far below %.3f of %q", test.lang, test.rare, rare, common, test.common)
		}
	}
}

func TestBackgroundFilesDecode(t *testing.T) {
	files, err := backgroundTables.ReadDir("backgrounds")
	if err != nil {
		t.Fatal(err)
	}
	size := len(backgroundEnglish)
	for _, f := range files {
		data := backgroundData(strings.TrimSuffix(f.Name(), ".bin.gz"))
		b, err := DecodeBackground(data)
		if err != nil || b.Size() < 3000 {
			t.Errorf("%s: %d terms, error %v", f.Name(), b.Size(), err)
		}
		size += len(data)
	}
	if len(files) < 20 || size > 3<<19 {
		t.Errorf("%d tables of %d bytes; the binary should not grow by more than 1.5 MB", len(files), size)
	}
}

func TestBackgroundOfAnUnknownLanguageKnowsNothing(t *testing.T) {
	for _, lang := range []string{"xx", "", "und", "../background_en"} {
		if b := LoadBackground(lang); b.Counted() || b.Size() != 0 || b.Share(TermOf("word")) != 0 {
			t.Errorf("%q: a language without a table knows %d terms", lang, b.Size())
		}
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
	if b.Estimated() {
		t.Error("a counted table came back as an estimate")
	}
	estimate, err := EncodeEstimate(entries, 1000, 2)
	if err != nil {
		t.Fatal(err)
	}
	if e, err := DecodeBackground(estimate); err != nil || !e.Estimated() || e.Share(77) != b.Share(77) {
		t.Errorf("an estimate came back as %+v, error %v", e, err)
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
