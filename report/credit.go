package report

import (
	"slices"
	"strings"

	language "github.com/samestory/samestory/cluster/text"
)

// byline is an outlet as other texts name it: one or more sequences of folded words, or letters where its script writes
// no spaces.
type byline struct {
	words   [][]string
	letters string
}

// bylineOf reads the name of an outlet: "CNN (Web News)" and "Meridian - World" are named without what only tells
// their feeds apart, "www.meridian.example" as an address and as "Meridian", and "Corvane Agency" also as "Corvane".
func bylineOf(outlet string) byline {
	if strings.ContainsFunc(outlet, spacelessRune) {
		return byline{letters: strings.TrimSpace(outlet)}
	}
	name, _, _ := strings.Cut(outlet, "(")
	name, _, _ = strings.Cut(name, " - ")
	name, _, _ = strings.Cut(name, " | ")
	var b byline
	if !strings.Contains(name, " ") && strings.Contains(name, ".") {
		name = strings.TrimPrefix(strings.ToLower(name), "www.")
		host := strings.Split(name, ".")
		b.add(host[0])
	}
	b.add(name)
	if n := len(b.words); n > 0 {
		if short := withoutKind(b.words[n-1]); short != nil {
			b.words = append(b.words, short)
		}
	}
	return b
}

// kindsOfOutlet are words that say what an outlet is, not which.
var kindsOfOutlet = []string{
	"agence", "agencia", "agency", "agentur", "agenzia", "media", "network", "news", "newswire", "online", "press", "presse", "service", "wire",
}

// withoutKind is the name of an outlet without what kind of outlet it is, where something is left that is a name.
func withoutKind(words []string) []string {
	from, to := 0, len(words)
	for from < to && (words[from] == "the" || slices.Contains(kindsOfOutlet, words[from])) {
		from++
	}
	for to > from && slices.Contains(kindsOfOutlet, words[to-1]) {
		to--
	}
	if to-from == len(words) || to == from || to-from == 1 && len(words[from]) < minShortName {
		return nil
	}
	return words[from:to]
}

// minShortName is the least length of a name of one word that is shorter than the full one.
const minShortName = 4

func (b *byline) add(name string) {
	if w := foldedWords(name); len(w) > 0 {
		b.words = append(b.words, w)
	}
}

func foldedWords(s string) []string {
	var words []string
	for _, t := range language.AppendTokens(nil, s) {
		words = append(words, t.Fold)
	}
	return words
}

// in reports whether one of the texts names the outlet. A name of one word has to be written with a capital, since many
// are common words too.
func (b byline) in(texts ...string) bool {
	for _, s := range texts {
		if b.letters != "" && strings.Contains(s, b.letters) {
			return true
		}
		if len(b.words) == 0 {
			continue
		}
		tokens := language.AppendTokens(nil, s)
		for i := range tokens {
			if slices.ContainsFunc(b.words, func(w []string) bool { return startsWith(tokens[i:], w) }) {
				return true
			}
		}
	}
	return false
}

func startsWith(tokens []language.Token, words []string) bool {
	if len(tokens) < len(words) || len(words) == 1 && !tokens[0].Upper {
		return false
	}
	for i, w := range words {
		if tokens[i].Fold != w {
			return false
		}
	}
	return true
}
