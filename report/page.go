package report

import (
	"fmt"

	"github.com/samestory/samestory/report/internal/typeset"
)

// A page is a view laid out as a sequence of blocks, between the views and the two renderers for people: the terminal
// and Markdown. Everything in a page has been through typeset.Clean.
type page []block

// block is a heading, facts, a grid, a chart, a paragraph or a passage.
type block any

// heading opens a page, or a part of it where sub is set.
type heading struct {
	text string
	meta string // what stands beside it, dimmed
	sub  bool
}

// facts is a list of names and values.
type facts []fact

type fact struct{ name, value string }

// paragraph is a sentence or two of ours.
type paragraph string

// passage is text of a story: lines of it, shown apart from our own words.
type passage string

// grid is a table. A nil row is a gap between two groups of rows.
type grid struct {
	cols  []col
	rows  [][]cell
	cards []card // the rows once more, for terminals on which the table would say too little; may be nil
}

// card is a row of a grid as lines: a headline over the rest.
type card struct {
	title   cell
	second  string   // a line of its own; may be empty
	before  []string // of the line of side information
	outlets []string // as many as fit
	id      string
}

// cardWidth is the width of a terminal below which cards take the place of a table that has them.
const cardWidth = 96

type col struct {
	name  string
	right bool // numbers
	flex  int  // least width to which the column may be cut when room is short; 0 for never
	soft  int  // width down to which it gives way before any other column goes below its own
	drop  int  // columns with a higher number are left out first when room is short; 0 for never
}

// extra is the least drop of a column that is left out as soon as another would go below its soft width. The others
// stay as long as the least widths fit.
const extra = 4

type style uint8

const (
	normal style = iota
	bold
	dim
	alert
)

// cell is one value of a grid. A cell with outlets shows as many of them as there is room for and counts the rest.
type cell struct {
	text    string
	outlets []string
	style   style
	depth   int    // steps of indentation under the row above
	href    string // where Markdown links to
}

func text(s string) cell             { return cell{text: typeset.Clean(s)} }
func styled(s string, st style) cell { return cell{text: typeset.Clean(s), style: st} }
func number(n int) cell              { return cell{text: typeset.Thousands(n)} }

func fraction(f float64) cell {
	if f == 0 {
		return cell{text: "0", style: dim}
	}
	return cell{text: fmt.Sprintf("%.2f", f)}
}

// headline is the title of something, or a sign that there is none.
func headline(title string, depth int) cell {
	t := typeset.Clean(title)
	if t == "" {
		return cell{text: "(no headline)", style: dim, depth: depth}
	}
	return cell{text: t, style: bold, depth: depth}
}

// linked is headline with an address, where that is one a browser may be sent to.
func linked(title, url string, depth int) cell {
	c := headline(title, depth)
	c.href = typeset.WebAddress(url)
	return c
}

func outletsCell(outlets []string) cell {
	return cell{outlets: outlets}
}

// storiesText is how many stories something has: "6", or "2 +4 copies" where four of the six are folded.
func storiesText(stories, copies int) string {
	if copies == 0 {
		return typeset.Thousands(stories)
	}
	return typeset.Thousands(stories-copies) + " +" + typeset.Plural(copies, "copy", "copies")
}

// storiesNoun is storiesText with its noun: "6 stories", "2 stories +4 copies".
func storiesNoun(stories, copies int) string {
	s := typeset.Plural(stories-copies, "story", "stories")
	if copies > 0 {
		s += " +" + typeset.Plural(copies, "copy", "copies")
	}
	return s
}

// storiesFact is storiesText in words.
func storiesFact(stories, sources, copies int) string {
	s := typeset.Plural(stories, "story", "stories") + " from " + typeset.Plural(sources, "independent source", "independent sources")
	if copies > 0 {
		s += ", " + typeset.Plural(copies, "copy", "copies") + " folded"
	}
	return s
}
