package typeset

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/width"
)

// Width is the number of terminal cells that s takes. What a reader sees as one character is measured as one:
// a letter with its marks, a flag, an emoji made of several.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	n := 0
	for g := graphemes.FromString(s); g.Next(); {
		n += clusterWidth(g.Value())
	}
	return n
}

// Truncate cuts s to at most n cells, between characters, and marks the cut with an ellipsis.
func Truncate(s string, n int) string {
	if Width(s) <= n {
		return s
	}
	if n <= 0 {
		return ""
	}
	used, end := 0, 0
	for g := graphemes.FromString(s); g.Next(); {
		w := clusterWidth(g.Value())
		if used+w > n-1 {
			break
		}
		used += w
		end = g.End()
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// Wrap breaks s at spaces into lines of at most n cells. Words that are longer than a line are cut between
// characters, which is also how scripts without spaces are broken. A width of 0 leaves s on one line.
func Wrap(s string, n int) []string {
	if n <= 0 || Width(s) <= n {
		return []string{s}
	}
	var lines []string
	line, used := "", 0
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, used = "", 0
	}
	for _, word := range strings.Fields(s) {
		w := Width(word)
		if used > 0 && used+1+w > n {
			flush()
		}
		if used > 0 {
			line += " "
			used++
		}
		if w <= n {
			line += word
			used += w
			continue
		}
		for g := graphemes.FromString(word); g.Next(); {
			cw := clusterWidth(g.Value())
			if used+cw > n {
				flush()
			}
			line += g.Value()
			used += cw
		}
	}
	flush()
	return lines
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func clusterWidth(c string) int {
	w, runes, flag := 0, 0, false
	for _, r := range c {
		runes++
		switch {
		case r == 0xFE0F: // asks for the emoji form of the character before it
			w = 2
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		case r >= 0x1F1E6 && r <= 0x1F1FF:
			flag = true
			w = max(w, 1)
		default:
			w = max(w, runeWidth(r))
		}
	}
	if flag && runes > 1 {
		return 2
	}
	return w
}

func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
