package newton_test

import (
	"math"
	"testing"

	"github.com/samestory/samestory/cluster/newton"
)

func TestSolve(t *testing.T) {
	// The upper half is not read.
	a := []float64{4, 99, 99, 2, 5, 99, 1, 3, 6}
	want := []float64{1, -2, 3}
	b := []float64{4*1 + 2*-2 + 1*3, 2*1 + 5*-2 + 3*3, 1*1 + 3*-2 + 6*3}
	for i, x := range newton.Solve(a, b, 3) {
		if math.Abs(x-want[i]) > 1e-12 {
			t.Errorf("x[%d] = %v, want %v", i, x, want[i])
		}
	}
}
