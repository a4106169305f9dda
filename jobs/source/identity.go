package source

import "strings"

// CanonicalURL is the key under which deliveries of one web address meet: without scheme, www., default port, fragment,
// trackers and a slash at the end. It is false for what is no absolute web address.
func CanonicalURL(raw string) (string, bool) {
	u, ok := webURL(raw)
	if !ok {
		return "", false
	}
	return canonicalURL(u), true
}

// IDFrom is the id of a story that is known by its canonical URL (kind u), a key of its publisher's (g), or its content
// (c). A Decoder makes the first and the last of these itself.
func IDFrom(kind byte, key string) string { return hashID(string(kind), key) }

// Item decodes one object that was read at a place of its own, such as an entry of a feed. It costs a reject and no more
// if a parser panics on it.
func (d *Decoder) Item(path string, line int64, object []byte) Item {
	it := Item{Path: path, Line: line}
	var err error
	if it.Story, it.Notes, err = d.Survive(object); err != nil {
		it.Reject = &Reject{Path: path, Line: line, Reason: err.Error(), Excerpt: excerpt(object)}
	}
	return it
}

// Excerpt is the beginning of something that was refused, fit for a terminal.
func Excerpt(b []byte) string {
	return excerpt([]byte(strings.TrimSpace(string(b[:min(len(b), 4*excerptLen)]))))
}
