package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words is a query by words, folded as the texts it is compared with are.
type words []string

func newWords(query string) words { return strings.FieldsFunc(fold(query), notWord) }

// in reports whether each word of the query begins a word of one of the texts. Scripts that write no spaces are
// compared anywhere in a text.
func (w words) in(texts ...string) bool {
	if len(w) == 0 {
		return true
	}
	folded := make([]string, len(texts))
	for i, t := range texts {
		folded[i] = " " + strings.Join(strings.FieldsFunc(fold(t), notWord), " ")
	}
	for _, word := range w {
		found := false
		needle := word
		if !spaceless(word) {
			needle = " " + word
		}
		for _, t := range folded {
			if strings.Contains(t, needle) {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// fold makes case, accents and compatibility forms equal.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mc, r)
}

func spaceless(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return true
		}
	}
	return false
}
