package typeset

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "Two dead in Halden", "Two dead in Halden"},
		{"empty", "", ""},
		{"white space", " a\t b\r\n\u00a0c\u2028d ", "a b c d"},
		{"escape sequence", "\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
		{"C1 control", "a\u009b2Jb", "a\uFFFD2Jb"},
		{"NUL and DEL", "a\x00b\x7fc", "a\uFFFDb\uFFFDc"},
		{"bidirectional override", "\u202Egnp.exe\u202C", "gnp.exe"},
		{"isolates and marks", "\u2066a\u2069\u200e\u061cb", "ab"},
		{"zero width", "a\u200bb\ufeffc\u00add", "abcd"},
		{"tags", "a\U000e0041b", "ab"},
		{"private use", "a\ue000b", "a\uFFFDb"},
		{"broken UTF-8", "a\xffb\xc3", "a\uFFFDb\uFFFD"},
		{"letters with their marks stay", "Citroe\u0308n ผู้นำ किताब", "Citroe\u0308n ผู้นำ किताब"},
		{"stacked marks", "a" + strings.Repeat("\u0301", 40), "a" + strings.Repeat("\u0301", maxMarks)},
		{"joined emoji stay", "👩‍🚀 ok", "👩‍🚀 ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCleanTextKeepsLines(t *testing.T) {
	if got, want := CleanText("one\r\n\n two\x1b"), "one\n\ntwo\uFFFD"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"":                   0,
		"abc":                3,
		"é":                  1,
		"e\u0301":            1,
		"海港":                 4,
		"ﾊｰﾌ":                3,
		"ＡＢ":                 4,
		"한국":                 4,
		"\u1112\u1161\u11ab": 2, // one Hangul syllable in three letters
		"😀":                  2,
		"👩‍🚀":                2,
		"👍🏽":                 2,
		"🇳🇴":                 2,
		"❤️":                 2,
		"สวัสดี":             4,
		"…":                  1,
		"↳ x":                3,
	} {
		if got := Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"Skarn Bridge reopens", 20, "Skarn Bridge reopens"},
		{"Skarn Bridge reopens", 13, "Skarn Bridge…"},
		{"Skarn Bridge reopens", 1, "…"},
		{"Skarn Bridge reopens", 0, ""},
		{"海港晚報", 8, "海港晚報"},
		{"海港晚報", 7, "海港晚…"},
		{"海港晚報", 6, "海港…"},
		{"ab👩‍🚀cd", 4, "ab…"},
		{"ab👩‍🚀cd", 5, "ab👩‍🚀…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	} {
		if got := Truncate(tt.in, tt.n); got != tt.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want []string
	}{
		{"one two three", 0, []string{"one two three"}},
		{"one two three", 13, []string{"one two three"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"incomprehensible", 6, []string{"incomp", "rehens", "ible"}},
		{"a incomprehensible b", 6, []string{"a", "incomp", "rehens", "ible b"}},
		{"海港晚報海港", 5, []string{"海港", "晚報", "海港"}},
		{"", 5, []string{""}},
	} {
		if diff := cmp.Diff(tt.want, Wrap(tt.in, tt.n)); diff != "" {
			t.Errorf("Wrap(%q, %d) (-want +got):\n%s", tt.in, tt.n, diff)
		}
	}
}

var now = time.Date(2026, 3, 14, 9, 30, 0, 0, time.UTC)

func TestRelative(t *testing.T) {
	for _, tt := range []struct {
		age  time.Duration
		want string
	}{
		{0, "just now"},
		{59 * time.Second, "just now"},
		{-30 * time.Second, "just now"},
		{12 * time.Minute, "12m ago"},
		{3*time.Hour + 59*time.Minute, "3h ago"},
		{47 * time.Hour, "47h ago"},
		{48 * time.Hour, "2d ago"},
		{13 * 24 * time.Hour, "13d ago"},
		{14 * 24 * time.Hour, "2026-02-28"},
		{-2 * time.Hour, "in 2h"},
		{-100 * 24 * time.Hour, "2026-06-22"},
	} {
		if got := Relative(now.Add(-tt.age), now); got != tt.want {
			t.Errorf("%s before: %q, want %q", tt.age, got, tt.want)
		}
	}
	if got := Relative(time.Time{}, now); got != "undated" {
		t.Errorf("no time: %q", got)
	}
}

func TestRelativeAtSaysNoMoreThanIsKnown(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		t         time.Time
		precision string
		want      string
	}{
		{day(14), "day", "today"},
		{day(13), "day", "yesterday"},
		{day(9), "day", "5d ago"},
		{day(15), "day", "2026-03-15"},
		{now.AddDate(0, -2, 0), "day", "2026-01-14"},
		{now, "arrival", "undated"},
		{now.Add(-time.Hour), "exact", "1h ago"},
	} {
		if got := RelativeAt(tt.t, tt.precision, now); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.t, tt.precision, got, tt.want)
		}
	}
}

