package happening

import (
	"math"

	"github.com/samestory/samestory/cluster/newton"
)

// example is one pair for the regression.
type example struct {
	x      [features]float64
	same   bool
	weight float64
	fold   [2]int // of the happenings of the two events
}

// weights are those of the features, the bias last.
type weights [features + 1]float64

// probability is the model's own view of a pair.
func (w *weights) probability(x *[features]float64) float64 {
	s := w[features]
	for i, v := range x {
		s += w[i] * v
	}
	return 1 / (1 + math.Exp(-s))
}

const (
	// ridge holds the weights near zero: it counts as much as that many examples.
	ridge       = 2
	newtonSteps = 40
)

// fit minimises the log loss of the examples by Newton steps. The problem is convex and the sums are taken in the
// order of the examples, so that the same examples give the same weights to the last bit.
func fit(examples []example) weights {
	const n = features + 1
	var w weights
	for range newtonSteps {
		grad := make([]float64, n)
		hess := make([]float64, n*n)
		for k := range examples {
			e := &examples[k]
			p := w.probability(&e.x)
			miss := p
			if e.same {
				miss--
			}
			miss *= e.weight
			var x [n]float64
			copy(x[:], e.x[:])
			x[features] = 1
			for i := range n {
				grad[i] += miss * x[i]
				h := e.weight * p * (1 - p) * x[i]
				for j := range i + 1 {
					hess[i*n+j] += h * x[j]
				}
			}
		}
		for i := range features {
			grad[i] += ridge * w[i]
			hess[i*n+i] += ridge
		}
		hess[features*n+features] += 1e-9
		if newton.Step(w[:], grad, hess) < 1e-9 {
			break
		}
	}
	return w
}

func logLoss(examples []example, of func(*example) float64) float64 {
	sum, total := 0.0, 0.0
	for k := range examples {
		p := of(&examples[k])
		if !examples[k].same {
			p = 1 - p
		}
		sum -= examples[k].weight * math.Log(max(p, 1e-12))
		total += examples[k].weight
	}
	return sum / max(1, total)
}
