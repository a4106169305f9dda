package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func folds(s string) []string {
	var out []string
	for _, t := range AppendTokens(nil, s) {
		out = append(out, t.Fold)
	}
	return out
}

func TestTokensFold(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"separators only", " -- ...\n\t!?", nil},
		{"plain words", "the river rose", []string{"the", "river", "rose"}},
		{"case", "River ROSE", []string{"river", "rose"}},
		{"possessive", "Mayor's mayors’ Mayor’s", []string{"mayor", "mayors", "mayor"}},
		{"contractions", "don't they'll we've can’t it's", []string{"do", "they", "we", "ca", "it"}},
		{"name with apostrophe", "O'Brien", []string{"obrien"}},
		{"elided articles", "l'ONU d'Alep qu’il dell'Unità", []string{"onu", "alep", "il", "unita"}},
		{"acronyms", "U.S. and U.K. at 5 p.m. J.K. Rowling", []string{"us", "and", "uk", "at", "5", "pm", "jk", "rowling"}},
		{"acronym without its last period", "the U.S, said", []string{"the", "us", "said"}},
		{"initial", "John F. Kennedy J.Smith", []string{"john", "f", "kennedy", "j", "smith"}},
		{"decimals and groups", "3.5% of 1,250,000 or 3,5 v1.2", []string{"3.5", "of", "1250000", "or", "3,5", "v1", "2"}},
		{"ordinals and units", "3rd 20km 5G", []string{"3rd", "20km", "5g"}},
		{"hyphens separate", "follow-up Tseng-chang", []string{"follow", "up", "tseng", "chang"}},
		{"accents fold", "Bogotá ŁÓDŹ Ängström naïve Straße Çelik", []string{"bogota", "lodz", "angstrom", "naive", "strasse", "celik"}},
		{"combining accent", "cafe\u0301", []string{"cafe"}},
		{"full width", "ＮＡＴＯ ２０", []string{"nato", "20"}},
		{"cyrillic", "Москва Ёлка Йод", []string{"москва", "елка", "иод"}},
		{"arabic without vowel signs", "مُحَمَّد قال", []string{"محمد", "قال"}},
		{"vietnamese", "Việt Nam", []string{"viet", "nam"}},
		{"han run stays whole", "台北市警方，今天", []string{"台北市警方", "今天"}},
		{"script change splits", "NATO峰会2024年", []string{"nato", "峰会", "2024", "年"}},
		{"kana and hangul", "東京タワー 서울에서", []string{"東京タワー", "서울에서"}},
		{"thai", "กรุงเทพ news", []string{"กรุงเทพ", "news"}},
		{"emoji separate", "fire🔥alarm", []string{"fire", "alarm"}},
		{"invalid utf-8 separates", "ab\xffcd", []string{"ab", "cd"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, folds(tt.in)); diff != "" {
				t.Errorf("folds of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestTokensStart(t *testing.T) {
	tests := []struct {
		name, in string
		want     string // the raw words that start something
	}{
		{"sentences", "Rain fell. Rivers rose! Why? Nobody knows", "Rain Rivers Why Nobody"},
		{"titles and initials do not end a sentence", "We met Mr. Smith and John F. Kennedy. Then left", "We Then"},
		{"acronym does not end a sentence", "The U.S. Senate voted", "The"},
		{"lines", "Heading\nBody text", "Heading Body"},
		{"quotations", `He said: "Great news" to us`, "He Great"},
		{"a quoted word", `so-called “Great firewall” here`, "so Great"},
		{"chinese sentences", "今天下雨。河水上涨，很快", "今天下雨 河水上涨"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, tok := range AppendTokens(nil, tt.in) {
				if tok.Start {
					got = append(got, tok.Raw)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("starts of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func checkTokens(t interface{ Fatalf(string, ...any) }, s string) {
	end := 0
	for _, tok := range AppendTokens(nil, s) {
		switch {
		case tok.Pos < end || tok.Pos+len(tok.Raw) > len(s):
			t.Fatalf("token %q at %d overlaps or leaves the input", tok.Raw, tok.Pos)
		case tok.Raw == "" || s[tok.Pos:tok.Pos+len(tok.Raw)] != tok.Raw:
			t.Fatalf("token %q is not what stands at %d", tok.Raw, tok.Pos)
		case !utf8.ValidString(tok.Fold):
			t.Fatalf("token %q folds to invalid UTF-8 %q", tok.Raw, tok.Fold)
		}
		end = tok.Pos + len(tok.Raw)
	}
}

func TestTokensCoverTheirInputInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkTokens(t, rapid.String().Draw(t, "text")) })
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "U.S. 3,000", "d'Alep l’été", "台北 กรุงเทพ", "\xff\xfe", "a.b.c", "1.2.3,4", "'''", "İstanbul"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkTokens(t, s)
		for _, tok := range AppendTokens(nil, s) {
			for _, lang := range []string{"en", "de"} {
				if tok.Kind != CJK && tok.Fold != "" && Stem(tok.Fold, lang) == "" {
					t.Fatalf("stem of %q is empty", tok.Fold)
				}
			}
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	s := strings.Repeat("The council of Northport voted on Tuesday to close the old harbour bridge, Mayor Ada Flint said. ", 31)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	var dst []Token
	for b.Loop() {
		dst = AppendTokens(dst[:0], s)
	}
}

func TestFirstTokensAreTheFirstOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "text"), rapid.IntRange(0, 12).Draw(t, "words")
		before := []Token{{Raw: "before"}}
		all := AppendTokens(before[:1:1], s)
		if diff := cmp.Diff(all[:min(len(all), 1+n)], AppendFirstTokens(before[:1:1], s, n)); diff != "" {
			t.Fatalf("first %d words of %q (-all +first):\n%s", n, s, diff)
		}
	})
}

// What the beginning of a text is cut into does not depend on what follows, so that it need not be cut again.
func TestWordsOfABeginningAreThoseOfTheText(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"The U.S. Senate", "a.m", "J.Smith", "O'Brien's", "l\u2019homme", "don't", "1,000,000", "3.5", "20km", "花蓮地震", "กรุงเทพ", "서울에서",
		"(said)", "\"Quoted", "Mr.", ".", ",", "'", "\u2019", "\xe4\xb8", "\xff", "café", "Zürich-Nord", "İ", "ok!",
	})
	gap := rapid.SampledFrom([]string{" ", "\n", "", "  ", "-"})
	rapid.Check(t, func(t *rapid.T) {
		s := ""
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			s += piece.Draw(t, "piece") + gap.Draw(t, "gap")
		}
		all := AppendTokens(nil, s)
		for n := range len(s) + 1 {
			got, ok := FirstTokens(all, s, n)
			if whole := n == len(s) || s[n] == ' ' || s[n] == '\n'; ok != whole {
				t.Fatalf("words of the first %d bytes of %q: %t", n, s, ok)
			}
			if want := AppendTokens(nil, s[:n]); ok && !slices.Equal(got, want) {
				t.Fatalf("first %d bytes of %q (-cut alone +taken):\n%s", n, s, cmp.Diff(want, got))
			}
		}
	})
}
