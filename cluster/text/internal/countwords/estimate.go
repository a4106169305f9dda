package main

import (
	"math"

	"github.com/samestory/samestory/cluster/text"
)

// An estimated table is written as if counted over this many articles.
const (
	estimateDocs  = 100_000
	estimateLeast = 100 // articles: below, letter counts say little about words
)

// What an article is: so many words, and a term that occurs lambda times in an article of this length on average
// occurs in 1 - exp(-a lambda^b) of them, fitted on 2,000 English news articles. A Poisson law (1, 1) would put too many
// terms into an article, because terms repeat where they occur.
const (
	articleWords = 892
	articleScale = .6
	articlePower = .92
)

func articleShare(lambda float64) float64 {
	return 1 - math.Exp(-articleScale*math.Pow(lambda, articlePower))
}

// estimateLetters is how much of a word is asked for: six letters are a stem, and Arabic cuts up to three before them.
func estimateLetters(lang string) int {
	if lang == "ar" {
		return 9
	}
	return 6
}

// estimateFloor is the share of all words below which letter counts are not asked.
const estimateFloor = 5e-7

// estimate returns the terms of a language by its letter sequence counts.
func estimate(dir, lang string) ([]text.BackgroundEntry, error) {
	m, err := readLetters(dir)
	if err != nil {
		return nil, err
	}
	sums := map[text.Term]float64{}
	var tokens []text.Token
	var terms []text.Term
	m.each(estimateLetters(lang), estimateFloor, func(letters string, share float64) {
		tokens = text.AppendTokens(tokens[:0], letters)
		for i := range tokens {
			terms = text.AppendTerms(terms[:0], &tokens[i], lang)
			for _, t := range terms {
				sums[t] += share
			}
		}
	})
	var entries []text.BackgroundEntry
	for t, share := range sums {
		docs := int(math.Round(estimateDocs * articleShare(articleWords*share)))
		if docs >= estimateLeast {
			entries = append(entries, text.BackgroundEntry{Term: t, Docs: docs})
		}
	}
	return entries, nil
}
