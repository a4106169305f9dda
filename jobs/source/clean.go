package source

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// outlet reads a source given as an address as its host.
func outlet(s string) string {
	s = oneLine(s)
	if strings.Contains(s, "://") {
		if u, ok := webURL(s); ok {
			return hostName(u)
		}
	}
	return s
}

func firstOf(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

// oneLine folds white space to single blanks and drops what cannot be seen.
func oneLine(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == ' ' && (i == 0 || s[i-1] == ' ' || i == len(s)-1) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' || r == '\u200B'
	}), " ")
}

// paragraphs brings every line end to \n, drops control characters, and trims the ends.
func paragraphs(s string) string {
	if hasStrange(s) {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n", "\u0085", "\n", "\f", "\n", "\v", "\n").Replace(s)
		s = strings.Map(func(r rune) rune {
			if strange(r) {
				return -1
			}
			return r
		}, s)
	}
	if !strings.ContainsFunc(s, visible) {
		return ""
	}
	return strings.TrimSpace(s)
}

func visible(r rune) bool { return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Cc) }

// hasStrange is strings.ContainsFunc(s, strange), four times as fast: it is asked about every byte that comes in.
func hasStrange(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t', c >= 0x80 && c < 0xc2:
		case c < 0x80, c == 0xc2 && i+1 < len(s) && s[i+1] <= 0x9f,
			c == 0xe2 && (strings.HasPrefix(s[i:], "\u2028") || strings.HasPrefix(s[i:], "\u2029")),
			c == 0xef && strings.HasPrefix(s[i:], "\ufeff"):
			return true
		}
	}
	return false
}

func strange(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f || r == '\u2028' || r == '\u2029' || r == '\uFEFF'
}

// entities resolves character references, which exporters leave in plain text. Only those with a semicolon: the others
// are found in addresses (?a=1&copy=2).
func entities(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var sb strings.Builder
	rest := s
	for at >= 0 {
		sb.WriteString(rest[:at])
		rest = rest[at:]
		semi := strings.IndexByte(rest[:min(len(rest), 34)], ';')
		if semi < 0 || strings.ContainsAny(rest[1:semi], " &\n") {
			sb.WriteByte('&')
			rest = rest[1:]
		} else {
			sb.WriteString(html.UnescapeString(rest[:semi+1]))
			rest = rest[semi+1:]
		}
		at = strings.IndexByte(rest, '&')
	}
	sb.WriteString(rest)
	return sb.String()
}

// clip cuts at a rune boundary to at most limit bytes.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.TrimSpace(s[:limit])
}

func nextRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }
