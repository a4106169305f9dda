package happening

import (
	"math"
	"time"
)

// What the model sees of two events. The numbers are between -1 and 1, the size up to about 2, and the same whichever
// event comes first.
const (
	featureGrams     = iota // cosine of grams
	featureGramsNow         // the same, fading with the gap
	featureNow              // how small the gap is, in half days
	featureTogether         // how close the first reports are, in days and a half
	featureGap              // the gap against four days
	featureNumbers          // cosine of numbers
	featureSize             // how many stories both have
	featureSkeletons        // mass of shared skeletons, between scripts
	featureKinds            // cosine of event words
	featureClash            // 1 if both have event words and share none
	featureHeadline         // how much of the headline of the one is in the other, of the two the less
	featureBest             // how like the two are against the best that either has in the other's language
	featureSupport          // how like both are to one third event
	features
)

var featureWords = [features]string{
	"grams", "grams now", "now", "together", "gap", "numbers", "size", "skeletons", "kinds", "clash", "headline", "best",
	"support",
}

// measure fills in what two events say of themselves; surroundings.measure adds what the others say.
func measure(x *[features]float64, a, b *profile) {
	apart := gap(a.Event, b.Event)
	first := undatedGap
	if !a.Undated {
		first = a.First.Sub(b.First).Abs()
	}
	x[featureNow] = fading(apart)
	x[featureGrams] = letters(a, b)
	x[featureGramsNow] = x[featureGrams] * x[featureNow]
	x[featureTogether] = math.Exp(-first.Hours() / 36)
	x[featureGap] = min(1, float64(apart)/float64(4*24*time.Hour))
	x[featureNumbers] = a.unit[numberSpace].dot(b.unit[numberSpace])
	x[featureSize] = math.Log(float64(len(a.Stories)*len(b.Stories))) / 8
	x[featureSkeletons] = 0
	if a.letters != b.letters {
		x[featureSkeletons] = sharedMass(a, b, skeletonSpace)
	}
	x[featureKinds] = a.unit[kindSpace].dot(b.unit[kindSpace])
	x[featureClash] = 0
	if len(a.unit[kindSpace]) > 0 && len(b.unit[kindSpace]) > 0 && x[featureKinds] == 0 {
		x[featureClash] = 1
	}
	x[featureHeadline] = headline(a, b)
}

// letters is how alike two events are as written: by sound; by Han where both languages write it; by what names are
// known to be spelled like where one of them does.
func letters(a, b *profile) float64 {
	return lettersBeside(a.unit[gramSpace].dot(b.unit[gramSpace]), a, b)
}

// lettersBeside is letters where the cosine of the grams is known.
func lettersBeside(grams float64, a, b *profile) float64 {
	switch {
	case a.unheard && b.unheard:
		return max(grams, a.unit[hanSpace].dot(b.unit[hanSpace]))
	case a.unheard || b.unheard:
		return max(grams, a.unit[nameSpace].dot(b.unit[nameSpace]))
	}
	return grams
}

// headline is how much of the headline of the one is in the other, of the two the less. A script without spelling by
// sound shows only the names of its headline: there the other one has to have those.
func headline(a, b *profile) float64 {
	switch {
	case a.unheard && !b.unheard:
		return covered(a, b)
	case b.unheard && !a.unheard:
		return covered(b, a)
	}
	return min(covered(a, b), covered(b, a))
}

// covered is the share of the headline of a that is somewhere in b.
func covered(a, b *profile) float64 {
	v, w := a.unit[headSpace], b.unit[gramSpace]
	if a.unheard && b.unheard {
		v, w = a.unit[hanSpace], b.unit[hanSpace]
	}
	sum, i, j := 0.0, 0, 0
	for i < len(v) && j < len(w) {
		switch {
		case v[i].term < w[j].term:
			i++
		case v[i].term > w[j].term:
			j++
		default:
			sum += float64(v[i].weight) * float64(v[i].weight)
			i++
			j++
		}
	}
	return sum
}

func fading(apart time.Duration) float64 { return math.Exp(-apart.Hours() / 12) }

// massFull is the weight of shared terms from which on more says nothing new.
const massFull = 12

// sharedMass is the sum of the smaller weights of the terms that both have, against massFull.
func sharedMass(a, b *profile, space int) float64 {
	v, w := a.unit[space], b.unit[space]
	sum, i, j := 0.0, 0, 0
	for i < len(v) && j < len(w) {
		switch {
		case v[i].term < w[j].term:
			i++
		case v[i].term > w[j].term:
			j++
		default:
			sum += float64(min(v[i].weight*a.mass[space], w[j].weight*b.mass[space]))
			i++
			j++
		}
	}
	return min(1, sum/massFull)
}

// likeness is the first view of a pair, which candidates are kept by and neighbourhoods are made of.
func likeness(a, b *profile) float32 {
	return float32(letters(a, b) * fading(gap(a.Event, b.Event)))
}

// likeness is the same of an event and the one that the index looks for others of.
func (x *index) likeness(a, b *profile) float32 {
	return float32(lettersBeside(x.query.dot(a.unit[gramSpace]), a, b) * fading(gap(a.Event, b.Event)))
}
