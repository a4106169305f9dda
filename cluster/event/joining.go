package event

import (
	"fmt"
	"math"
)

// joining is what linkage asks of two clusters of one language: the mean link over their tightness at which they join.
type joining struct {
	several float64 // where both have several stories
	lone    float64 // where one of the two is a story alone
	pair    float64 // the least where both are, which come in the order of those where one is
	density float64
}

// at is the score at which clusters of these sizes join.
func (j joining) at(na, nb int) float64 {
	if na == 1 && nb == 1 {
		return max(j.pair, j.lone)
	}
	return j.measure(na, nb)
}

// measure is what the scores of clusters of these sizes are measured against to find the pair that comes first.
func (j joining) measure(na, nb int) float64 {
	if na == 1 || nb == 1 {
		return j.lone
	}
	return j.several
}

// lone is how much more readily linkage takes in a story alone than it brings two clusters together, which follows how
// many of the joins that come up are with a story alone. A story alone counts as the tightest cluster there is, so that it
// is asked for more than it should be; but the level has to stay where it was, and joins with a story alone are nine of ten
// where news is of many things, and one of thirty where forty papers report one market day. What decided that is the base
// rate, so the share is read from it: with the same threshold for all, or with the favour alone, a kind of news loses that
// training has not seen (docs/QUALITY.md, "A learned decision on joining two clusters").
type lone struct {
	favour float64 // logarithm of the two thresholds' ratio
	offset float64 // logit of the share of joins with a story alone where the base rate leaves the scores as they are
	slope  float64 // by how much it changes with the base rate
}

// share of the joins that come up which are with a story alone, in a language whose scores move by shift.
func (l *lone) share(shift float64) float64 { return sigmoid(l.offset + l.slope*shift) }

func (l *lone) check() error {
	if !(l.favour >= 0 && l.favour <= maxFavour) || !(math.Abs(l.offset) < 100) || !(math.Abs(l.slope) < 100) {
		return fmt.Errorf("%w: a story alone is favoured by %v at shares of %v and %v", ErrModel, l.favour, l.offset, l.slope)
	}
	return nil
}

// joining is what two clusters of a language have to reach, frozen with its base rate. Two stories alone need what they
// would without the favour: no cluster is there whose other stories could speak for it.
func (c *Clusterer) joining(l *language) joining {
	pair := c.threshold()
	several := pair * math.Exp(c.model.lone.favour*c.model.lone.share(l.shift))
	return joining{several: several, lone: several * math.Exp(-c.model.lone.favour), pair: pair, density: c.model.density}
}
