package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/text"
)

// counter counts in how many articles a term occurs, and how its word is written inside sentences.
type counter struct {
	lang    string
	docs    int
	tallies map[text.Term]*tally
	tokens  []text.Token
	terms   []text.Term
}

type tally struct{ docs, last, inside, capital int }

func newCounter(lang string) *counter {
	return &counter{lang: lang, tallies: map[text.Term]*tally{}}
}

func (c *counter) article(title, body string) {
	c.docs++
	for part, s := range []string{title, body} {
		c.tokens = text.AppendTokens(c.tokens[:0], s)
		for i := range c.tokens {
			t := &c.tokens[i]
			c.terms = text.AppendTerms(c.terms[:0], t, c.lang)
			for _, term := range c.terms {
				n := c.tallies[term]
				if n == nil {
					n = &tally{}
					c.tallies[term] = n
				}
				if n.last != c.docs {
					n.docs, n.last = n.docs+1, c.docs
				}
				if part == 1 && !t.Start && t.Kind == text.Word {
					n.inside++
					if t.Upper {
						n.capital++
					}
				}
			}
		}
	}
}

// articles counts JSONL with "title" and "text".
func (c *counter) articles(r io.Reader) error {
	lines := newLines(r)
	for lines.Scan() {
		var d struct{ Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return fmt.Errorf("article %d: %w", c.docs+1, err)
		}
		c.article(d.Title, d.Text)
	}
	return lines.Err()
}

// text counts whole lines of plain text, gathered into pieces of at least size characters. What is left at the end is
// no piece.
func (c *counter) text(r io.Reader, size int) error {
	lines := newLines(r)
	var piece strings.Builder
	n := 0
	for lines.Scan() {
		piece.Write(lines.Bytes())
		piece.WriteByte('\n')
		if n += utf8.RuneCount(lines.Bytes()); n >= size {
			c.article("", piece.String())
			piece.Reset()
			n = 0
		}
	}
	return lines.Err()
}

func newLines(r io.Reader) *bufio.Scanner {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	return lines
}

// entries returns the terms of at least so many articles, in no order.
func (c *counter) entries(least int) []text.BackgroundEntry {
	var out []text.BackgroundEntry
	for term, n := range c.tallies {
		if n.docs >= least {
			out = append(out, text.BackgroundEntry{Term: term, Docs: n.docs, Inside: n.inside, Capital: n.capital})
		}
	}
	return out
}
