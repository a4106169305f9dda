package feed

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep elements may be nested. Feeds with HTML that was not escaped leave thousands of tags open.
const maxDepth = 5000

// markup is a document from its root element on.
type markup struct {
	body []byte
	root string // local name of the root element, in lower case
	name string // as written, with its prefix
	head []byte // the root's start tag
}

// findRoot skips what stands before the root element: the XML declaration, comments, style sheets, and the document type
// with every entity that it defines. Text before the first tag, as servers print their warnings, is skipped too.
func findRoot(b []byte) (markup, bool) {
	for {
		at := bytes.IndexByte(b, '<')
		if at < 0 || at > 16<<10 {
			return markup{}, false
		}
		b = b[at:]
		end := 0
		switch {
		case bytes.HasPrefix(b, []byte("<?")):
			end = behind(b, "?>")
		case bytes.HasPrefix(b, []byte("<!--")):
			end = behind(b, "-->")
		case bytes.HasPrefix(b, []byte("<!")):
			end = declarationEnd(b)
		default:
			n := 1
			for n < len(b) && nameByte(b[n]) {
				n++
			}
			if n == 1 {
				b = b[1:]
				continue
			}
			name := string(b[1:n])
			_, local, ok := strings.Cut(name, ":")
			if !ok {
				local = name
			}
			return markup{b, strings.ToLower(local), name, b[:tagEnd(b)]}, true
		}
		if end < 0 {
			return markup{}, false
		}
		b = b[end:]
	}
}

// reference is a character given by its number.
var reference = regexp.MustCompile(`&#(?:[xX][0-9a-fA-F]*|[0-9]*);?`)

// legalReferences replaces references to what is no character in XML, which cost the whole document otherwise.
func legalReferences(b []byte) []byte {
	if !bytes.Contains(b, []byte("&#")) {
		return b
	}
	return reference.ReplaceAllFunc(b, func(ref []byte) []byte {
		digits, base := strings.TrimSuffix(string(ref[2:]), ";"), 10
		if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n > utf8.MaxRune || n < ' ' && n != '\t' && n != '\n' && n != '\r' || n >= 0xd800 && n < 0xe000 || n == 0xfffe || n == 0xffff {
			return []byte("\uFFFD")
		}
		return ref
	})
}

func behind(b []byte, mark string) int {
	at := bytes.Index(b, []byte(mark))
	if at < 0 {
		return -1
	}
	return at + len(mark)
}

// declarationEnd finds the end of a <!DOCTYPE ...>, whose internal subset holds declarations of its own.
func declarationEnd(b []byte) int {
	depth, quote := 0, byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// tagEnd is the index behind the tag that b begins with, or the length of b where it does not end.
func tagEnd(b []byte) int {
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(b)
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':' || c == '-' || c == '_' || c == '.' || c >= 0x80
}

// tooDeep tells markup that was made to exhaust a parser. It counts tags as they are written and takes a tag that is never
// closed for an open one.
func tooDeep(b []byte) bool {
	depth := 0
	for i := 0; i < len(b); {
		at := bytes.IndexByte(b[i:], '<')
		if at < 0 {
			return false
		}
		i += at
		rest := b[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			i += max(behindOr(rest, "]]>"), 1)
		case bytes.HasPrefix(rest, []byte("<!--")):
			i += max(behindOr(rest, "-->"), 1)
		case len(rest) > 1 && rest[1] == '/':
			depth = max(0, depth-1)
			i += 2
		case len(rest) > 1 && nameByte(rest[1]):
			end := tagEnd(rest)
			if end < 2 || rest[end-2] != '/' {
				if depth++; depth > maxDepth {
					return true
				}
			}
			i += end
		default:
			i++
		}
	}
	return false
}

func behindOr(b []byte, mark string) int {
	if n := behind(b, mark); n >= 0 {
		return n
	}
	return len(b)
}
