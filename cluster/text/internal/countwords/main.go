// Countwords makes a background table of cluster/text.
//
// From a file of articles, JSONL with "title" and "text", plain or gzip, it counts in how many of them a term occurs,
// and how often its word stands capitalised inside a sentence:
//
//	go run ./internal/countwords -lang en -out backgrounds/en.bin.gz articles.jsonl.gz
//
// From plain text, a paragraph a line, it counts the same after cutting the text into pieces as long as an article:
//
//	go run ./internal/countwords -lang zh -pieces 2000 -out backgrounds/zh.bin.gz text.txt
//
// From a folder of letter sequence counts, as a language detector has them, it estimates the same shares, without
// capitals:
//
//	go run ./internal/countwords -lang fr -out backgrounds/fr.bin.gz -letters FOLDER
//
// The output depends on nothing else. docs/BACKGROUND.md names the inputs of the tables that are shipped.
package main

import (
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/samestory/samestory/cluster/text"
)

func main() {
	o := options{}
	flag.StringVar(&o.out, "out", "", "table to write")
	flag.StringVar(&o.lang, "lang", "en", "language of the input")
	flag.IntVar(&o.least, "least", 5, "leave out terms in fewer articles")
	flag.StringVar(&o.letters, "letters", "", "estimate from the letter sequence counts in this folder")
	flag.IntVar(&o.pieces, "pieces", 0, "the input is plain text, to be cut into pieces of this many characters")
	flag.BoolVar(&o.rough, "rough", false, "the text is no news: write the table as an estimate")
	flag.IntVar(&o.terms, "terms", math.MaxInt, "keep this many terms, the commonest")
	flag.Parse()
	if o.out == "" || (o.letters == "") != (flag.NArg() == 1) {
		fmt.Fprintln(os.Stderr, "usage: countwords -out FILE [-lang LANG] [-least N] [-terms N] ARTICLES.jsonl[.gz] | -pieces N [-rough] TEXT | -letters FOLDER")
		os.Exit(2)
	}
	if err := run(o, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "countwords: error:", err)
		os.Exit(1)
	}
}

type options struct {
	out, lang, letters string
	least, terms       int
	pieces             int
	rough              bool
}

func run(o options, in string) error {
	var entries []text.BackgroundEntry
	var docs int
	var err error
	if o.letters != "" {
		entries, err = estimate(o.letters, o.lang)
		docs, o.least = estimateDocs, estimateLeast
	} else {
		entries, docs, err = countFile(in, o)
	}
	if err != nil {
		return err
	}
	entries = commonest(entries, o.terms)
	encode := text.EncodeBackground
	if o.letters != "" || o.rough {
		encode = text.EncodeEstimate
	}
	data, err := encode(entries, docs, o.least)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d articles, %d terms, %d bytes\n", o.lang, docs, len(entries), len(data))
	return os.WriteFile(o.out, data, 0o644)
}

// commonest keeps the first n entries by articles and sorts them by term.
func commonest(entries []text.BackgroundEntry, n int) []text.BackgroundEntry {
	slices.SortFunc(entries, func(a, b text.BackgroundEntry) int {
		return cmp.Or(cmp.Compare(b.Docs, a.Docs), cmp.Compare(a.Term, b.Term))
	})
	entries = entries[:min(n, len(entries))]
	slices.SortFunc(entries, func(a, b text.BackgroundEntry) int { return cmp.Compare(a.Term, b.Term) })
	return entries
}

func countFile(in string, o options) ([]text.BackgroundEntry, int, error) {
	f, err := os.Open(in)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(in, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", in, err)
		}
	}
	c := newCounter(o.lang)
	if o.pieces > 0 {
		err = c.text(r, o.pieces)
	} else {
		err = c.articles(r)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", in, err)
	}
	return c.entries(o.least), c.docs, nil
}
