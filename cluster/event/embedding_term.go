package event

import (
	"cmp"
	"math"
	"slices"

	"github.com/zeebo/xxh3"
)

// What two embeddings add to a pair. Cosines mean nothing across models: unrelated news are at .1 in one and at .8 in
// another. So a cosine is read against those of stories of the store that were taken by chance, nearly all of which are
// unrelated: how many of their spreads it lies above their middle. Few spreads above are the same topic and no evidence.
const (
	embeddingTopic = 4.5 // spreads above the middle that are worth nothing
	embeddingSlope = .8  // logits for each spread beyond
	embeddingMost  = 1.6
	embeddingLeast = -.8 // a lack of likeness says less: models read the beginning of a text, and topics more than names

	// embeddingSample bounds the stories whose pairs are the measure: 12,720 pairs, some milliseconds.
	embeddingSample = 160
	// embeddingFew is the number of stories below which there is no measure, and no term.
	embeddingFew = 24
)

// cosines is what the cosines of unrelated stories of one language look like, frozen with its vocabulary.
type cosines struct {
	middle, spread float64
}

// newCosines measures the stories of a language. It is a function of their set: those with the least hashes of their ids
// are the sample. It is nil where there are too few, or where the model tells nothing apart.
func newCosines(stories []*story, l *language) *cosines {
	type drawn struct {
		hash uint64
		id   string
		e    *Embedding
	}
	var sample []drawn
	for _, s := range stories {
		if s.lang == l && !s.gone && s.embedding != nil {
			sample = append(sample, drawn{xxh3.HashString(s.id), s.id, s.embedding})
		}
	}
	if len(sample) < embeddingFew {
		return nil
	}
	slices.SortFunc(sample, func(a, b drawn) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id))
	})
	sample = sample[:min(len(sample), embeddingSample)]
	found := make([]float64, 0, len(sample)*(len(sample)-1)/2)
	for i, a := range sample {
		for _, b := range sample[:i] {
			if c, ok := a.e.Cosine(b.e); ok {
				found = append(found, c)
			}
		}
	}
	if len(found) < embeddingFew*(embeddingFew-1)/2 {
		return nil
	}
	slices.Sort(found)
	// The upper half holds whatever is related; the lower half does not, as long as most pairs are not.
	middle := found[len(found)/2]
	spread := middle - found[len(found)*16/100]
	if spread < 1e-3 {
		return nil
	}
	return &cosines{middle, spread}
}

// likeness is how far two stories are above what a topic makes alike, in spreads and within bounds: times
// embeddingSlope it is the term. It is 0 where either has no embedding, and for texts that share next to nothing:
// embeddings weigh evidence, they are none. article is the article cosine.
func likeness(a, b *story, article float64) float64 {
	m := a.lang.cosines
	if m == nil || a.embedding == nil || b.embedding == nil || article < thinArticle {
		return 0
	}
	c, ok := a.embedding.Cosine(b.embedding)
	if !ok {
		return 0
	}
	above := (c-m.middle)/m.spread - embeddingTopic
	return min(max(above, embeddingLeast/embeddingSlope), embeddingMost/embeddingSlope)
}

// lift adds the term of the embeddings to what all three models say of a pair.
func (p pair) lift(likeness float64) pair {
	if likeness == 0 {
		return p
	}
	t := float32(likeness * embeddingSlope)
	return pair{p.score + t, p.context + t, p.review + t}
}

// explainLikeness adds the term to the parts of a logit.
func explainLikeness(parts []Contribution, likeness float64) []Contribution {
	if likeness == 0 {
		return parts
	}
	row := Contribution{"embedding", likeness, embeddingSlope, likeness * embeddingSlope}
	at := slices.IndexFunc(parts, func(p Contribution) bool { return math.Abs(p.Amount) < math.Abs(row.Amount) })
	if at < 0 {
		at = len(parts)
	}
	return slices.Insert(parts, at, row)
}

// Embed gives a story its embedding after the fact. Everything of its language is scored anew with it, so give many at
// once, before Settle. It tells whether the story is here.
func (c *Clusterer) Embed(id string, e *Embedding) bool {
	if it, ok := c.pending[id]; ok {
		it.Embedding = e
		c.pending[id] = it
		return true
	}
	i, ok := c.byID[id]
	if ok {
		c.stories[i].embedding = e
		c.stories[i].lang.vocab = nil // frozen anew before anything is compared
	}
	return ok
}
