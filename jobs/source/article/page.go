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

// size is what the work of extracting grows with.
type size struct {
	elements int
	lists    int // inside of one another
}

// deepestLists is how many lists may be inside of one another: the work multiplies with each. Menus reach five.
const deepestLists = 10

// prune takes out what is no text and measures what stays. lists is in how many n is.
func prune(n *html.Node, lists int) size {
	switch n.DataAtom {
	case atom.Ul, atom.Ol, atom.Dl:
		lists++
	}
	total := size{lists: lists}
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		switch {
		case child.Type == html.CommentNode, child.Type == html.ElementNode && idle(child):
			n.RemoveChild(child)
		default:
			if child.Type == html.ElementNode {
				total.elements++
			}
			below := prune(child, lists)
			total.elements += below.elements
			total.lists = max(total.lists, below.lists)
		}
		child = next
	}
	return total
}

// idle tells elements that show no text of the page.
func idle(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Svg, atom.Noscript, atom.Template, atom.Iframe, atom.Canvas, atom.Object, atom.Select:
		return true
	}
	return n.Namespace == "svg" || n.Namespace == "math"
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

// published is the first time of publication among the metadata.
func published(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		value := ""
		switch n.DataAtom {
		case atom.Meta:
			for _, key := range []string{"property", "name", "itemprop"} {
				switch strings.ToLower(attribute(n, key)) {
				case "article:published_time", "og:article:published_time", "datepublished", "publishdate", "pubdate", "dc.date.issued":
					value = attribute(n, "content")
				}
			}
		case atom.Time:
			if strings.EqualFold(attribute(n, "itemprop"), "datePublished") {
				value = attribute(n, "datetime")
			}
		}
		if value != "" && len(value) < 100 {
			return value
		}
	}
	return ""
}
