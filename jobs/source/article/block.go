package article

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// block is a run of text that nothing divides: a paragraph, a headline, an entry of a list, a row of a table.
type block struct {
	text   string
	in     *html.Node // the element that divides it from the rest
	length int        // letters and digits; ideographs and kana say more and count for three
	linked int        // what of that is in links
}

// prose tells sentences from menus, captions and times.
func (b *block) prose() bool { return b.length >= 40 && 3*b.linked < b.length && !b.heading() }

func (b *block) heading() bool {
	switch b.in.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// line tells blocks that follow each other closely.
func (b *block) line() bool {
	switch b.in.DataAtom {
	case atom.Li, atom.Tr, atom.Dt, atom.Dd:
		return true
	}
	return false
}

// blocks takes a tree apart, in the order of the page.
func blocks(n *html.Node) []block {
	var s splitter
	s.walk(n, n)
	s.end()
	return s.all
}

type splitter struct {
	all   []block
	now   block
	out   strings.Builder
	space bool // owed before the next word
	links int  // how many are open
}

func (s *splitter) walk(n, in *html.Node) {
	if n.Type == html.TextNode {
		s.text(n.Data, in)
		return
	}
	if idle(n) {
		return
	}
	divides := n.Type == html.ElementNode && divides(n.DataAtom)
	if divides {
		s.end()
		in = n
	}
	switch n.DataAtom {
	case atom.Br:
		if next := n.NextSibling; next != nil && next.DataAtom == atom.Br {
			s.end()
		} else if s.out.Len() > 0 {
			s.out.WriteByte('\n')
			s.space = false
		}
	case atom.Td, atom.Th:
		s.space = true
	case atom.A:
		s.links++
		defer func() { s.links-- }()
	}
	for child := range n.ChildNodes() {
		s.walk(child, in)
	}
	if divides {
		s.end()
	}
}

func (s *splitter) end() {
	if s.now.text = strings.TrimSpace(s.out.String()); s.now.text != "" {
		s.all = append(s.all, s.now)
	}
	s.now, s.space = block{}, false
	s.out.Reset()
}

// text writes words with single spaces. Spaces at the edges of a piece count, and their absence too: "Gr<b>und</b>" is one
// word.
func (s *splitter) text(data string, in *html.Node) {
	for _, r := range data {
		switch {
		case unicode.IsSpace(r):
			s.space = true
			continue
		case unicode.IsControl(r), r == '\u00ad': // a hyphen that shows only where a line is broken
			continue
		}
		if s.space && s.out.Len() > 0 {
			s.out.WriteByte(' ')
		}
		s.space = false
		s.out.WriteRune(r)
		s.now.in = in
		s.now.length += weight(r)
		if s.links > 0 {
			s.now.linked += weight(r)
		}
	}
}

func weight(r rune) int {
	switch {
	case unicode.In(r, unicode.Ideographic, unicode.Hiragana, unicode.Katakana):
		return 3
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return 1
	}
	return 0
}

// divides tells elements that begin a line of their own.
func divides(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol, atom.Dl,
		atom.Li, atom.Dt, atom.Dd, atom.Table, atom.Thead, atom.Tbody, atom.Tr, atom.Section, atom.Article, atom.Main, atom.Figure,
		atom.Figcaption, atom.Header, atom.Footer, atom.Hr, atom.Body, atom.Address, atom.Details, atom.Summary, atom.Center,
		atom.Nav, atom.Aside, atom.Form, atom.Fieldset:
		return true
	}
	return false
}

// idle tells elements that show no text of the page.
func idle(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Svg, atom.Math, atom.Noscript, atom.Template, atom.Iframe, atom.Canvas, atom.Object,
		atom.Select:
		return n.Type == html.ElementNode
	}
	return false
}
