package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/text"
)

func normalised(s string) []uint64 {
	var n text.Normaliser
	n.Append(s)
	return slices.Clone(n.Words())
}

func TestNormaliserReadsTheSameWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, a, b string }{
		{"case", "The Premier SPOKE", "the premier spoke"},
		{"punctuation", "Don't stop; now!", "don t stop now"},
		{"curly quotes and dashes", "“We will—of course—stay…”", "\"We will - of course - stay...\""},
		{"no-break space and soft hyphen", "twenty\u00a0five per\u00adcent", "twenty five percent"},
		{"composed and decomposed", "café Ängste", "cafe\u0301 A\u0308ngste"},
		{"ligatures and full width", "oﬃce ＡＢＣ１２", "office abc12"},
		{"sharp s and dotless i", "STRASSE İstanbul", "straße istanbul"},
		{"final sigma", "ΟΔΟΣ", "οδος"},
		{"Cyrillic case", "МОСКВА сегодня", "москва Сегодня"},
		{"Arabic vowel signs and tatweel", "مُحَمَّد العـــربية", "محمد العربية"},
		{"Chinese punctuation", "台北，捷運站。", "台北 捷運站"},
		{"Thai sara am, both forms", "น้ำท่วมกรุงเทพ", "น\u0e49\u0e4d\u0e32ท่วมกรุงเทพ"},
		{"half-width Kana", "ﾃﾛ事件", "テロ事件"},
		{"emoji", "Breaking 🔥 news 🇹🇼", "breaking news"},
		{"invalid UTF-8 separates", "one\xfftwo", "one two"},
		{"zero-width joiners", "ab\u200dcd\ufeff", "abcd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if a, b := normalised(tt.a), normalised(tt.b); !slices.Equal(a, b) || len(a) == 0 {
				t.Errorf("%q gives %x, %q gives %x", tt.a, a, tt.b, b)
			}
		})
	}
}

func TestNormaliserCountsWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     int
	}{
		{"nothing", "", 0},
		{"only punctuation", " -- ... !?", 0},
		{"only emoji", "🔥🔥 🇹🇼", 0},
		{"words and figures", "Twelve people, 3 injured", 4},
		{"Han: one word for every character but the last two", "台北車站攻擊事件", 6},
		{"Han run of two characters: one word", "台北", 1},
		{"Korean: words between spaces", "타이베이 역에서 공격", 3},
		{"Thai: windows of eight of the fourteen characters", "ตำรวจกรุงเทพฯ", 14 - 8 + 1},
		{"Arabic", "رئيس الوزراء يزور", 3},
		{"mixed scripts", "台北101 attack 攻擊", 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := len(normalised(tt.in)); got != tt.want {
				t.Errorf("%q has %d words, want %d", tt.in, got, tt.want)
			}
		})
	}
}

func TestLinesHoldTheirWords(t *testing.T) {
	t.Parallel()
	var n text.Normaliser
	n.Append("One two\n\n  THREE\none, TWO.\n—\nlast")
	lines := n.Lines()
	var got []int
	for _, l := range lines {
		got = append(got, l.To-l.From)
	}
	if !slices.Equal(got, []int{2, 1, 2, 1}) {
		t.Fatalf("words of the lines: %v, want 2 1 2 1", got)
	}
	if lines[0].Hash != lines[2].Hash || lines[0].Hash == lines[1].Hash {
		t.Error("lines of the same words must have the same hash, and only they")
	}
}

// simpleWords is the specification for scripts with spaces: NFKC, folded, letters, digits and marks make words.
func simpleWords(s string) []uint64 {
	var out []uint64
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }
	for _, w := range strings.FieldsFunc(norm.NFKC.String(s), func(r rune) bool { return !word(r) }) {
		out = append(out, text.WordHash(strings.ToLower(w)))
	}
	return out
}

func TestFastPathAgreesWithTheSpecification(t *testing.T) {
	t.Parallel()
	letters := rapid.SampledFrom([]rune("abzABZ0129 .,-'\n’“éÉüñЖж…αΩ\u00a0čŁ"))
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(letters, 0, 120, -1).Draw(t, "text")
		if got, want := normalised(s), simpleWords(s); !slices.Equal(got, want) {
			t.Fatalf("%q: got %x, want %x", s, got, want)
		}
	})
}

func TestNormaliserDoesNotAllocate(t *testing.T) {
	for name, s := range map[string]string{"English": prose(3000), "accents and quotes": strings.Repeat("L’été “déjà” ", 250), "Chinese": strings.Repeat("台北車站攻擊事件，", 100)} {
		var n text.Normaliser
		run := func() { n.Reset(); n.Append(s); n.Lines() }
		run()
		if got := testing.AllocsPerRun(20, run); got != 0 {
			t.Errorf("%s: %v allocations a text, want 0", name, got)
		}
	}
}

// prose makes n bytes that look like English to the byte: words of 1 to 11 letters, a comma or a line end now and then.
func prose(n int) string {
	words := strings.Fields("the of police said station a that government attack in on Tuesday officials premier deployment wounded responsible statement international")
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(words[i*i*7%len(words)])
		switch {
		case i%90 == 89:
			b.WriteString(".\n\n")
		case i%13 == 12:
			b.WriteString(", ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()[:n]
}

func FuzzNormaliser(f *testing.F) {
	for _, s := range []string{"", "plain words", "L’été à Taïpei", "台北\nกรุงเทพ", "\xff\xfe\x80", "e\u0301\u0302 ﾃﾞ", "🇹🇼👨‍👩‍👧 ok"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := normalised(s)
		if len(words) > len(s)*4 {
			t.Fatalf("%d words of %d bytes", len(words), len(s))
		}
		var n text.Normaliser
		n.Append("before it\n")
		n.Append(s)
		lines := n.Lines()
		for i, l := range lines {
			if l.From >= l.To || i > 0 && l.From != lines[i-1].To {
				t.Fatalf("line %d is %+v after %+v", i, l, lines[max(i-1, 0)])
			}
		}
		if got := n.Words()[2:]; !slices.Equal(got, words) {
			t.Fatalf("the words of %q depend on what stands before", s)
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	for name, s := range map[string]string{"english": prose(3000), "quotes": strings.Repeat("“They’re here,” said José. ", 112), "chinese": strings.Repeat("台北車站攻擊事件，", 111)} {
		b.Run(name, func(b *testing.B) {
			var n text.Normaliser
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				n.Reset()
				n.Append(s)
			}
		})
	}
}
