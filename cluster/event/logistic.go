package event

import (
	"math"
	"sync"

	"github.com/samestory/samestory/cluster/newton"
)

// rows are the examples of a logistic regression.
type rows struct {
	dim    int
	x      []float32 // dim values a row
	weight []float64
	label  []bool
}

func (r *rows) add(x []float64, label bool, weight float64) {
	for _, v := range x {
		r.x = append(r.x, float32(v))
	}
	r.label = append(r.label, label)
	r.weight = append(r.weight, weight)
}

// newtonBlocks is the fixed number of partial sums: the sum of floats depends on its order, so it must not depend on
// the number of workers.
const (
	newtonBlocks = 16
	newtonSteps  = 14
)

// fit minimises the weighted log loss plus ridge/2 times the squared distance of the weights to prior, by Newton steps
// from the prior. It needs no seed: the problem is convex. It returns the mean loss of the last step too.
func (r *rows) fit(ridge float64, prior []float64, workers int) (w []float64, loss float64) {
	d := r.dim
	w = append([]float64{}, prior...)
	total := 0.0
	for _, v := range r.weight {
		total += v
	}
	if total == 0 {
		return w, 0
	}
	for range newtonSteps {
		grad, hess, sum := r.derive(w, workers)
		for i := range d {
			grad[i] = grad[i]/total + ridge*(w[i]-prior[i])
			for j := range d {
				hess[i*d+j] /= total
			}
			hess[i*d+i] += ridge + 1e-9
		}
		loss = sum / total
		if newton.Step(w, grad, hess) < 1e-7 {
			break
		}
	}
	return w, loss
}

func (r *rows) derive(w []float64, workers int) (grad, hess []float64, loss float64) {
	d, n := r.dim, len(r.label)
	type part struct {
		grad, hess []float64
		loss       float64
	}
	parts := make([]part, newtonBlocks)
	var wg sync.WaitGroup
	limit := make(chan struct{}, max(1, workers))
	for b := range parts {
		wg.Add(1)
		limit <- struct{}{}
		go func() {
			defer func() { <-limit; wg.Done() }()
			p := part{grad: make([]float64, d), hess: make([]float64, d*d)}
			x := make([]float64, d)
			for k := b * n / newtonBlocks; k < (b+1)*n/newtonBlocks; k++ {
				s := 0.0
				for i := range d {
					x[i] = float64(r.x[k*d+i])
					s += w[i] * x[i]
				}
				q := sigmoid(s)
				y := 0.0
				if r.label[k] {
					y = 1
				}
				wt := r.weight[k]
				p.loss += wt * (math.Log1p(math.Exp(-math.Abs(s))) + max(s, 0) - y*s)
				g, h := wt*(q-y), wt*q*(1-q)
				for i := range d {
					if x[i] == 0 {
						continue
					}
					p.grad[i] += g * x[i]
					hx := h * x[i]
					row := p.hess[i*d : i*d+i+1]
					for j := range row {
						row[j] += hx * x[j]
					}
				}
			}
			parts[b] = p
		}()
	}
	wg.Wait()
	grad, hess = make([]float64, d), make([]float64, d*d)
	for _, p := range parts {
		loss += p.loss
		for i := range d {
			grad[i] += p.grad[i]
			for j := 0; j <= i; j++ {
				hess[i*d+j] += p.hess[i*d+j]
			}
		}
	}
	for i := range d {
		for j := i + 1; j < d; j++ {
			hess[i*d+j] = hess[j*d+i]
		}
	}
	return grad, hess, loss
}
