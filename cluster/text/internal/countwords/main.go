// Countwords makes the background table of cluster/text from a file of articles: in how many of them a term occurs,
// and how often its word stands capitalised inside a sentence.
//
//	go run ./internal/countwords -out background_en.bin.gz articles.jsonl.gz
//
// The input is JSONL with "title" and "text", plain or gzip. The output depends on nothing else.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/samestory/samestory/cluster/text"
)

func main() {
	out := flag.String("out", "background_en.bin.gz", "table to write")
	lang := flag.String("lang", "en", "language of the articles")
	least := flag.Int("least", 5, "leave out terms in fewer articles")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: countwords [-out FILE] [-lang LANG] [-least N] ARTICLES.jsonl[.gz]")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *out, *lang, *least); err != nil {
		fmt.Fprintln(os.Stderr, "countwords: error:", err)
		os.Exit(1)
	}
}

func run(in, out, lang string, least int) error {
	f, err := os.Open(in)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(in, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("%s: %w", in, err)
		}
	}
	entries, docs, err := count(r, lang, least)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	data, err := text.EncodeBackground(entries, docs, least)
	if err != nil {
		return err
	}
	fmt.Printf("%d articles, %d terms, %d bytes\n", docs, len(entries), len(data))
	return os.WriteFile(out, data, 0o644)
}

func count(r io.Reader, lang string, least int) ([]text.BackgroundEntry, int, error) {
	type tally struct{ docs, last, inside, capital int }
	tallies := map[text.Term]*tally{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	var tokens []text.Token
	var terms []text.Term
	docs := 0
	for lines.Scan() {
		var d struct{ Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return nil, 0, fmt.Errorf("article %d: %w", docs+1, err)
		}
		docs++
		for part, s := range []string{d.Title, d.Text} {
			tokens = text.AppendTokens(tokens[:0], s)
			for i := range tokens {
				t := &tokens[i]
				terms = text.AppendTerms(terms[:0], t, lang)
				for _, term := range terms {
					c := tallies[term]
					if c == nil {
						c = &tally{}
						tallies[term] = c
					}
					if c.last != docs {
						c.docs, c.last = c.docs+1, docs
					}
					if part == 1 && !t.Start && t.Kind == text.Word {
						c.inside++
						if t.Upper {
							c.capital++
						}
					}
				}
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, 0, err
	}
	var entries []text.BackgroundEntry
	for term, c := range tallies {
		if c.docs >= least {
			entries = append(entries, text.BackgroundEntry{Term: term, Docs: c.docs, Inside: c.inside, Capital: c.capital})
		}
	}
	slices.SortFunc(entries, func(a, b text.BackgroundEntry) int {
		if a.Term < b.Term {
			return -1
		}
		return 1
	})
	return entries, docs, nil
}
