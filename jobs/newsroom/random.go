package newsroom

import (
	"slices"

	"github.com/zeebo/xxh3"
)

// rng is splitmix64. It is written out here, and everything drawn from it is drawn with integers, because a newsroom
// must come out the same on every machine and with every release of Go.
type rng uint64

// newRNG returns the stream that belongs to the given numbers, so that a text can be made again without keeping it.
func newRNG(seed uint64, path ...uint64) rng {
	r := rng(seed)
	for _, p := range path {
		r = rng(r.next() ^ p*0x9e3779b97f4a7c15)
	}
	return r
}

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1.
func (r *rng) below(n int) int { return int((r.next() >> 32) * uint64(n) >> 32) }

// between returns a number from lo to hi.
func (r *rng) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// chance is true with the given probability.
func (r *rng) chance(p float64) bool { return float64(r.next()>>32) < p*(1<<32) }

// around returns a waiting time of about the given mean: mostly shorter, sometimes far longer.
func (r *rng) around(mean int) int {
	// Quantiles of the exponential distribution at 0/16 to 16/16, times 10,000; the last is a cap.
	exponentials := [...]int{0, 645, 1335, 2076, 2877, 3747, 4700, 5754, 6931, 8267, 9808, 11632, 13863, 16740, 20794, 27726, 45000}
	x := r.below(16 << 16)
	i, rest := x>>16, x&0xffff
	q := exponentials[i] + (exponentials[i+1]-exponentials[i])*rest>>16
	return mean * q / 10000
}

// tail returns a heavy-tailed number from lo to hi: most draws stay near lo.
func (r *rng) tail(lo, hi int) int {
	n := lo
	for n < hi && r.chance(.45) {
		n += 1 + r.below(n)
	}
	return min(n, hi)
}

func hashOf(s string) uint64 { return xxh3.HashString(s) }

// zipf draws ranks by Zipf's law from a table with one entry for every 65,536th of the probability.
type zipf struct{ rank []uint16 }

// newZipf makes the law for n ranks. The shift (Mandelbrot's) keeps the first ranks from drowning all others.
func newZipf(n, shift int) *zipf {
	n = min(n, 1<<16)
	weight := func(i int) uint64 { return (1 << 32) / uint64(i+shift) }
	var total, upTo uint64
	for i := range n {
		total += weight(i)
	}
	z := &zipf{rank: make([]uint16, 0, 1<<16)}
	for i := range n {
		upTo += weight(i)
		for uint64(len(z.rank))*total < upTo<<16 && len(z.rank) < 1<<16 {
			z.rank = append(z.rank, uint16(i))
		}
	}
	z.rank = slices.Clip(z.rank)
	return z
}

func (z *zipf) draw(r *rng) int { return int(z.rank[r.next()>>48%uint64(len(z.rank))]) }
