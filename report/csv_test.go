package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"
)

func TestCSVTextIsNoFormula(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "Two dead", "Two dead"},
		{"empty", "", ""},
		{"equals", "=1+1", "'=1+1"},
		{"plus", "+49 30 1234", "'+49 30 1234"},
		{"minus", "-2+3", "'-2+3"},
		{"at", "@SUM(A1)", "'@SUM(A1)"},
		{"pipe", "|calc", "'|calc"},
		{"full width", "＝1+1", "'＝1+1"},
		{"behind spaces", "  =1+1", "'  =1+1"},
		{"behind a no-break space", "\u00a0=1+1", "'\u00a0=1+1"},
		{"behind a byte order mark", "\ufeff=1+1", "'\ufeff=1+1"},
		{"behind a direction mark", "\u202e=1+1", "'\u202e=1+1"},
		{"behind a tab", "\t=1+1", "'\t'=1+1"},
		{"tab alone", "\tx", "'\tx"},
		{"behind a carriage return", "\r=1+1", "'\n'=1+1"},
		{"inside", "a=1", "a=1"},
		{"behind a semicolon", "Ice; =1+1;-2", "Ice; '=1+1;'-2"},
		{"behind a tab inside", "Ice\t@SUM(A1)", "Ice\t'@SUM(A1)"},
		{"on a line of its own", "Ice\n  =1+1\nand so on", "Ice\n  '=1+1\nand so on"},
		{"behind empty parts", ";;\u00a0=1", ";;'\u00a0=1"},
		{"harmless parts", "Ice; snow;\n", "Ice; snow;\n"},
		{"line ends", "a\r\nb\rc\nd", "a\nb\nc\nd"},
		{"NUL", "a\x00b", "a\uFFFDb"},
		{"escape", "a\x1b[2Jb", "a\uFFFD[2Jb"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := csvText(tt.in); got != tt.want {
				t.Errorf("csvText(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCSVOfAnyTextReadsBackAsOneHarmlessRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \t\r\n"=+@,;-]{0,9}[a-z]*`)), 1, 5).Draw(t, "cells")
		row := make([]any, len(in))
		for i := range in {
			row[i] = in[i]
		}
		var b bytes.Buffer
		if err := writeCSV(&b, records{cols: make([]string, len(in)), rows: [][]any{row}}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(strings.ReplaceAll(b.String(), "\r\n", ""), "\r"); n > 0 {
			t.Fatalf("a carriage return without line feed in %q", b.String())
		}
		r := csv.NewReader(&b)
		r.FieldsPerRecord = len(in)
		if len(in) > 1 { // a single empty column is an empty line, which a reader skips
			if _, err := r.Read(); err != nil {
				t.Fatal(err)
			}
		}
		got, err := r.Read()
		if len(in) == 1 && err != nil {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range got {
			if !utf8.ValidString(s) || s != "" && strings.ContainsRune("=+-@|%", rune(s[0])) {
				t.Fatalf("cell %q of %q", s, in[i])
			}
			for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";\t\n", r) }) {
				if part = strings.TrimLeft(part, " \u00a0"); part != "" && strings.ContainsRune("=+-@|%", rune(part[0])) {
					t.Fatalf("part %q of %q", part, in[i])
				}
			}
		}
	})
}

func TestCSVValues(t *testing.T) {
	n := int64(-42)
	got := []string{}
	for _, v := range []any{nil, -7, int64(-8), &n, (*int64)(nil), 0.25, true, []string{"=a", "b"}, []string(nil)} {
		got = append(got, csvValue(v))
	}
	want := []string{"", "-7", "-8", "-42", "", "0.25", "true", "'=a; b", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
