package article

import (
	"bytes"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// isPage tells HTML from pictures, documents and feeds: by what is said, and where nothing or nonsense is, by the bytes.
func isPage(page []byte, contentType string) bool {
	kind, _, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "text/html", "application/xhtml+xml":
		return !bytes.HasPrefix(page, []byte("%PDF-"))
	case "", "text/plain", "application/octet-stream":
		return strings.HasPrefix(http.DetectContentType(page), "text/html")
	}
	return false
}

// decode turns a page into UTF-8. One that is UTF-8 already is, whatever is said: no other encoding looks like it by
// chance.
func decode(page []byte, contentType string) string {
	page = bytes.TrimPrefix(page, []byte("\xef\xbb\xbf"))
	if utf8.Valid(page) {
		return string(page)
	}
	encoding, _, _ := charset.DetermineEncoding(page, contentType)
	text, err := encoding.NewDecoder().Bytes(page)
	if err != nil {
		text = page
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// language is what the page declares.
func language(doc *html.Node) string {
	for n := range doc.ChildNodes() {
		if n.DataAtom == atom.Html {
			if lang := attribute(n, "lang"); len(lang) <= 35 { // as long as such a tag can be
				return lang
			}
		}
	}
	return ""
}

// said is what the metadata of a page say of its article, each the first that is there.
type said struct {
	title, author, published string
}

// longestMeta bounds what is taken for a name or a time, in bytes.
const longestMeta = 1 << 10

func metadata(doc *html.Node) said {
	var s, second said
	set := func(field *string, value string) {
		if *field == "" && len(value) <= longestMeta {
			*field = oneLine(value)
		}
	}
	each(doc, func(n *html.Node) {
		switch n.DataAtom {
		case atom.Meta:
			value := attribute(n, "content")
			for _, key := range []string{"property", "name", "itemprop"} {
				switch strings.ToLower(attribute(n, key)) {
				case "og:title", "twitter:title":
					set(&s.title, value)
				case "author", "article:author", "dc.creator":
					if !strings.Contains(value, "://") {
						set(&s.author, value)
					}
				case "article:published_time", "og:article:published_time", "datepublished", "publishdate", "pubdate", "dc.date.issued":
					set(&s.published, value)
				}
			}
		case atom.Time:
			if strings.EqualFold(attribute(n, "itemprop"), "datePublished") {
				set(&second.published, attribute(n, "datetime"))
			}
		case atom.H1:
			set(&second.title, inside(n))
		}
	})
	return said{or(s.title, second.title), s.author, or(s.published, second.published)}
}

// each visits a tree in the order of the page. The iterator of the parser's package costs more the deeper it is.
func each(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		each(child, visit)
	}
}

// inside is the text of an element on one line.
func inside(n *html.Node) string {
	var b strings.Builder
	each(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	})
	return oneLine(b.String())
}
