package text

import (
	"strings"
	"unicode/utf8"
)

// AppendLatin appends the Latin spelling of a folded word (Token.Fold) of a script that is written by sound: Latin
// itself, Cyrillic, Greek, Arabic, Kana and Hangul. What has no spelling by sound (Han), and letters that have none
// (Hebrew, Thai), are left out, so that nothing is appended for a word of them. Unlike AppendRomanised it is not for
// names: the spelling is rough and made for comparing parts of words.
func AppendLatin(dst []byte, fold string) []byte {
	first, _ := utf8.DecodeRuneInString(fold)
	switch {
	case first < utf8.RuneSelf:
		ascii := true
		for i := 0; i < len(fold) && ascii; i++ {
			ascii = fold[i] < utf8.RuneSelf
		}
		if ascii {
			return append(dst, fold...)
		}
	case latinArabicLetter(first):
		return latinArabic(dst, fold)
	case latinHangul(first):
		fold = nameParticle(fold)
	}
	t := romanTable()
	for i, r := range fold {
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case latinKana(r):
			dst = appendKana(dst, r, fold[i+utf8.RuneLen(r):])
		case latinHangul(r):
			dst = appendHangul(dst, r)
		default:
			if to, ok := t.letters[r]; ok {
				dst = append(dst, to...)
			} else if scriptOf(r) == scriptLatin {
				dst = utf8.AppendRune(dst, r)
			}
		}
	}
	return dst
}

func latinArabicLetter(r rune) bool { return r >= 0x0600 && r <= 0x06ff }

// latinArabicLetters follows the consonants; short vowels are not written. Persian and Urdu letters are with them.
var latinArabicLetters = map[rune]string{
	'ا': "a", 'أ': "a", 'إ': "i", 'آ': "a", 'ٱ': "a", 'ب': "b", 'ت': "t", 'ث': "th", 'ج': "j", 'ح': "h", 'خ': "kh",
	'د': "d", 'ذ': "dh", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "sh", 'ص': "s", 'ض': "d", 'ط': "t", 'ظ': "z", 'ع': "",
	'غ': "gh", 'ف': "f", 'ق': "q", 'ك': "k", 'ل': "l", 'م': "m", 'ن': "n", 'ه': "h", 'ة': "a", 'و': "w", 'ؤ': "w",
	'ي': "y", 'ى': "a", 'ئ': "y", 'ء': "", 'پ': "p", 'چ': "ch", 'ژ': "zh", 'گ': "g", 'ک': "k", 'ی': "y", 'ڤ': "v",
}

// latinArabic spells an Arabic word without the article and the particles that are written together with it.
func latinArabic(dst []byte, fold string) []byte {
	for _, p := range []string{"وال", "بال", "كال", "فال", "لل", "ال"} {
		if rest, ok := strings.CutPrefix(fold, p); ok && utf8.RuneCountInString(rest) >= 3 {
			fold = rest
			break
		}
	}
	for _, r := range fold {
		dst = append(dst, latinArabicLetters[r]...)
	}
	return dst
}

func latinKana(r rune) bool { return r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fc }

// latinKanaSyllables spells Hiragana from U+3041 on; Katakana lies 0x60 above.
var latinKanaSyllables = strings.Fields("a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo " +
	"ta da chi ji - tsu zu te de to do na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo " +
	"ya ya yu yu yo yo ra ri ru re ro wa wa i e wo n vu ka ke")

// appendKana appends one syllable. Small letters change the one before them; the mark of a long vowel and that of a
// doubled consonant are not spelled.
func appendKana(dst []byte, r rune, rest string) []byte {
	if r == 0x30fc {
		return dst
	}
	if r >= 0x30a1 {
		r -= 0x60
	}
	at := int(r - 0x3041)
	if at < 0 || at >= len(latinKanaSyllables) {
		return dst
	}
	s := latinKanaSyllables[at]
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case s == "-":
		return dst
	case s == "n" && strings.ContainsRune("ばびぶべぼぱぴぷぺぽまみむめもバビブベボパピプペポマミムメモ", next):
		s = "m"
	case strings.ContainsRune("ぁぃぅぇぉァィゥェォ", r+0x60) && len(dst) > 0:
		// ファ is fa, ティ is ti.
		if last := dst[len(dst)-1]; strings.IndexByte("aeiou", last) >= 0 {
			dst = dst[:len(dst)-1]
		}
	case strings.ContainsRune("ャュョ", r+0x60) && len(dst) > 1 && dst[len(dst)-1] == 'i':
		// シャ is sha, キョ is kyo.
		dst = dst[:len(dst)-1]
		if last := dst[len(dst)-1]; last == 'h' || last == 'j' {
			s = s[1:]
		}
	}
	return append(dst, s...)
}

func latinHangul(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }

var (
	latinHangulHeads  = strings.Split("g kk n d tt r m b pp s ss  j jj ch k t p h", " ")
	latinHangulVowels = strings.Fields("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
	latinHangulTails  = strings.Split(" k k k n n n t l l l l l l l l m p p t t ng t t k t p t", " ")
)

// appendHangul appends one syllable as the Revised Romanisation spells it alone.
func appendHangul(dst []byte, r rune) []byte {
	n := int(r - 0xac00)
	dst = append(dst, latinHangulHeads[n/588]...)
	dst = append(dst, latinHangulVowels[n%588/28]...)
	return append(dst, latinHangulTails[n%28]...)
}
