package identity

import "math"

// discount is what a member of a rank counts, from 1 for the founding one.
func discount(rank int) float64 { return 1 / math.Log2(float64(1+rank)) }

// weigh sums what the shared members of two ordered lists count, by their rank in the union of the two. So a part weighs
// the same whether the clusters came together or came apart.
func weigh[M comparable](a, b []M, compare func(a, b M) int) float64 {
	sum := 0.0
	for rank := 1; len(a) > 0 && len(b) > 0; rank++ {
		switch c := compare(a[0], b[0]); {
		case c == 0:
			sum += discount(rank)
			a, b = a[1:], b[1:]
		case c < 0:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return sum
}
