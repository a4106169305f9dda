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
	featureSkeletons        // mass of shared skeletons
	featureNames            // mass of shared names
	featureKinds            // cosine of event words
	featureHan              // cosine of Han, between languages that write it
	featureBest             // how like the two are against the best that either has in the other's language
	featureSupport          // how like both are to one third event
	features
)

var featureWords = [features]string{
	"grams", "grams now", "now", "together", "gap", "numbers", "size", "skeletons", "names", "kinds", "han", "best",
	"support",
}

// measure fills in what two events say of themselves; surroundings.measure adds what the others say.
func measure(x *[features]float64, a, b *profile) {
	apart := gap(a.Event, b.Event)
	first := undatedGap
	if !a.Undated {
		first = (a.First.Sub(b.First)).Abs()
	}
	x[featureNow] = fading(apart)
	x[featureGrams] = a.unit[gramSpace].dot(b.unit[gramSpace])
	x[featureGramsNow] = x[featureGrams] * x[featureNow]
	x[featureTogether] = math.Exp(-first.Hours() / 36)
	x[featureGap] = min(1, float64(apart)/float64(4*24*time.Hour))
	x[featureNumbers] = a.unit[numberSpace].dot(b.unit[numberSpace])
	x[featureSize] = math.Log(float64(len(a.Stories)*len(b.Stories))) / 8
	x[featureSkeletons] = sharedMass(a, b, skeletonSpace)
	x[featureNames] = sharedMass(a, b, nameSpace)
	x[featureKinds] = a.unit[kindSpace].dot(b.unit[kindSpace])
	x[featureHan] = a.unit[hanSpace].dot(b.unit[hanSpace])
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
	like := a.unit[gramSpace].dot(b.unit[gramSpace]) + a.unit[hanSpace].dot(b.unit[hanSpace])/2 +
		sharedMass(a, b, nameSpace)/2
	return float32(like * fading(gap(a.Event, b.Event)))
}
