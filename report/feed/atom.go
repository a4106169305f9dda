package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const atomType = "application/atom+xml; charset=utf-8"

// The elements of RFC 4287 that are written.
type (
	atomFeed struct {
		XMLName   xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID        string   `xml:"id"`
		Title     string   `xml:"title"`
		Updated   string   `xml:"updated"`
		Author    atomName `xml:"author"`
		Generator string   `xml:"generator"`
		Links     []atomLink
		Entries   []atomEntry
	}
	atomEntry struct {
		XMLName    xml.Name   `xml:"entry"`
		Lang       string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Updated    string     `xml:"updated"`
		Published  string     `xml:"published"`
		Authors    []atomName `xml:"author"`
		Links      []atomLink
		Categories []atomCategory
		Summary    string `xml:"summary,omitempty"`
		Content    atomText
	}
	atomName struct {
		Name string `xml:"name"`
	}
	atomLink struct {
		XMLName xml.Name `xml:"link"`
		Rel     string   `xml:"rel,attr"`
		Type    string   `xml:"type,attr,omitempty"`
		Href    string   `xml:"href,attr"`
	}
	atomCategory struct {
		XMLName xml.Name `xml:"category"`
		Term    string   `xml:"term,attr"`
	}
	atomText struct {
		XMLName xml.Name `xml:"content"`
		Type    string   `xml:"type,attr"`
		Body    string   `xml:",chardata"`
	}
)

// atom writes a feed as Atom 1.0.
func (b body) atom(d *document) ([]byte, error) {
	f := atomFeed{
		ID: iri(d.id), Title: characters(d.title), Updated: d.updated().Format(time.RFC3339), Author: atomName{"samestory"}, Generator: "samestory",
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: iri(d.self)},
			{Rel: "alternate", Type: "text/html", Href: iri(d.page)},
			{Rel: "alternate", Type: "application/feed+json", Href: iri(d.other)},
		},
	}
	for _, x := range d.entries {
		html, err := b.html(x, d.base)
		if err != nil {
			return nil, err
		}
		e := atomEntry{
			Lang: language(x.lang), ID: x.id, Title: characters(titleOf(x.title)), Updated: x.begun.Format(time.RFC3339),
			Published: x.published.Format(time.RFC3339), Summary: characters(x.lead), Content: atomText{Type: "html", Body: characters(html)},
			Links: []atomLink{
				{Rel: "alternate", Type: "text/html", Href: iri(d.link(x))},
				{Rel: "related", Type: "text/html", Href: iri(d.base + eventPath(x.event))},
			},
		}
		for _, name := range authors(x) {
			e.Authors = append(e.Authors, atomName{characters(name)})
		}
		for _, tag := range tags(x) {
			e.Categories = append(e.Categories, atomCategory{Term: characters(tag)})
		}
		f.Entries = append(f.Entries, e)
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(&out)
	enc.Indent("", " ")
	if err := enc.Encode(&f); err != nil {
		return nil, fmt.Errorf("write Atom: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// characters replaces what XML 1.0 cannot hold in any form.
func characters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000 && r <= utf8.MaxRune:
			return r
		}
		return utf8.RuneError
	}, s)
}

// iri is an address without the characters that no address has as they are: they are escaped, and what is no text is too.
func iri(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
