package text

import (
	"unicode"
	"unicode/utf8"
)

// normaliseClass says how the Normaliser treats a rune above ASCII.
type normaliseClass uint8

const (
	classGap    normaliseClass = iota // separates words
	classLetter                       // part of a word, unchanged by NFKC
	classChar                         // of a script without spaces
	classSilent                       // dropped: soft hyphens, joiners, Arabic vowel signs and tatweel
	classAsk                          // may change under NFKC
)

// classOf decides the frequent blocks by range, since a table lookup per rune would cost more than the hashing.
func classOf(r rune) normaliseClass {
	switch {
	case r < 0xC0:
		switch r {
		case 0xAD:
			return classSilent
		case 0xAA, 0xB2, 0xB3, 0xB5, 0xB9, 0xBA, 0xBC, 0xBD, 0xBE:
			return classAsk
		}
		return classGap
	case r < 0x2B0:
		switch {
		case r == 0xD7 || r == 0xF7:
			return classGap
		case r == 0x132, r == 0x133, r == 0x13F, r == 0x140, r == 0x149, r == 0x17F, r >= 0x1C4 && r <= 0x1CC, r >= 0x1F1 && r <= 0x1F3:
			return classAsk
		}
		return classLetter
	case r >= 0x386 && r <= 0x3CE && r != 0x387, r >= 0x400 && r <= 0x481, r >= 0x48A && r <= 0x52F, // Greek, Cyrillic
		r >= 0x531 && r <= 0x556, r >= 0x561 && r <= 0x586, // Armenian
		r >= 0x5D0 && r <= 0x5EA, // Hebrew
		r >= 0x621 && r <= 0x63A, r >= 0x641 && r <= 0x64A, r >= 0x660 && r <= 0x669, r >= 0x671 && r <= 0x674,
		r >= 0x679 && r <= 0x6BF, r == 0x6CC, r == 0x6A9, r == 0x6AF, r >= 0x6F0 && r <= 0x6F9, // Arabic, Persian, Urdu
		r >= 0xAC00 && r <= 0xD7A3: // Hangul syllables
		return classLetter
	case r == 0x640, r >= 0x64B && r <= 0x652, r == 0x670, // tatweel and Arabic vowel signs
		r >= 0x591 && r <= 0x5BD, r == 0x5BF, r >= 0x5C1 && r <= 0x5C2, // Hebrew points
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2064, r == 0xFEFF,
		r >= 0xFE00 && r <= 0xFE0F: // zero-width and directional marks, variation selectors
		return classSilent
	case r >= 0x2000 && r <= 0x206F, r >= 0x20A0 && r <= 0x20BF, r >= 0x2190 && r <= 0x23FF, r >= 0x2500 && r <= 0x2BFF,
		r >= 0x3000 && r <= 0x3004, r >= 0x3008 && r <= 0x3020, r == 0x30FB, r >= 0xFF01 && r <= 0xFF0F,
		r >= 0xFF1A && r <= 0xFF20, r >= 0xFF3B && r <= 0xFF40, r >= 0xFF5B && r <= 0xFF65,
		r >= 0x1F000 && r <= 0x1F0FF, r >= 0x1F300 && r <= 0x1FAFF: // punctuation, currency, symbols, emoji
		return classGap
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF, r >= 0x20000 && r <= 0x2F7FF, r == 0x3005, r == 0x3007,
		r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r == 0x30FC,
		r >= 0xE01 && r <= 0xE3A && r != 0xE33, r >= 0xE40 && r <= 0xE59, r >= 0xE81 && r <= 0xEDB && r != 0xEB3,
		r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17E9:
		return classChar
	}
	return classAsk
}

// appendFolded adds the case-folded rune. Sharp s and the dotted and dotless i are folded by hand: their simple lower
// case keeps apart what newsrooms write both ways.
func appendFolded(dst []byte, r rune) []byte {
	switch r {
	case 'ß', 'ẞ':
		return append(dst, "ss"...)
	case 'ς':
		r = 'σ'
	case 'İ', 'ı':
		r = 'i'
	default:
		r = unicode.ToLower(r)
	}
	return utf8.AppendRune(dst, r)
}

// charWindow is how many characters make one word of a script without spaces, so that three of them in a row (the
// shingle) are as sensitive to an edit as three words of English are. Replacing one word of English costs 3 of W
// shingles. A Chinese or Japanese word has about two characters: replacing it costs n+1 of 2W shingles of n characters,
// which is 3 of W at n = 5, three windows of three. A Thai word has about four and a half: n = 10, three windows of
// eight.
func charWindow(r rune) int {
	if r >= 0xE00 && r < 0x1800 {
		return 8
	}
	return 3
}

// charRun reads a run of characters of one kind of script and adds a word per position: the window that starts there.
// A run shorter than the window is one word. Where a rune may change under NFKC (Thai sara am, separate voicing marks of
// Kana) the rest is normalised as a whole and read from the start of the run, unless done says that it was.
func (n *Normaliser) charRun(s string, i int, done bool) int {
	start := i
	first, _ := utf8.DecodeRuneInString(s[i:])
	width := charWindow(first)
	n.window = n.window[:0]
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		class := classOf(r)
		if class == classAsk && !done && r != utf8.RuneError {
			return n.normalised(s[start:])
		}
		if class != classChar || charWindow(r) != width {
			break
		}
		n.window = append(n.window, i)
		i += size
	}
	end := i
	if len(n.window) <= width {
		n.words = append(n.words, WordHash(s[n.window[0]:end]))
		return end
	}
	for k := 0; k+width <= len(n.window); k++ {
		stop := end
		if k+width < len(n.window) {
			stop = n.window[k+width]
		}
		n.words = append(n.words, WordHash(s[n.window[k]:stop]))
	}
	return end
}
