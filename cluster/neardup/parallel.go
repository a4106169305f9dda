package neardup

import (
	"context"
	"sync/atomic"

	"github.com/samestory/samestory/cluster/crew"
)

// parallel calls f with 0..n-1, spread over workers, and returns the error of the lowest number that failed.
func parallel(ctx context.Context, workers, n int, f func(worker, i int) error) error {
	const step = 64
	workers = max(min(workers, (n+step-1)/step), 1)
	errs := make([]error, workers)
	at := make([]int, workers)
	var next atomic.Int64
	run := func(w int) {
		for {
			from := int(next.Add(step)) - step
			if from >= n {
				return
			}
			for i := from; i < min(from+step, n); i++ {
				err := ctx.Err()
				if err == nil {
					err = f(w, i)
				}
				if err != nil {
					errs[w], at[w] = err, i
					return
				}
			}
		}
	}
	crew.Run(workers, run)
	var first error
	lowest := n
	for w, err := range errs {
		if err != nil && at[w] < lowest {
			first, lowest = err, at[w]
		}
	}
	return first
}
