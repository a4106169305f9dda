package source

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The decoder walks each line once with a scanner of its own: encoding/json would scan a story four times to reach
// fields under names that are known only at run time. A fuzz test holds it to accept and to read exactly what
// encoding/json does, but for nesting beyond maxDepth.

// maxDepth bounds recursion; a news item nested deeper is an attack or a mistake.
const maxDepth = 256

var errEnd = errors.New("the JSON ends too early")

func errAt(i int, what string) error { return fmt.Errorf("%s at byte %d", what, i+1) }

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipValue returns the index behind the value that begins at b[i].
func skipValue(b []byte, i, depth int) (int, error) {
	if i >= len(b) {
		return i, errEnd
	}
	switch c := b[i]; {
	case c == '"':
		return skipString(b, i)
	case c == '{':
		return eachMember(b, i, depth, nil)
	case c == '[':
		return eachElement(b, i, depth, nil)
	case c == '-' || c >= '0' && c <= '9':
		return skipNumber(b, i)
	case c == 't':
		return skipWord(b, i, "true")
	case c == 'f':
		return skipWord(b, i, "false")
	case c == 'n':
		return skipWord(b, i, "null")
	}
	return i, errAt(i, "a JSON value is missing")
}

func skipWord(b []byte, i int, word string) (int, error) {
	if !strings.HasPrefix(string(b[i:min(len(b), i+len(word))]), word) {
		return i, errAt(i, "an unknown word")
	}
	return i + len(word), nil
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

func skipNumber(b []byte, i int) (int, error) {
	start := i
	if b[i] == '-' {
		i++
	}
	n := skipDigits(b, i)
	if n == i || b[i] == '0' && n > i+1 {
		return i, errAt(start, "a malformed number")
	}
	i = n
	if i < len(b) && b[i] == '.' {
		if n = skipDigits(b, i+1); n == i+1 {
			return i, errAt(start, "a malformed number")
		}
		i = n
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if n = skipDigits(b, i); n == i {
			return i, errAt(start, "a malformed number")
		}
		i = n
	}
	return i, nil
}

// skipString returns the index behind the closing quote of the string that begins at b[i], every escape checked.
func skipString(b []byte, i int) (int, error) {
	i++
	for i < len(b) {
		c := b[i]
		switch {
		case c == '"':
			return i + 1, nil
		case c == '\\':
			if i+1 >= len(b) {
				return i, errEnd
			}
			switch b[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
			case 'u':
				if i+6 > len(b) {
					return i, errEnd
				}
				if hex4(b[i+2:i+6]) < 0 {
					return i, errAt(i, "a malformed \\u escape")
				}
				i += 6
			default:
				return i, errAt(i, "an unknown escape in a string")
			}
		case c < 0x20:
			return i, errAt(i, "a raw control character in a string")
		default:
			i++
		}
	}
	return i, errEnd
}

// hex4 is the value of four hexadecimal digits, -1 where they are none.
func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// eachMember walks the object at b[i] and calls visit with the inside of each key's quotes and with its raw value. It
// returns the index behind the object.
func eachMember(b []byte, i, depth int, visit func(key, value []byte)) (int, error) {
	if depth >= maxDepth {
		return i, errAt(i, "nested too deep")
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1, nil
	}
	for {
		if i >= len(b) {
			return i, errEnd
		}
		if b[i] != '"' {
			return i, errAt(i, "an object key in quotes is missing")
		}
		end, err := skipString(b, i)
		if err != nil {
			return i, err
		}
		key := b[i+1 : end-1]
		i = skipSpace(b, end)
		if i >= len(b) {
			return i, errEnd
		}
		if b[i] != ':' {
			return i, errAt(i, "a colon is missing")
		}
		i = skipSpace(b, i+1)
		end, err = skipValue(b, i, depth+1)
		if err != nil {
			return i, err
		}
		if visit != nil {
			visit(key, b[i:end])
		}
		i = skipSpace(b, end)
		if i >= len(b) {
			return i, errEnd
		}
		if b[i] == '}' {
			return i + 1, nil
		}
		if b[i] != ',' {
			return i, errAt(i, "a comma or a closing brace is missing")
		}
		i = skipSpace(b, i+1)
	}
}

// eachElement walks the array at b[i] and calls visit with each raw element.
func eachElement(b []byte, i, depth int, visit func(value []byte)) (int, error) {
	if depth >= maxDepth {
		return i, errAt(i, "nested too deep")
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1, nil
	}
	for {
		end, err := skipValue(b, i, depth+1)
		if err != nil {
			return i, err
		}
		if visit != nil {
			visit(b[i:end])
		}
		i = skipSpace(b, end)
		if i >= len(b) {
			return i, errEnd
		}
		if b[i] == ']' {
			return i + 1, nil
		}
		if b[i] != ',' {
			return i, errAt(i, "a comma or a closing bracket is missing")
		}
		i = skipSpace(b, i+1)
	}
}

// unquote decodes the inside of a string's quotes, which skipString has checked. Bytes that are no UTF-8 and surrogates
// without their other half become U+FFFD; repaired says how many did.
func unquote(b []byte) (s string, repaired int) {
	plain := true
	for _, c := range b {
		if c == '\\' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return string(b), 0
	}
	var sb strings.Builder
	sb.Grow(len(b))
	for i := 0; i < len(b); {
		c := b[i]
		if c != '\\' {
			j := i + 1
			for j < len(b) && b[j] != '\\' {
				j++
			}
			repaired += writeValid(&sb, b[i:j])
			i = j
			continue
		}
		switch e := b[i+1]; e {
		case 'b':
			sb.WriteByte('\b')
		case 'f':
			sb.WriteByte('\f')
		case 'n':
			sb.WriteByte('\n')
		case 'r':
			sb.WriteByte('\r')
		case 't':
			sb.WriteByte('\t')
		case 'u':
			r := hex4(b[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+6 <= len(b) && b[i] == '\\' && b[i+1] == 'u' {
					pair = utf16.DecodeRune(r, hex4(b[i+2:]))
				}
				if pair == utf8.RuneError {
					repaired++
				} else {
					i += 6
				}
				r = pair
			}
			sb.WriteRune(r)
			continue
		default:
			sb.WriteByte(e)
		}
		i += 2
	}
	return sb.String(), repaired
}

func writeValid(sb *strings.Builder, b []byte) (repaired int) {
	if utf8.Valid(b) {
		sb.Write(b)
		return 0
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			repaired++
		}
		sb.WriteRune(r)
		b = b[n:]
	}
	return repaired
}
