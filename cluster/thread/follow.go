package thread

import (
	"math"
	"time"
)

// The features of an event as a follow-up of a core, in the order of the weights. They say how much of the core the
// event takes up and how much it brings of its own. None says in what language or by whom it was written, how long it
// is or what it lacks: weights must hold for news that training has not seen.
const (
	followSecond  = iota // a second name of the core recurs
	followEvents         // how many words of the core recur that say what happened
	followKinds          // the weight of those and of other rare words that recur
	followSimilar        // of the texts
	followSilence        // since the last story of the thread
	followNew            // share of the event's names that the core does not have
	followCore           // share of the core's names that recur
	followFeatures
)

// followNames name the features in the file of weights and in explanations.
var followNames = [followFeatures]string{
	"second name", "event words", "kind words", "similarity", "silence", "new names", "names of the core",
}

// FollowVersion is the version of the features. Weights only mean something with the features that they were learned
// with.
const FollowVersion = 1

// Bounds of features beyond which more says no more.
const (
	followEventsMost = 4
	followKindsMost  = 30
	followTermsLeast = 4 // terms of a text that similarity is read against
)

// followVector measures an event against a core with which it shares a name, after names, kind words and similarity.
// Values are scaled to about 1. The similarity of stories that belong grows with their length, see holds, but the more
// slowly the more names and words they share already: by the fourth root of it.
func followVector(d *draft, c *core, s *candidate, gap time.Duration) (x [followFeatures]float64) {
	if s.count >= 2 {
		x[followSecond] = 1
	}
	x[followEvents] = float64(min(len(s.kinds), followEventsMost)) / 2
	x[followKinds] = math.Sqrt(min(s.weight, followKindsMost)) / 3
	x[followSimilar] = 6 * s.score / math.Sqrt(math.Sqrt(max(d.length, followTermsLeast)))
	x[followSilence] = math.Log2(1+gap.Hours()/24) / 3
	x[followNew] = 1 - float64(s.terms)/float64(max(1, len(d.gist.names)))
	x[followCore] = float64(s.terms) / float64(max(1, len(c.gist.names)))
	return x
}

// follows decides whether an event that has passed the gates follows a core.
func (l *linker) follows(d *draft, c *core, s *candidate, gap time.Duration) bool {
	x := followVector(d, c, s, gap)
	if l.teach != nil {
		return l.teach(d, c, &x)
	}
	z := l.Follow.score(&x)
	s.margin = logistic(z) - .5
	return z >= 0
}

// score is the log odds that an event follows a core.
func (m *Model) score(x *[followFeatures]float64) float64 {
	z := m.bias
	for i, v := range x {
		z += m.weights[i] * v
	}
	return z
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// Feature is one feature of the decision on a follow-up. Weight times value is what it adds to the log odds.
type Feature struct {
	Name          string
	Weight, Value float64
}

// features lists what was measured, in the order of the weights.
func (m *Model) features(x *[followFeatures]float64) []Feature {
	out := make([]Feature, followFeatures)
	for i, v := range x {
		out[i] = Feature{Name: followNames[i], Weight: m.weights[i], Value: v}
	}
	return out
}
