package newton

import "math"

// Solve returns x of a*x = b by Cholesky, for a symmetric positive definite a of d rows of d values, of which only the
// lower half is read. It overwrites a.
func Solve(a, b []float64, d int) []float64 {
	for j := range d {
		for k := range j {
			a[j*d+j] -= a[j*d+k] * a[j*d+k]
		}
		a[j*d+j] = math.Sqrt(max(a[j*d+j], 1e-12))
		for i := j + 1; i < d; i++ {
			for k := range j {
				a[i*d+j] -= a[i*d+k] * a[j*d+k]
			}
			a[i*d+j] /= a[j*d+j]
		}
	}
	x := append([]float64{}, b...)
	for i := range d {
		for k := range i {
			x[i] -= a[i*d+k] * x[k]
		}
		x[i] /= a[i*d+i]
	}
	for i := d - 1; i >= 0; i-- {
		for k := i + 1; k < d; k++ {
			x[i] -= a[k*d+i] * x[k]
		}
		x[i] /= a[i*d+i]
	}
	return x
}

// most bounds how far one step may move a weight: far from the optimum the quadratic that a step follows is no guide.
const most = 5

// Step moves the weights by one Newton step, from the gradient and the lower half of the Hessian of a convex loss, and
// returns the largest move that was called for. It overwrites hess.
func Step(w, grad, hess []float64) (largest float64) {
	step := Solve(hess, grad, len(w))
	for _, x := range step {
		largest = max(largest, math.Abs(x))
	}
	scale := 1.0
	if largest > most {
		scale = most / largest
	}
	for i, x := range step {
		w[i] -= scale * x
	}
	return largest
}
