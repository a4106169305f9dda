package feed

import (
	"bytes"
	"fmt"

	"github.com/samestory/samestory/jobs/source"
)

// maxHead bounds what of a document may stand before its first item when it is read once more for each part.
const maxHead = 64 << 10

// salvage reads the items of a document that cannot be read as a whole: one that was cut off, or that holds an item which
// is no XML. Each complete item is read alone; those that cannot be are broken ones.
func salvage(m markup, o *Options, cause error) (*Document, error) {
	tag := "item"
	if m.root == "feed" {
		tag = "entry"
	}
	channel := ""
	if m.root == "rss" {
		channel = "channel"
	}
	closing := "</" + m.name + ">"
	if channel != "" {
		closing = "</" + channel + ">" + closing
	}
	if len(m.head) > maxHead {
		return nil, fmt.Errorf("%w: %w", ErrBroken, cause)
	}
	rest := m.body[len(m.head):]
	doc := &Document{Damaged: true}
	first := openTag(rest, tag)
	head := rest[:min(max(first, 0), maxHead)]
	if parsed, err := parse(join(m.head, head, []byte(closing))); err == nil {
		doc.take(parsed, o)
	}
	opening := m.head
	if channel != "" {
		opening = join(m.head, []byte("<"+channel+">"))
	}
	site := *o
	if doc.Link != "" {
		site.URL = doc.Link
	}
	readable := 0
	for at := first; at >= 0; {
		rest = rest[at:]
		end, whole := itemEnd(rest, tag)
		if len(doc.Entries) >= o.MaxItems {
			doc.Over++
		} else if read := doc.one(rest[:end], whole, opening, closing, &site, cause); read {
			readable++
		}
		rest = rest[end:]
		at = openTag(rest, tag)
	}
	if readable == 0 {
		return nil, fmt.Errorf("%w: %w", ErrBroken, cause)
	}
	return doc, nil
}

// one reads an item that stands alone.
func (d *Document) one(item []byte, whole bool, opening []byte, closing string, o *Options, cause error) bool {
	if whole {
		parsed, err := parse(join(opening, item, []byte(closing)))
		if err == nil && len(parsed.Items) > 0 {
			part := &Document{}
			part.take(parsed, o)
			d.Entries = append(d.Entries, part.Entries...)
			return true
		}
		if err != nil {
			cause = err
		}
	}
	reason := fmt.Sprintf("an item that cannot be read: %v", cause)
	if !whole {
		reason = "an item that was cut off"
	}
	d.Entries = append(d.Entries, Entry{Broken: reason, Excerpt: source.Excerpt(item)})
	return false
}

// openTag is where the next start tag of that name begins, -1 where there is none.
func openTag(b []byte, name string) int {
	for from := 0; ; {
		at := bytes.Index(b[from:], []byte("<"+name))
		if at < 0 {
			return -1
		}
		at += from
		if end := at + 1 + len(name); end < len(b) && !nameByte(b[end]) {
			return at
		}
		from = at + 1
	}
}

// itemEnd is where the item that b begins with ends: behind its end tag, or where the next one begins, or at the end of b.
func itemEnd(b []byte, name string) (end int, whole bool) {
	limit := len(b)
	if next := openTag(b[1:], name); next >= 0 {
		limit = next + 1
	}
	if end := behind(b[:limit], "</"+name+">"); end >= 0 {
		return end, true
	}
	return limit, false
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
