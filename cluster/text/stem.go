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
	n, last := stemCut(w)
	dst = append(dst, w[:n]...)
	if last != 0 {
		dst[len(dst)-1] = last
	}
	return dst
}

// stemCut returns how many bytes of an English word are its stem, and what the last of them becomes, 0 where it stays: most
// words are their own stem or begin with it, and need not be copied to be hashed.
func stemCut(w string) (n int, last byte) {
	n = len(w)
	if n <= 3 || w[0] >= '0' && w[0] <= '9' {
		return n, 0
	}
	if w[n-1] == 's' {
		switch w[n-2] {
		case 's', 'u', 'i':
		case 'e':
			if n > 4 && w[n-3] == 'i' {
				// "cities" is "city", which is "citi".
				if n -= 2; stemVowel(w[n-2 : n-1]) {
					return n, 'y'
				}
				return n, 0
			}
			n--
		default:
			n--
		}
	}
	if n > 5 && w[n-3] == 'i' && w[n-2] == 'n' && w[n-1] == 'g' && stemVowel(w[:n-3]) {
		n = stemUndouble(w[:n-3])
	} else if n > 4 && w[n-2] == 'e' && w[n-1] == 'd' && stemVowel(w[:n-2]) {
		n = stemUndouble(w[:n-2])
	}
	if n > 3 && w[n-1] == 'e' {
		n--
	} else if n > 2 && w[n-1] == 'y' && !stemVowel(w[n-2:n-1]) {
		return n, 'i'
	}
	return n, 0
}

func stemVowel(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			return true
		}
	}
	return false
}

// stemUndouble returns the length of a word without its doubled end: it turns "stopp" into "stop" but leaves "kill",
// "press" and "buzz".
func stemUndouble(s string) int {
	n := len(s)
	if n < 4 || s[n-1] != s[n-2] {
		return n
	}
	switch s[n-1] {
	case 'l', 's', 'z', 'e', 'o':
		return n
	}
	return n - 1
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
