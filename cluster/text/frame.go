package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Frame is the part of a text that says where and by whom it was written, found by form alone: it is the same for every
// story and needs no learning.
type Frame struct {
	From, To int // the report itself, in bytes of the text; bylines and dateline stand before, credits after
	Dateline Dateline
}

// FindFrame finds the bylines and the dateline at the start of a text and the credits at its end. The report keeps at
// least half of the text: what looks like more frame than report is all report.
func FindFrame(s string) Frame {
	f := Frame{To: len(s)}
	for range 2 {
		n := bylineLen(s[f.From:])
		if n == 0 {
			break
		}
		f.From += n
	}
	f.Dateline = FindDateline(s[f.From:])
	f.From += f.Dateline.Len
	for range 3 {
		n := creditLen(s[f.From:f.To])
		if n == 0 {
			break
		}
		f.To -= n
	}
	if 2*(f.To-f.From) < len(s) && !(f.Dateline.Len > 0 && f.To-f.From > 40) {
		return Frame{To: len(s), Dateline: f.Dateline}
	}
	return f
}

var (
	bylineWords = []string{"by ", "von ", "par ", "por ", "di ", "door ", "text: ", "文/", "文／", "記者", "记者"}
	creditWords = []string{
		"reporting by", "writing by", "editing by", "additional reporting", "compiled by", "photo:", "photo by", "photos:",
		"image:", "foto:", "fotos:", "photograph:", "crédit photo", "編輯", "责任编辑", "責任編輯", "編輯:", "編輯：", "文編",
	}
)

// bylineLen is the length of a first line such as "By Jane Doe and John Roe", its line end included, or 0.
func bylineLen(s string) int {
	trimmed := trimStart(s)
	skip := len(s) - len(trimmed)
	end := strings.IndexByte(trimmed[:min(len(trimmed), 120)], '\n')
	if end <= 0 {
		return 0
	}
	line := strings.TrimSpace(trimmed[:end])
	word := foldPrefix(line, bylineWords)
	if word == "" {
		return 0
	}
	names, lower := 0, 0
	for w := range strings.FieldsSeq(line[len(word):]) {
		names++
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) {
			lower++
		}
	}
	if names == 0 || names > 8 {
		return 0
	}
	if last, _ := utf8.DecodeLastRuneInString(line); lower > 2 || 2*lower > names || last == '.' || last == '。' {
		return 0
	}
	return skip + end + 1
}

// creditLen is the length of a last line such as "(Reporting by Jane Doe; Editing by John Roe)", or 0.
func creditLen(s string) int {
	trimmed := trimEnd(s)
	from := strings.LastIndexByte(trimmed, '\n') + 1
	if from == 0 || len(trimmed)-from > furnitureLongest {
		return 0
	}
	if line := strings.TrimLeft(trimmed[from:], " \t([（【"); foldPrefix(line, creditWords) == "" {
		return 0
	}
	return len(s) - from
}

// foldPrefix returns which of the lower-case prefixes begins s, ASCII case aside.
func foldPrefix(s string, prefixes []string) string {
	if s == "" {
		return ""
	}
	first := s[0]
	if first >= 'A' && first <= 'Z' {
		first |= 0x20
	}
	for _, p := range prefixes {
		if p[0] == first && len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return p
		}
	}
	return ""
}

// trimEnd and trimStart cut ASCII white space, without the set that strings.Trim builds on every call.
func trimEnd(s string) string {
	n := len(s)
	for n > 0 && (s[n-1] == ' ' || s[n-1] == '\n' || s[n-1] == '\t' || s[n-1] == '\r') {
		n--
	}
	return s[:n]
}

func trimStart(s string) string {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return s[i:]
}
