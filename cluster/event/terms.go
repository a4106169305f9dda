package event

import (
	"math"

	"github.com/samestory/samestory/cluster/text"
)

// Waiting returns the number of stories that the next Cluster has to place.
func (c *Clusterer) Waiting() int { return len(c.pending) }

// Lead yields the terms of headline and lead in order, with their frequency weight 1+ln(tf), the headline counted
// twice: what a story is about, without its background.
func (f *Features) Lead(yield func(t text.Term, weight float32) bool) {
	for i, t := range f.terms {
		if w := viewWeights[f.tf[i]][viewLead]; w > 0 && !yield(t, w) {
			return
		}
	}
}

// unknownIDF is the weight of a term of which nothing is known, ln(N/df) of a word in one of 5,000 articles.
const unknownIDF = 8.5

// ownMass is how many stories of a language without a counted table weigh as much as knowing nothing.
const ownMass = 200

// IDF returns the inverse document frequency of a term under the frozen vocabularies, for users that compare stories of
// several languages: in the language in which the term is most common, among those that know it.
func (c *Clusterer) IDF(t text.Term) float64 {
	c.freeze()
	least := unknownIDF
	for _, l := range c.languages {
		if l.vocab != nil {
			least = min(least, l.vocab.worth(t))
		}
	}
	return least
}

// worth is the idf of a term on a scale that languages share, unknownIDF for one that the language does not have. A
// table that was counted says how rare a word is even before the store has seen it; where an estimated one does not
// know the word, or there is none, the store's own frequencies take over as they grow.
func (v *vocabulary) worth(t text.Term) float64 {
	switch df := float64(v.df(t)); {
	case v.bg.Counted() && !v.bg.Estimated() || v.bg.Share(t) > 0:
		return float64(v.idf(t))
	case df == 0:
		return unknownIDF
	default:
		n := float64(v.docs)
		return (n*math.Log((n+1)/(df+.5)) + ownMass*unknownIDF) / (n + ownMass)
	}
}

// Background returns the table that texts of a language are weighed by before any of them was counted.
func (f *Featuriser) Background(lang string) *text.Background { return f.table(lang).bg }
