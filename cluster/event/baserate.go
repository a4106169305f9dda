package event

import (
	"cmp"
	"math"
	"slices"

	"github.com/zeebo/xxh3"
)

// How often the nearest neighbour of a story reports the same event differs a hundredfold from one collection to the
// next: hardly ever where follow-ups of a few sagas make up the news, nearly always where forty papers report one market
// day. A pair model that was trained on a balance of both kinds says how much more likely than usual a pair is, and not
// how usual it is. That the store itself tells: by expectation maximisation over its own candidate pairs, without a label
// (Saerens, Latinne, Decaestecker 2002). This is what carries the model over to news of a kind that it was not trained on
// (docs/QUALITY.md).
const (
	// rateNearest is how many candidates of a story count, about as many as the training shows it negatives.
	rateNearest = 20
	// rateSample bounds the stories that are looked at.
	rateSample = 768
	// rateMass candidate pairs of ratePrior, a logit, are counted beside those of the store: five stories prove little.
	rateMass  = 300
	ratePrior = -1.
	// The score moves by rateSlope*estimate+rateOffset, within bounds. The slope and the offset make up for what the
	// estimate misses: pairs that are no candidates, and candidates that resemble each other.
	rateSlope  = 1.1
	rateOffset = -.4
	rateLeast  = -3.
	rateMost   = 2.2

	rateSteps = 100
	rateStill = 1e-4
)

// rate returns by how much the scores of a language move. It is a function of the set of its stories: it looks at those
// with the least hashes of their ids.
func (c *Clusterer) rate(l *language) float64 {
	type drawn struct {
		hash uint64
		i    int32
	}
	var sample []drawn
	for i, s := range c.stories {
		if s.lang == l && !s.gone {
			sample = append(sample, drawn{xxh3.HashString(s.id), int32(i)})
		}
	}
	slices.SortFunc(sample, func(a, b drawn) int { return cmp.Or(cmp.Compare(a.hash, b.hash), c.compare(a.i, b.i)) })
	sample = sample[:min(len(sample), rateSample)]
	l.shift = rateMost // so that no pair is dropped which any rate would keep
	scores := make([][]float64, len(sample))
	c.parallel(len(sample), 1, func(k int, p *probe) {
		near := c.scan(sample[k].i, p)
		slices.SortFunc(near, byScore)
		for _, e := range near[:min(len(near), rateNearest)] {
			scores[k] = append(scores[k], float64(e.pair.score)-rateMost)
		}
	})
	return min(max(rateSlope*baseRate(scores)+rateOffset, rateLeast), rateMost)
}

// baseRate is the logit of the share of pairs that are of one event, given their logits under equal odds.
func baseRate(scores [][]float64) float64 {
	rate := ratePrior
	for range rateSteps {
		sum, n := rateMass*sigmoid(ratePrior), float64(rateMass)
		for _, near := range scores {
			for _, s := range near {
				sum += sigmoid(s + rate)
			}
			n += float64(len(near))
		}
		was := rate
		if rate = math.Log(sum / (n - sum)); math.Abs(rate-was) < rateStill {
			break
		}
	}
	return rate
}

// judge scores the features of a pair in a language.
func (c *Clusterer) judge(l *language, x *[pairFeatures]float64) pair {
	return pair{score: float32(c.model.score(x) + l.shift)}
}

// explainRate adds the row of the base rate to the parts of a logit.
func explainRate(parts []Contribution, shift float64) []Contribution {
	return insertPart(parts, Contribution{"base rate", 1, shift, shift})
}

// insertPart adds a part among others, largest amount first.
func insertPart(parts []Contribution, row Contribution) []Contribution {
	at := slices.IndexFunc(parts, func(p Contribution) bool { return math.Abs(p.Amount) < math.Abs(row.Amount) })
	if at < 0 {
		at = len(parts)
	}
	return slices.Insert(parts, at, row)
}
