package text

import (
	"strings"
	"unicode/utf8"
)

// How many letters of a word stand for it in languages without a stemmer of their own. Six letters were as good as any
// suffix rule on headlines in eight languages; the Slavic ones, which inflect their nouns most, gain by five.
const (
	stemPrefix       = 6
	stemPrefixSlavic = 5
)

func stemLetters(lang string) int {
	switch lang {
	case "be", "bg", "bs", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk":
		return stemPrefixSlavic
	}
	return stemPrefix
}

// Stem returns the form under which the inflections of a word meet: a light suffix rule in English, the first five or six
// letters elsewhere, in Arabic without the article. It is not a linguistic stem and is never shown. fold must come from a
// Token.
func Stem(fold, lang string) string {
	var buf [64]byte
	b := AppendStem(buf[:0], fold, lang)
	if string(b) == fold {
		return fold
	}
	return string(b)
}

// AppendStem appends Stem(fold, lang) to dst and returns it. It is the form for hot paths: no allocation where dst has
// room.
func AppendStem(dst []byte, fold, lang string) []byte {
	if lang == "en" {
		return stemEnglish(dst, fold)
	}
	if lang == "ar" {
		fold = stemArabic(fold)
	}
	most := stemLetters(lang)
	if len(fold) <= most {
		return append(dst, fold...)
	}
	if c := fold[0]; c >= '0' && c <= '9' {
		return append(dst, fold...)
	}
	n := 0
	for i := range fold {
		if n == most {
			return append(dst, fold[:i]...)
		}
		n++
	}
	return append(dst, fold...)
}

func stemEnglish(dst []byte, w string) []byte {
	if len(w) <= 3 || w[0] >= '0' && w[0] <= '9' {
		return append(dst, w...)
	}
	from := len(dst)
	dst = append(dst, w...)
	s := dst[from:]
	if n := len(s); s[n-1] == 's' {
		switch s[n-2] {
		case 's', 'u', 'i':
		case 'e':
			if n > 4 && s[n-3] == 'i' {
				s = append(s[:n-3], 'y')
			} else {
				s = s[:n-1]
			}
		default:
			s = s[:n-1]
		}
	}
	if n := len(s); n > 5 && s[n-3] == 'i' && s[n-2] == 'n' && s[n-1] == 'g' && stemVowel(s[:n-3]) {
		s = stemUndouble(s[:n-3])
	} else if n > 4 && s[n-2] == 'e' && s[n-1] == 'd' && stemVowel(s[:n-2]) {
		s = stemUndouble(s[:n-2])
	}
	if n := len(s); n > 3 && s[n-1] == 'e' {
		s = s[:n-1]
	} else if n > 2 && s[n-1] == 'y' && !stemVowel(s[n-2:n-1]) {
		s[n-1] = 'i'
	}
	return dst[:from+len(s)]
}

func stemVowel(s []byte) bool {
	for _, c := range s {
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			return true
		}
	}
	return false
}

// stemUndouble turns "stopp" into "stop" but leaves "kill", "press" and "buzz".
func stemUndouble(s []byte) []byte {
	n := len(s)
	if n < 4 || s[n-1] != s[n-2] {
		return s
	}
	switch s[n-1] {
	case 'l', 's', 'z', 'e', 'o':
		return s
	}
	return s[:n-1]
}

// Bigrams calls yield with each pair of neighbouring characters of a CJK token's folded form, and with the whole form
// where it is a single character. Combining marks stay with the character before them.
func Bigrams(fold string, yield func(string)) {
	prev, cur := -1, -1
	for i, r := range fold {
		if cur >= 0 && stemCombines(r) {
			continue
		}
		if prev >= 0 {
			yield(fold[prev:i])
		}
		prev, cur = cur, i
	}
	switch {
	case prev >= 0:
		yield(fold[prev:])
	case cur >= 0:
		yield(fold)
	}
}

// stemCombines covers the vowel and tone signs of the unspaced scripts.
func stemCombines(r rune) bool {
	if r == utf8.RuneError {
		return false
	}
	return r == 0x0e31 || r >= 0x0e34 && r <= 0x0e3a || r >= 0x0e47 && r <= 0x0e4e ||
		r == 0x0eb1 || r >= 0x0eb4 && r <= 0x0ebc || r >= 0x0ec8 && r <= 0x0ecd ||
		r >= 0x102b && r <= 0x103e || r >= 0x17b4 && r <= 0x17d3 || r >= 0x3099 && r <= 0x309a
}

// stemArabic cuts the article with the particles written on to it.
func stemArabic(w string) string {
	for _, p := range [...]string{"وال", "بال", "كال", "فال", "ولل", "ال", "لل"} {
		if rest, ok := strings.CutPrefix(w, p); ok && utf8.RuneCountInString(rest) >= 3 {
			return rest
		}
	}
	return w
}
