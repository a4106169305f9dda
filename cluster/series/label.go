package series

import (
	"strings"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/text"
)

// Label names the column that a headline may be an edition of. The zero value is no label.
type Label struct {
	// Key is equal for the editions of one column: the source and the fixed words of the label.
	Key uint64
	// Value is what the slots of the label hold, 0 where it has none.
	Value uint64
}

// None reports whether there is no label.
func (l Label) None() bool { return l.Key == 0 }

// Serial reports whether the label counts or dates its editions.
func (l Label) Serial() bool { return l.Value != 0 }

const (
	// labelWords and labelBytes bound a label in front of a colon.
	labelWords = 8
	labelBytes = 72
	// fixedWords is how many fixed words a whole headline needs beside its slots to be a label: fewer are chance.
	fixedWords = 3
	// slotShare is how many of the words of a whole headline may be slots.
	slotShare = .4
)

// LabelOf finds the label of a headline. One in front of a colon, bar or dash counts where it holds a number or a date
// ("Day 21: ...", "Morning briefing, Tuesday: ..."), or where the story is of a type that appears in columns; without
// one the whole headline does, under the same conditions ("Hospital reports 212 new cases", "News in brief"). Whether
// it recurs is for the caller to find out: most labels do not.
func LabelOf(source, title string, kind text.DocType) Label {
	column := kind == text.Live || kind == text.Roundup || kind == text.Listing
	front, separated := cutLabel(title)
	if separated {
		l, fixed, slots, _ := readLabel(source, front)
		if fixed > 0 && (column || slots > 0) {
			return l
		}
	}
	l, fixed, slots, words := readLabel(source, title)
	switch {
	case slots > 0 && fixed >= fixedWords && float64(slots) <= slotShare*float64(words):
		return l
	case column && !separated && fixed > 0 && words <= labelWords:
		return l
	}
	return Label{}
}

// cutLabel returns what stands in front of the first colon, bar or spaced dash, if it can be a label.
func cutLabel(title string) (front string, ok bool) {
	head := title[:min(len(title), labelBytes)]
	for i, r := range head {
		switch r {
		case ':', '：', '|', '｜':
			if r == ':' && i+1 < len(title) && title[i+1] >= '0' && title[i+1] <= '9' {
				continue // a time of day, a score
			}
			return head[:i], i > 0
		case '-', '–', '—':
			if i > 0 && head[i-1] == ' ' && strings.HasPrefix(title[i+utf8.RuneLen(r):], " ") {
				return head[:i], true
			}
		}
	}
	return "", false
}

// readLabel hashes the fixed words of a label and what fills its slots.
func readLabel(source, s string) (l Label, fixed, slots, words int) {
	key, value := xxh3.New(), xxh3.New()
	_, _ = key.WriteString("label\x00" + source)
	for _, t := range text.AppendTokens(nil, s) {
		words++
		if v, ok := slotValue(&t); ok {
			slots++
			_, _ = value.WriteString("\x00" + v)
			continue
		}
		fixed++
		_, _ = key.WriteString("\x00" + t.Fold)
	}
	l.Key = max(key.Sum64(), 1)
	if slots > 0 {
		l.Value = max(value.Sum64(), 1)
	}
	return l, fixed, slots, words
}

// slotValue returns what a token fills a slot with, if it can: numbers in digits or words, days and months.
func slotValue(t *text.Token) (string, bool) {
	switch {
	case t.Kind == text.Number:
		return t.Fold, true
	case t.Kind != text.Word:
		return "", false
	case text.Weekday(t.Fold), t.Upper && text.MonthOf(t.Fold) > 0:
		return t.Fold, true
	}
	return text.NumberWord(t.Fold)
}

// ColumnID is the id of the column with a label: it is the same whenever the label is met again.
func ColumnID(key uint64) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	b := [11]byte{columnPrefix}
	for i := len(b) - 1; i > 0; i-- {
		b[i] = digits[key&31]
		key >>= 5
	}
	return string(b[:])
}

// columnPrefix begins the ids of columns; those of templates begin with "s", see package neardup.
const columnPrefix = 'c'

// IsColumn reports whether a series is a column, which recurs in headlines, and not a template, which recurs in texts.
func IsColumn(id string) bool { return id != "" && id[0] == columnPrefix }
