package typeset

import (
	"fmt"
	"strings"
	"unicode"
)

// WebAddress returns url if it is an http or https address, else nothing: stories come from anywhere, and a
// javascript: or file: address must not become a link.
func WebAddress(url string) string {
	lower := strings.ToLower(url)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return ""
	}
	if strings.ContainsFunc(url, func(r rune) bool {
		return r <= ' ' || r == 0x7F || r == '"' || r == '<' || r == '>' || Invisible(r) || unicode.IsSpace(r)
	}) {
		return ""
	}
	return url
}

// Thousands groups the digits of n: 12,345.
func Thousands(n int) string {
	s := fmt.Sprint(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural is a number with its noun: "1 copy", "1,204 copies".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}
