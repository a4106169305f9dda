package article

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// paragraphs is the text of a tree as people read it: paragraphs apart by an empty line, and each entry of a list and row
// of a table on a line.
func paragraphs(n *html.Node) string {
	var w writer
	w.walk(n)
	return w.out.String()
}

// writer puts words together.
type writer struct {
	out   strings.Builder
	ends  int  // line ends owed before the next word: 2 for a paragraph
	space bool // a space owed before the next word
}

func (w *writer) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.ElementNode:
	default:
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			w.walk(child)
		}
		return
	}
	ends := 0
	switch atom.Lookup([]byte(n.Data)) { // nodes that were made and not parsed have no DataAtom
	case atom.Br:
		w.ends = max(w.ends, 1)
	case atom.Li, atom.Tr, atom.Dt, atom.Dd:
		ends = 1
	case atom.Td, atom.Th:
		w.space = true
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol,
		atom.Dl, atom.Table, atom.Section, atom.Article, atom.Main, atom.Figure, atom.Figcaption, atom.Header, atom.Footer, atom.Hr:
		ends = 2
	}
	w.ends = max(w.ends, ends)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.walk(child)
	}
	w.ends = max(w.ends, ends)
}

// text writes words with single spaces. Spaces at the edges of a piece count, and their absence too: "<b>Gr</b>und" is one
// word.
func (w *writer) text(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			w.space = true
			continue
		case unicode.IsControl(r), r == '\u00ad': // a hyphen that shows only where a line is broken
			continue
		}
		switch {
		case w.out.Len() == 0:
		case w.ends > 0:
			w.out.WriteString("\n\n"[:w.ends])
		case w.space:
			w.out.WriteByte(' ')
		}
		w.ends, w.space = 0, false
		w.out.WriteRune(r)
	}
}
