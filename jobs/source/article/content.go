package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// content finds the article on a page: the smallest element that holds nearly all prose, without what says of itself that
// it is something else. The work grows with the page and not faster.
func content(doc *html.Node, title string) string {
	all := blocks(doc)
	p := prose{own: map[*html.Node]int{}, below: map[*html.Node]int{}, aside: map[*html.Node]bool{}}
	for i := range all {
		if b := &all[i]; b.prose() {
			p.own[b.in] += b.length
		}
	}
	p.add(doc)
	p.leave(doc, p.below[doc])
	p.add(doc)
	return p.write(all, p.smallest(doc), title)
}

// prose knows where the sentences of a page are.
type prose struct {
	own   map[*html.Node]int  // letters in blocks of an element itself
	below map[*html.Node]int  // and in all below it; elements with none are missing
	aside map[*html.Node]bool // elements that are no part of the article, with all below them
}

// add sums up what is not aside.
func (p *prose) add(n *html.Node) int {
	delete(p.below, n)
	if p.aside[n] {
		return 0
	}
	sum := p.own[n]
	for child := range n.ChildNodes() {
		sum += p.add(child)
	}
	if sum > 0 {
		p.below[n] = sum
	}
	return sum
}

// leave puts aside what says that it is no article, unless it is half of the page: then the name means something else.
func (p *prose) leave(n *html.Node, total int) {
	if n.Type == html.ElementNode && 2*p.below[n] < total && other(n) {
		p.aside[n] = true
		return
	}
	for child := range n.ChildNodes() {
		p.leave(child, total)
	}
}

// most is how much of the prose of an element one below it has to hold to stand for it, in percent. With less, articles in
// parts lose some of them; with more, what surrounds an article comes along.
const most = 90

func (p *prose) smallest(n *html.Node) *html.Node {
	for {
		var best *html.Node
		for child := range n.ChildNodes() {
			if p.below[child] > p.below[best] {
				best = child
			}
		}
		if best == nil || 100*p.below[best] < most*p.below[n] {
			return n
		}
		if best.DataAtom == atom.P {
			return n // with its headlines and lists
		}
		n = best
	}
}

// write puts the blocks of an element together. Headlines come along before text only, lists of links never.
func (p *prose) write(all []block, within *html.Node, title string) string {
	var out strings.Builder
	var headings []*block
	wasLine := false
	put := func(b *block) {
		switch {
		case out.Len() == 0:
		case wasLine && b.line():
			out.WriteString("\n")
		default:
			out.WriteString("\n\n")
		}
		out.WriteString(b.text)
		wasLine = b.line()
	}
	for i := range all {
		b := &all[i]
		switch {
		case !p.holds(within, b.in):
		case b.heading():
			if oneLine(b.text) != title {
				headings = append(headings, b)
			}
		case b.length > 0 && 2*b.linked <= b.length:
			for _, h := range headings {
				put(h)
			}
			headings = nil
			put(b)
		}
	}
	return out.String()
}

// holds tells whether an element is within another and nothing between them is aside.
func (p *prose) holds(within, n *html.Node) bool {
	for ; n != nil && !p.aside[n]; n = n.Parent {
		if n == within {
			return true
		}
	}
	return false
}

// otherWords are parts of classes and ids under which pages show what is no article. They were chosen on pages of
// newspapers and blogs in many languages: docs/QUALITY.md.
const otherWords = "advert attachment author banner breadcrumb byline caption comment consent cookie copyright credit dateline " +
	"disqus feedback footer gdpr infobox jp-post links login masthead menu meta modal more- most-read mostread navbar navigation " +
	"newsletter outbrain overlay pagination popup print promo rating recommend related reply respond share sharing signin signup " +
	"skip social sponsor subscri taboola tags teaser timestamp toolbar trending"

// other tells elements that say of themselves that they are no article.
func other(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Aside, atom.Form, atom.Button, atom.Dialog, atom.Textarea, atom.Label, atom.Menu, atom.Figcaption,
		atom.Fieldset:
		return true
	case atom.Html, atom.Body, atom.Article, atom.Main:
		return false
	}
	for _, a := range n.Attr {
		switch value := strings.ToLower(a.Val); a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			if value == "true" {
				return true
			}
		case "role":
			switch value {
			case "navigation", "complementary", "banner", "contentinfo", "search", "dialog", "menu", "alert":
				return true
			}
		case "style":
			if strings.Contains(strings.ReplaceAll(value, " ", ""), "display:none") {
				return true
			}
		case "class", "id":
			for word := range strings.FieldsSeq(otherWords) {
				if strings.Contains(value, word) {
					return true
				}
			}
		}
	}
	return false
}
