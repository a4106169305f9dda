package feed

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// What a document fails with that is no feed.
var (
	// ErrEmpty reports a document without any content.
	ErrEmpty = errors.New("the server sent nothing")
	// ErrNotFeed reports a document that is something else; PageError says more of a page.
	ErrNotFeed = errors.New("no feed")
	// ErrBroken reports a feed of which not one item can be read.
	ErrBroken = errors.New("a damaged feed")
)

// PageError reports a web page where a feed was expected: a blog moved, a login, an error page that says it is fine.
type PageError struct {
	Title string
	Feeds []string // that the page names, absolute
}

func (e *PageError) Error() string {
	s := "a web page, no feed"
	if e.Title != "" {
		s += fmt.Sprintf(" (%q)", e.Title)
	}
	if len(e.Feeds) > 0 {
		s += "; the page names " + strings.Join(e.Feeds[:min(len(e.Feeds), 3)], ", ")
	}
	return s
}

// Unwrap makes a PageError an ErrNotFeed.
func (e *PageError) Unwrap() error { return ErrNotFeed }

// Options say what is known of a document beside its bytes.
type Options struct {
	URL         string // that it was fetched from; relative links begin there
	ContentType string // as its server says
	MaxItems    int    // items beyond are counted only; 0 is DefaultMaxItems
}

// DefaultMaxItems is twice what the longest feeds have.
const DefaultMaxItems = 10_000

// Document is a parsed feed.
type Document struct {
	Title   string
	Link    string // of the site, absolute; empty where the feed names none
	Entries []Entry
	Over    int  // items beyond Options.MaxItems
	Damaged bool // not all of the document could be read; what could, is in Entries
}

// Entry is one item of a document as its publisher wrote it, with links made absolute, or the reason why it cannot be read.
type Entry struct {
	GUID      string
	URL       string
	Title     string
	Body      string // HTML or text, whichever the publisher wrote
	Published string
	Updated   string
	Author    string
	Outlet    string // whom the item was taken over from; empty mostly
	Lang      string // that the document declares
	Broken    string // why it cannot be read; all else is empty then
	Excerpt   string // of a broken one
}

// Parse reads a document.
func Parse(body []byte, o Options) (*Document, error) {
	if o.MaxItems <= 0 {
		o.MaxItems = DefaultMaxItems
	}
	body = toUTF8(body, o.ContentType)
	trimmed := bytes.TrimLeft(body, "\uFEFF \t\r\n\x00")
	switch {
	case len(trimmed) == 0:
		return nil, ErrEmpty
	case trimmed[0] == '{':
		return parseJSON(trimmed, &o)
	}
	m, ok := findRoot(body)
	if !ok {
		return nil, fmt.Errorf("%w: neither XML nor JSON, it begins %q", ErrNotFeed, short(trimmed))
	}
	switch m.root {
	case "rss", "rdf", "feed":
	case "html", "head", "body":
		return nil, readPage(m.body, o.URL)
	case "opml":
		return nil, fmt.Errorf("%w: a list of feeds (OPML), which is a source of kind \"opml\"", ErrNotFeed)
	default:
		if strings.Contains(strings.ToLower(o.ContentType), "html") {
			return nil, readPage(m.body, o.URL)
		}
		return nil, fmt.Errorf("%w: XML of another kind, <%s>", ErrNotFeed, short([]byte(m.name)))
	}
	if tooDeep(m.body) {
		return nil, fmt.Errorf("%w: elements within elements more than %d deep", ErrBroken, maxDepth)
	}
	m.body = legalReferences(m.body)
	parsed, err := parse(m.body)
	if err == nil {
		doc := &Document{}
		doc.take(parsed, &o)
		return doc, nil
	}
	return salvage(m, &o, err)
}

// parse asks the library. Its panics, if it has any, are errors: a feed must not end the daemon.
func parse(body []byte) (f *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, fmt.Errorf("the parser panicked: %v", p)
		}
	}()
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	return p.Parse(bytes.NewReader(body))
}

// take adds the head and the items of a parsed feed.
func (d *Document) take(f *gofeed.Feed, o *Options) {
	base, _ := url.Parse(o.URL)
	d.Title = strings.TrimSpace(f.Title)
	d.Link = absolute(base, f.Link)
	if site, err := url.Parse(d.Link); err == nil && d.Link != "" {
		base = site
	}
	outlets := taken(f)
	for i, it := range f.Items {
		if len(d.Entries) == o.MaxItems {
			d.Over += len(f.Items) - i
			return
		}
		e := Entry{
			GUID: strings.TrimSpace(it.GUID), Title: it.Title, Published: it.Published, Updated: it.Updated, Lang: f.Language,
			Body: it.Content, URL: absolute(base, it.Link),
		}
		if len(it.Description) > len(it.Content) {
			e.Body = it.Description // a body of an image alone
		}
		if e.URL == "" {
			e.URL = absolute(nil, e.GUID) // a guid is a link unless it says otherwise
		}
		var names []string
		for _, a := range it.Authors {
			if a != nil && a.Name != "" {
				names = append(names, a.Name)
			}
		}
		e.Author = strings.Join(names, ", ")
		if i < len(outlets) {
			e.Outlet = outlets[i]
		}
		d.Entries = append(d.Entries, e)
	}
}

// taken lists whom each item was taken over from, as feeds that gather from others say; nil where none does.
func taken(f *gofeed.Feed) []string {
	var all []string
	switch original := f.OriginalFeed().(type) {
	case *rss.Feed:
		for _, it := range original.Items {
			name := ""
			if it.Source != nil {
				name = it.Source.Title
			}
			all = append(all, name)
		}
	case *atom.Feed:
		for _, it := range original.Entries {
			name := ""
			if it.Source != nil {
				name = it.Source.Title
			}
			all = append(all, name)
		}
	}
	for _, name := range all {
		if name != "" && strings.TrimSpace(name) != strings.TrimSpace(f.Title) {
			return all
		}
	}
	return nil // a feed that names itself says nothing
}

// absolute resolves a link; empty for one that is no address of the web.
func absolute(base *url.URL, link string) string {
	link = strings.TrimSpace(link)
	if link == "" {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	if base != nil && base.Host != "" {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

func short(b []byte) string {
	if len(b) > 40 {
		b = b[:40]
	}
	return strings.ToValidUTF8(string(b), "")
}
