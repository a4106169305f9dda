package source

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// looksHTML tells markup from prose: by a closing tag, or by a paragraph or a line break in lower case. "a < b" is
// prose, and so is a stock symbol of an old wire, <P> or <BR>.
func looksHTML(s string) bool {
	s = s[:strings.LastIndexByte(s, '>')+1] // every tag that begins in here ends in here
	for {
		_, rest, found := strings.Cut(s, "<")
		if !found {
			return false
		}
		s = rest
		if strings.HasPrefix(rest, "/") {
			n := 1
			for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n])) {
				n++
			}
			if n > 1 && n < len(rest) && rest[n] == '>' {
				return true
			}
			continue
		}
		for _, tag := range []string{"p>", "p ", "br>", "br/>", "br />", "img ", "!--"} {
			if strings.HasPrefix(rest, tag) {
				return true
			}
		}
	}
}

// htmlText is the readable text of a piece of HTML, paragraphs apart by an empty line, and its <title>. Scripts,
// styles and forms are dropped, and what surrounds an article (nav, aside, footer) is too, unless nothing else is left:
// an unclosed <nav> must not swallow a story. It walks tokens and builds no tree, so nesting costs nothing.
//
// Plain text in which somebody left a few tags keeps its lines: where the tags make fewer paragraphs than the empty
// lines do, line ends are line ends and not blanks.
func htmlText(s string) (text, title string) {
	w := walkHTML(s, true, false)
	if w.out.Len() == 0 {
		w = walkHTML(s, false, false)
	}
	if strings.Count(s, "\n\n") > w.blocks || w.blocks == 0 && strings.Contains(s, "\n") {
		w = walkHTML(s, w.trim, true)
	}
	return strings.TrimSpace(w.out.String()), strings.TrimSpace(w.title.String())
}

type htmlWalk struct {
	out, title strings.Builder
	trim       bool
	lines      bool // line ends count outside <pre> too
	gap        int  // newlines owed before the next word, at most 2
	space      bool // a space owed before the next word
	pre        int  // how many <pre> are open
	blocks     int  // tags that end a line
}

func walkHTML(s string, trim, lines bool) *htmlWalk {
	w := &htmlWalk{trim: trim, lines: lines}
	z := html.NewTokenizer(strings.NewReader(s))
	skip, depth := atom.Atom(0), 0 // inside an element that is dropped: its name and how often it is open
	inTitle := false
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return w
		case html.TextToken:
			switch {
			case skip != 0:
			case inTitle:
				w.title.Write(z.Text())
			default:
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			end := kind == html.EndTagToken
			if skip != 0 {
				if a == skip && kind != html.SelfClosingTagToken {
					if depth++; end {
						depth -= 2
					}
					if depth == 0 {
						skip = 0
					}
				}
				continue
			}
			if dropped(a, trim) && kind == html.StartTagToken {
				skip, depth = a, 1
				continue
			}
			if a == atom.Title {
				inTitle = !end && w.title.Len() == 0
			}
			if a == atom.Pre {
				w.pre = max(0, w.pre+1)
				if end {
					w.pre = max(0, w.pre-2)
				}
			}
			if n := breaks(a); n > 0 {
				w.gap = max(w.gap, n)
				w.blocks++
			}
			w.space = w.space || a == atom.Td || a == atom.Th
		}
	}
}

func dropped(a atom.Atom, trim bool) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Object, atom.Select,
		atom.Textarea, atom.Button, atom.Canvas, atom.Audio, atom.Video, atom.Math:
		return true
	case atom.Nav, atom.Aside, atom.Footer, atom.Form:
		return trim
	}
	return false
}

// breaks is how many newlines a tag stands for.
func breaks(a atom.Atom) int {
	switch a {
	case atom.Br, atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.Option:
		return 1
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Article, atom.Section,
		atom.Header, atom.Main, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Figure, atom.Figcaption, atom.Pre, atom.Hr,
		atom.Address, atom.Body, atom.Head, atom.Title:
		return 2
	}
	return 0
}

// text adds a run of text, white space folded, with the breaks that are owed.
func (w *htmlWalk) text(s string) {
	for len(s) > 0 {
		r, n := nextRune(s)
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\u00a0' {
			if (w.lines || w.pre > 0) && r == '\n' {
				w.gap = min(2, w.gap+1)
			}
			w.space = true
			s = s[n:]
			continue
		}
		end := n
		for end < len(s) && s[end] > ' ' && !strings.HasPrefix(s[end:], "\u00a0") {
			end++
		}
		if w.out.Len() > 0 {
			switch {
			case w.gap > 0:
				w.out.WriteString("\n\n"[:w.gap])
			case w.space:
				w.out.WriteByte(' ')
			}
		}
		w.gap, w.space = 0, false
		w.out.WriteString(s[:end])
		s = s[end:]
	}
}