func TestAbsoluteIsInTheZoneOfTheReader(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	if got, want := Absolute(now, "exact", now.In(zone)), "Sat 14 Mar 2026 10:30 CET"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Absolute(now.Truncate(24*time.Hour), "day", now.In(zone)), "Sat 14 Mar 2026"; got != want {
		t.Errorf("a day: got %q, want %q", got, want)
	}
	if got := Absolute(time.Time{}, "exact", now); got != "unknown" {
		t.Errorf("no time: %q", got)
	}
}

func TestWhenAddsTheAgeAsLongAsItSaysMore(t *testing.T) {
	for _, tt := range []struct {
		t         time.Time
		precision string
		want      string
	}{
		{now.Add(-3 * time.Hour), "exact", "Sat 14 Mar 2026 06:30 UTC (3h ago)"},
		{now.AddDate(0, -1, 0), "exact", "Sat 14 Feb 2026 09:30 UTC"},
		{time.Date(2026, 3, 13, 0, 0, 0, 0, time.UTC), "day", "Fri 13 Mar 2026 (yesterday)"},
		{time.Date(2015, 3, 13, 0, 0, 0, 0, time.UTC), "day", "Fri 13 Mar 2015"},
		{now, "arrival", "no date; arrived Sat 14 Mar 2026 09:30 UTC"},
		{time.Time{}, "exact", "unknown"},
	} {
		if got := When(tt.t, tt.precision, now); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.t, tt.precision, got, tt.want)
		}
	}
}

func TestLag(t *testing.T) {
	for s, want := range map[int64]string{
		0: "same minute", 59: "same minute", -30: "same minute", 60: "+1m", 2520: "+42m", 3600: "+1h", 11400: "+3h 10m",
		-300: "-5m", 172800: "+2d", 187200: "+2d 4h",
	} {
		if got := Lag(&s); got != want {
			t.Errorf("Lag(%d) = %q, want %q", s, got, want)
		}
	}
	if got := Lag(nil); got != "" {
		t.Errorf("Lag(nil) = %q", got)
	}
}

func TestDuration(t *testing.T) {
	for s, want := range map[float64]string{0: "0.0s", 0.42: "0.4s", 12.3: "12s", 200: "3m 20s", 7500: "2h 5m"} {
		if got := Duration(s); got != want {
			t.Errorf("Duration(%g) = %q, want %q", s, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567", -123: "-123"} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
	if got := Plural(1, "copy", "copies") + ", " + Plural(1204, "copy", "copies"); got != "1 copy, 1,204 copies" {
		t.Error(got)
	}
}

func TestOutlets(t *testing.T) {
	four := []string{"Meridian", "Courier", "The Harbour Herald", "Kurier"}
	for _, tt := range []struct {
		in   []string
		n    int
		want string
	}{
		{nil, 0, ""},
		{[]string{""}, 0, "(no source)"},
		{[]string{"A", "A", "B"}, 0, "A, B"},
		{four, 0, "Meridian, Courier, The Harbour Herald +1"},
		{four, 20, "Meridian, Courier +2"},
		{four, 19, "Meridian +3"},
		{four, 8, "Meri… +3"},
		{four, 2, "… +3"},
		{[]string{"a\x1b[2Jb"}, 0, "a\uFFFD[2Jb"},
	} {
		if got := Outlets(tt.in, tt.n); got != tt.want {
			t.Errorf("Outlets(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestWebAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://news.example/a?b=c#d":   "https://news.example/a?b=c#d",
		"HTTP://news.example/":           "HTTP://news.example/",
		"javascript:alert(1)":            "",
		" https://news.example/":         "",
		"https://news.example/\nx":       "",
		"https://news.example/\">":       "",
		"data:text/html,<script>":        "",
		"//news.example/":                "",
		"file:///etc/passwd":             "",
		"https://news.example/\u202Efdp": "",
		"":                               "",
	} {
		if got := WebAddress(in); got != want {
			t.Errorf("WebAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", "\u202Eabc\x1b[2J", "a\xff\xfe", "e\u0301\u0301\u0301\u0301\u0301\u0301", "👩‍🚀🇳🇴"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Clean(%q) = %q is no UTF-8", s, got)
		}
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 || Invisible(r) {
				t.Fatalf("Clean(%q) = %q lets %U through", s, got, r)
			}
		}
		if again := Clean(got); again != got {
			t.Fatalf("Clean is not idempotent: %q, then %q", got, again)
		}
	})
}

func FuzzTruncateAndWrap(f *testing.F) {
	for _, s := range []string{"Skarn Bridge reopens", "海港晚報 海港晚報", "👩‍🚀🇳🇴 x", "e\u0301e\u0301"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(n%200, 2)
		s = Clean(s)
		if got := Truncate(s, n); Width(got) > n {
			t.Fatalf("Truncate(%q, %d) = %q takes %d", s, n, got, Width(got))
		}
		letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
		lines := Wrap(s, n)
		for _, l := range lines {
			if Width(l) > n {
				t.Fatalf("Wrap(%q, %d): line %q takes %d", s, n, l, Width(l))
			}
		}
		if got := letters(strings.Join(lines, "")); got != letters(s) {
			t.Fatalf("Wrap(%q, %d) lost something: %q", s, n, lines)
		}
	})
}
