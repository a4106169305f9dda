package event

import (
	"cmp"
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/newton"
)

// What the embeddings of two stories add to their logit. A cosine means nothing by itself: unrelated news are at .1 in
// one model and at .8 in another, and most of what it says the shared words have said already. So it is read against the
// candidate pairs of the store itself: what counts is by how many standard deviations it is off the cosine that pairs
// with as many words in common have there. On average that is nothing, whatever the model.
const (
	embeddingWeight = .6 // logits for a standard deviation
	embeddingMost   = 3  // standard deviations that count
	embeddingLeast  = -2 // fewer below: models read the beginning of a text, and topics more than names

	// embeddingSample bounds the stories whose candidates are the measure.
	embeddingSample = 256
	// embeddingFew is the number of pairs below which there is no measure, and no term.
	embeddingFew = 100
	// embeddingFlat is the standard deviation below which a model tells nothing apart.
	embeddingFlat = .004
)

// likenessTerms is how many figures of a pair the expected cosine is made of.
const likenessTerms = 5

// expectation is the cosine that a pair of one language is expected to have by its words, frozen with the vocabulary.
type expectation struct {
	weights [likenessTerms]float64
	spread  float64 // standard deviation from it
}

func likenessVector(x *[pairFeatures]float64, score float32) [likenessTerms]float64 {
	return [likenessTerms]float64{1, x[pfRootArticle], x[pfCosArticle], x[pfShort], float64(score) / 4}
}

func (e *expectation) cosine(x *[pairFeatures]float64, score float32) float64 {
	sum := 0.0
	for i, v := range likenessVector(x, score) {
		sum += float64(e.weights[i] * v)
	}
	return sum
}

// expect fits the expected cosine of a language by least squares over the candidates of some stories, those with the
// least hashes of their ids, so that it is a function of the set of stories. It is nil where there are too few pairs
// with embeddings, or where they are all alike.
func (c *Clusterer) expect(l *language) *expectation {
	l.expected = nil // the measure itself goes by words
	type drawn struct {
		hash uint64
		i    int32
	}
	var sample []drawn
	for i, s := range c.stories {
		if s.lang == l && !s.gone && s.embedding != nil {
			sample = append(sample, drawn{xxh3.HashString(s.id), int32(i)})
		}
	}
	if len(sample) == 0 {
		return nil
	}
	slices.SortFunc(sample, func(a, b drawn) int { return cmp.Or(cmp.Compare(a.hash, b.hash), c.compare(a.i, b.i)) })
	var terms [][likenessTerms]float64
	var cosines []float64
	c.parallel(1, 1, func(_ int, p *probe) {
		for _, d := range sample[:min(len(sample), embeddingSample)] {
			s := c.stories[d.i]
			near := c.scan(d.i, p)
			// Sums of floats depend on their order, and numbers of stories on that of their arrival.
			slices.SortFunc(near, func(a, b edge) int { return c.compare(a.to, b.to) })
			var x [pairFeatures]float64
			for _, e := range near {
				o := c.stories[e.to]
				if math.IsInf(float64(e.pair.review), -1) || o.embedding == nil {
					continue
				}
				if cosine, ok := s.embedding.Cosine(o.embedding); ok {
					pairVector(s, o, c.vector(s), c.vector(o), &x)
					terms = append(terms, likenessVector(&x, e.pair.score))
					cosines = append(cosines, cosine)
				}
			}
		}
	})
	return fitExpectation(terms, cosines)
}

func fitExpectation(terms [][likenessTerms]float64, cosines []float64) *expectation {
	n := float64(len(cosines))
	if n < embeddingFew {
		return nil
	}
	a, b := make([]float64, likenessTerms*likenessTerms), make([]float64, likenessTerms)
	for k, x := range terms {
		for i := range x {
			b[i] += float64(x[i] * cosines[k])
			for j := range x {
				a[i*likenessTerms+j] += float64(x[i] * x[j])
			}
		}
	}
	for i := range likenessTerms {
		a[i*likenessTerms+i] += n * 1e-6 // figures that are the same for all pairs take no part
	}
	var e expectation
	copy(e.weights[:], newton.Solve(a, b, likenessTerms))
	sum := 0.0
	for k, x := range terms {
		off := cosines[k]
		for i, v := range x {
			off -= float64(e.weights[i] * v)
		}
		sum += float64(off * off)
	}
	if e.spread = math.Sqrt(sum / n); !(e.spread >= embeddingFlat) {
		return nil
	}
	return &e
}

// likeness is by how many standard deviations the embeddings of two stories are more alike than their words let expect,
// within bounds. It is 0 where either has none, and for texts that share next to nothing: embeddings weigh evidence,
// they are none. x and score are the features of the pair and its logit by the pair model.
func likeness(a, b *story, x *[pairFeatures]float64, score float32) float64 {
	e := a.lang.expected
	if e == nil || a.embedding == nil || b.embedding == nil || x[pfCosArticle] < thinArticle {
		return 0
	}
	cosine, ok := a.embedding.Cosine(b.embedding)
	if !ok {
		return 0
	}
	return min(max((cosine-e.cosine(x, score))/e.spread, embeddingLeast), embeddingMost)
}

// weigh adds the likeness of the embeddings to what the last model will say of a pair. The first two, which find out
// what is around a story, go by words alone, so that one pair's likeness stays one pair's.
func (p pair) weigh(likeness float64) pair {
	if likeness != 0 {
		p.review += float32(embeddingWeight * likeness)
	}
	return p
}

// embeddingFeature names the row of the embeddings in explanations.
const embeddingFeature = "embedding"

// explainLikeness adds the row of the embeddings to the parts of a logit.
func explainLikeness(parts []Contribution, likeness float64) []Contribution {
	if likeness == 0 {
		return parts
	}
	return insertPart(parts, Contribution{embeddingFeature, likeness, embeddingWeight, embeddingWeight * likeness})
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
