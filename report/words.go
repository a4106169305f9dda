package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Needle is one part of a query by words: a term that a text has to have.
type Needle struct {
	Term   string
	Prefix bool // a term that begins with it will do
}

// NeedlesOf takes a query apart. Every word of it has to begin a word of the text, or to be one where whole is set. Scripts
// that write no spaces are compared by pairs of characters.
func NeedlesOf(query string, whole bool) []Needle {
	var list []Needle
	eachRun(query, func(run string, spaceless bool) {
		if !spaceless {
			list = append(list, Needle{run, !whole})
			return
		}
		pairs := 0
		eachPair(run, func(pair string) {
			if utf8.RuneCountInString(pair) == 2 {
				list = append(list, Needle{pair, false})
				pairs++
			}
		})
		if pairs == 0 { // one character: the first of a pair, or the last of a run
			list = append(list, Needle{run, true})
		}
	})
	return list
}

// Terms yields what a text is found by: its words, folded, and of scripts that write no spaces the pairs of neighbouring
// characters, and the last character by itself. Terms come as often as they are in the text.
func Terms(text string, yield func(term string)) {
	eachRun(text, func(run string, spaceless bool) {
		if spaceless {
			eachPair(run, yield)
		} else {
			yield(run)
		}
	})
}

// eachRun yields the words of a text, folded, with those runs apart that are written without spaces.
func eachRun(text string, yield func(run string, spaceless bool)) {
	for word := range strings.FieldsFuncSeq(fold(text), notWord) {
		start, was := 0, false
		for i, r := range word {
			is := spacelessRune(r)
			if i > 0 && is != was {
				yield(word[start:i], was)
				start = i
			}
			was = is
		}
		yield(word[start:], was)
	}
}

// eachPair yields the pairs of neighbouring characters of a run, and its last character.
func eachPair(run string, yield func(string)) {
	for start, first := range run {
		_, second := utf8.DecodeRuneInString(run[start+utf8.RuneLen(first):])
		yield(run[start : start+utf8.RuneLen(first)+second])
	}
}

// words is a query by words, ready to be compared with texts.
type words []Needle

func newWords(query string) words { return NeedlesOf(query, false) }

// in reports whether the texts together have all that is asked for.
func (w words) in(texts ...string) bool {
	found, left := make([]bool, len(w)), len(w)
	for _, t := range texts {
		if left == 0 {
			return true
		}
		Terms(t, func(term string) {
			for i, n := range w {
				if !found[i] && (term == n.Term || n.Prefix && strings.HasPrefix(term, n.Term)) {
					found[i] = true
					left--
				}
			}
		})
	}
	return left == 0
}

// fold makes case, accents and compatibility forms equal.
func fold(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mc, r)
}

func spacelessRune(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
