package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever the text is, figures and quotations are parts of it, cut at characters, in order, and say numbers.
func FuzzFigures(f *testing.F) {
	for _, s := range []string{
		"At least 11 people were injured and $3.5 million lost, 7.2-magnitude, 62.5 per cent", "攻擊造成11人死亡、至少三十人受傷，1億2000万円",
		"مقتل 11 شخصا وإصابة ٢٣ آخرين", "Quatre-vingt-dix-sept mille 3 200 001 €", "dreiundzwanzigtausendvierhundert", "1.234.567,89 10-15 10:30 +49 30 1234",
		"十百千万億兆一〇", "“We had one hour to warn four villages,” said Rasmus Eide.", "\xff1\xfe$", "mil millones de dólares", "1,,,2..3",
	} {
		for _, lang := range []string{"en", "de", "fr", "es", "pt", "ru", "ar", "zh", "ja", "und", "ko"} {
			f.Add(s, lang)
		}
	}
	f.Fuzz(func(t *testing.T, s, lang string) {
		figures := AppendFigures(nil, s, AnchorContext{Lang: lang, Year: 2026})
		for i, x := range figures {
			if x.From < 0 || x.From > x.Pos || x.Pos >= x.End || x.End > x.To || x.To > len(s) {
				t.Fatalf("figure %+v of %q", x, s)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[x.From:x.Pos]+s[x.Pos:x.End]+s[x.End:x.To]) {
				t.Fatalf("figure %+v cuts a character of %q", x, s)
			}
			if x.Value < 0 || x.Most < x.Value || x.Value != x.Value {
				t.Fatalf("figure %+v of %q", x, s)
			}
			if i > 0 && x.End <= figures[i-1].Pos {
				t.Fatalf("figures %+v and %+v of %q are not in order", figures[i-1], x, s)
			}
		}
		again := AppendFigures(nil, s, AnchorContext{Lang: lang, Year: 2026})
		if !slices.Equal(figures, again) {
			t.Fatalf("%q is read in two ways", s)
		}
		names := AppendNames(nil, AppendTokens(nil, s), NameContext{Text: s, Lang: lang})
		for _, q := range AppendQuotes(nil, s, names) {
			if !strings.HasPrefix(s[q.Pos:], q.Text) || q.Speaker != "" && !strings.HasPrefix(s[q.NameFrom:], q.Speaker) {
				t.Fatalf("quotation %+v is not in %q", q, s)
			}
		}
		var tally NameTally
		tally.Add(s, s, lang, "Meridian", nil)
		if got := tally.Top(5); len(got) > 5 || slices.Contains(got, "") {
			t.Fatalf("names %q of %q", got, s)
		}
	})
}
