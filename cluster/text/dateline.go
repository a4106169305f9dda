package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// datelineReach is how far into a text a dateline may end, in bytes: the longest seen in wire copy (city, state, date,
// agency, two reporters) stays under 120.
const datelineReach = 160

// Dateline is the opening of a wire report: `TAIPEI, Dec 19 (Reuters) -`, `BERLIN (dpa) -`, `（中央社台北19日電）`.
type Dateline struct {
	Len   int    // bytes of the text up to the first word of the report; 0 without a dateline
	Place string // as written, up to the first comma, digit or bracket; may be empty
	Day   int    // 1..31, 0 where none is named
	Month int    // 1..12, 0 where none is named
}

// FindDateline looks for a dateline at the start of a text. It is recognised by form: a few words that begin in capitals
// and end in a spaced dash, or any few words that end in a bracketed agency and a dash, or, in Chinese and Japanese, a
// bracket that ends in a word for dispatch.
func FindDateline(s string) Dateline {
	start := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	head := s[start:min(len(s), start+datelineReach)]
	if head == "" {
		return Dateline{}
	}
	if r, _ := utf8.DecodeRuneInString(head); r == '（' || r == '(' || r == '【' || r == '〔' || r == '[' {
		if d, ok := bracketDateline(head); ok {
			d.Len += start
			return d
		}
	}
	end, width := spacedDash(head)
	if end <= 0 {
		return Dateline{}
	}
	prefix := head[:end]
	if strings.ContainsAny(prefix, "\"“”?!:;") || strings.Count(prefix, " ") > 14 {
		return Dateline{}
	}
	closed := strings.HasSuffix(strings.TrimRight(prefix, " "), ")")
	if !closed && !capitalPlace(prefix) {
		return Dateline{}
	}
	if closed && strings.Count(prefix, " ") > 10 && !capitalPlace(prefix) {
		return Dateline{}
	}
	d := Dateline{Len: start + end + width}
	d.Place = strings.TrimSpace(prefix[:placeEnd(prefix)])
	d.Day, d.Month = datelineDate(prefix)
	return d
}

// spacedDash finds the first ` - `, ` -- `, ` – ` or ` — ` (the space after it may be a line end), and how long it is.
func spacedDash(s string) (at, width int) {
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' && s[i] != ')' {
			if s[i] == '\n' && i > 0 && s[i-1] == '\n' {
				return -1, 0
			}
			continue
		}
		rest := s[i+1:]
		trimmed := strings.TrimLeft(rest, " ")
		skip := len(rest) - len(trimmed)
		dash := 0
		switch {
		case strings.HasPrefix(trimmed, "--"):
			dash = 2
		case strings.HasPrefix(trimmed, "-"):
			dash = 1
		case strings.HasPrefix(trimmed, "—"), strings.HasPrefix(trimmed, "–"):
			dash = 3
		}
		if dash == 0 {
			continue
		}
		after := trimmed[dash:]
		if s[i] == ' ' && (after == "" || after[0] != ' ' && after[0] != '\n' && dash == 1) {
			continue
		}
		return i + 1, skip + dash
	}
	return -1, 0
}

// capitalPlace reports whether the text begins with a word of at least three capitals.
func capitalPlace(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			n++
		case unicode.IsLower(r):
			return n >= 3 && (r == 'c' || r == 'a') // McALLEN, KwaZULU
		case unicode.IsLetter(r):
			return false
		case n > 0 && r != '.' && r != '\'' && r != '’':
			return n >= 3
		}
	}
	return n >= 3
}

func placeEnd(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return r == ',' || r == '(' || unicode.IsDigit(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// datelineDate finds a month named next to a day number. Months are known by their first three letters in the languages
// that put dates into datelines.
func datelineDate(s string) (day, month int) {
	number := 0
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if n, ok := smallNumber(w); ok {
			number = n
		} else if m := MonthOf(w); m > 0 {
			month = m
		}
	}
	if month == 0 || number < 1 || number > 31 {
		return 0, month
	}
	return number, month
}

func smallNumber(s string) (int, bool) {
	n := 0
	if len(s) == 0 || len(s) > 2 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// MonthOf returns the month that a word names (English, German, French, Spanish, Italian, Portuguese, Dutch; three
// letters or more), or 0.
func MonthOf(w string) int {
	if len(w) < 3 || len(w) > 12 {
		return 0
	}
	var buf [16]byte
	low := buf[:0]
	for i := range len(w) {
		c := w[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low = append(low, c)
	}
	for i, names := range monthNames {
		for _, name := range names {
			if string(low) == name || len(low) == 3 && len(name) > 3 && string(low) == name[:3] {
				return i + 1
			}
		}
	}
	return 0
}

var monthNames = [12][]string{
	{"january", "januar", "janvier", "enero", "gennaio", "janeiro", "januari"},
	{"february", "februar", "février", "febrero", "febbraio", "fevereiro", "februari"},
	{"march", "märz", "mars", "marzo", "março", "maart"},
	{"april", "avril", "abril", "aprile"},
	{"may", "mai", "mayo", "maggio", "maio", "mei"},
	{"june", "juni", "juin", "junio", "giugno", "junho"},
	{"july", "juli", "juillet", "julio", "luglio", "julho"},
	{"august", "août", "agosto", "augustus"},
	{"september", "sept", "septembre", "septiembre", "settembre", "setembro"},
	{"october", "oktober", "octobre", "octubre", "ottobre", "outubro"},
	{"november", "novembre", "noviembre", "novembro"},
	{"december", "dezember", "décembre", "diciembre", "dicembre", "dezembro"},
}

var dispatchWords = []string{"電", "电", "訊", "讯", "報導", "报道", "報道", "共同", "連線", "综合", "綜合"}

// bracketDateline reads `（記者王小明台北19日電）` and `【東京共同】`.
func bracketDateline(s string) (Dateline, bool) {
	_, first := utf8.DecodeRuneInString(s)
	end := strings.IndexAny(s[first:], "）)】〕]")
	if end < 0 || end > 90 {
		return Dateline{}, false
	}
	inner := s[first : first+end]
	_, last := utf8.DecodeRuneInString(s[first+end:])
	for _, w := range dispatchWords {
		if strings.Contains(inner, w) {
			d := Dateline{Len: first + end + last}
			if at := strings.Index(inner, "日"); at > 0 {
				from := at
				for from > 0 && inner[from-1] >= '0' && inner[from-1] <= '9' {
					from--
				}
				d.Day, _ = smallNumber(inner[from:at])
			}
			return d, true
		}
	}
	return Dateline{}, false
}
