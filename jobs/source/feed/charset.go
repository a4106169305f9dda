package feed

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// declaredEncoding finds the encoding of an XML declaration. It is looked for in the raw bytes: every encoding in use but
// UTF-16 writes it in ASCII.
var declaredEncoding = regexp.MustCompile(`(?i)^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([a-z0-9._:-]{1,40})`)

// toUTF8 decodes a document. What it says of itself and what its server says are only hints: bytes that are valid UTF-8 and
// no ASCII are UTF-8 whatever they are declared as, and what is declared as UTF-8 and is not, is as good as undeclared.
func toUTF8(body []byte, contentType string) []byte {
	if e, n := byteOrder(body); e != nil {
		return decode(e, body[n:])
	}
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if utf8.Valid(body) && (hasHigh(body) || bytes.IndexByte(body, 0x1b) < 0) { // an escape begins ISO-2022, which is all ASCII
		return body
	}
	var best []byte
	for _, name := range declared(body, contentType) {
		e, canonical := charset.Lookup(name)
		if e == nil || canonical == "utf-8" || canonical == "replacement" {
			continue
		}
		out := decode(e, body)
		if best == nil || lost(out) < lost(best) {
			best = out
		}
	}
	switch {
	case best != nil && lost(best)*8 <= len(best):
		return best
	case mostlyUTF8(body):
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return decode(charmap.Windows1252, body)
}

// byteOrder tells UTF-16, with or without a mark, and how long the mark is.
func byteOrder(b []byte) (encoding.Encoding, int) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return little, 2
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return big, 2
	case len(b) >= 4 && b[0] == '<' && b[1] == 0 && b[3] == 0:
		return little, 0
	case len(b) >= 4 && b[0] == 0 && b[1] == '<' && b[2] == 0:
		return big, 0
	}
	return nil, 0
}

// declared lists what the document, and then its server, call its encoding. The document comes first: servers that add a
// default of their own are the commoner fault.
func declared(body []byte, contentType string) []string {
	var names []string
	if m := declaredEncoding.FindSubmatch(body[:min(len(body), 1024)]); m != nil {
		names = append(names, string(m[1]))
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		names = append(names, strings.TrimSpace(params["charset"]))
	}
	return names
}

func decode(e encoding.Encoding, b []byte) []byte {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return out
}

// lost counts what could not be decoded.
func lost(b []byte) int { return bytes.Count(b, []byte("\uFFFD")) }

func hasHigh(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
}

// mostlyUTF8 tells UTF-8 with some damage from another encoding: of its characters beyond ASCII most are whole.
func mostlyUTF8(b []byte) bool {
	whole, broken := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		} else {
			whole++
		}
		i += n
	}
	return whole >= 4*broken
}
