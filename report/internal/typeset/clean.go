package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks bounds the combining marks on one letter: more of them are stacked by pranksters, never by an orthography,
// and they would draw over the lines above.
const maxMarks = 4

// Clean makes text of unknown origin safe to show on one line: white space of every kind becomes one space, control
// characters and broken UTF-8 become U+FFFD so that nobody mistakes the result for the original, and the invisible
// characters that change the direction of neighbouring text are dropped.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space, marks := true, 0 // no leading space
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if !space {
				b.WriteByte(' ')
			}
			space, marks = true, 0
			continue
		case Invisible(r):
			continue
		case unicode.IsControl(r), r == utf8.RuneError, unicode.Is(unicode.Co, r):
			r, marks = utf8.RuneError, 0
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(r)
		space = false
	}
	return strings.TrimRight(b.String(), " ")
}

// CleanText is clean for text of several paragraphs: it keeps the line ends.
func CleanText(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	return strings.Join(lines, "\n")
}

// plain reports whether s is printable ASCII with single spaces inside, which clean would return as it is.
func plain(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// Invisible reports whether r draws nothing and only misleads: bidirectional controls, zero-width spaces, soft hyphens
// and tags. The joiners stay, since several scripts and many emoji need them.
func Invisible(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x061C, r == 0x180E, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF,
		r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB,
		r >= 0xE0000 && r <= 0xE0FFF && !(r >= 0xE0100 && r <= 0xE01EF):
		return true
	}
	return false
}
