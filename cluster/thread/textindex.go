package thread

import (
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

const (
	// sagaTerms are the heaviest terms of an event by which long threads are looked up, sagaTries how many of the
	// best are compared exactly.
	sagaTerms = 24
	sagaTries = 8
)

// textIndex finds the cores of long threads by the terms of their text. They are few among all cores, and numbered by
// themselves, so that what is added up for each of them stays in the processor's cache.
type textIndex struct {
	terms   lists[int32]
	cores   []int32   // by number
	mass    []float64 // by number: what is added up
	touched []int32
	heavy   []uint64
}

// enter gives a core a number.
func (x *textIndex) enter(i int) int32 {
	x.cores = append(x.cores, int32(i))
	x.mass = append(x.mass, 0)
	return int32(len(x.cores) - 1)
}

// sagas returns the long threads whose text shares the most of an event's heaviest terms.
func (l *linker) sagas(d *draft) []int32 {
	x := &l.find.texts
	x.heavy = x.heavy[:0]
	for _, e := range d.center {
		// Weights are not negative, so that their bits are in their order: the heaviest first, then by term.
		x.heavy = append(x.heavy, uint64(^math.Float32bits(e.Weight))<<32|uint64(e.Term))
	}
	slices.Sort(x.heavy)
	touched, masses := x.touched[:0], x.mass
	for _, e := range x.heavy[:min(len(x.heavy), sagaTerms)] {
		w := float64(math.Float32frombits(^uint32(e >> 32)))
		w *= w
		list := newest(x.terms.get(text.Term(uint32(e))))
		// No branch: whether a core was touched before is as good as random.
		touched = slices.Grow(touched, len(list))
		k := len(touched)
		touched = touched[:k+len(list)]
		for _, n := range list {
			was := masses[n]
			touched[k] = n
			if was == 0 {
				k++
			}
			masses[n] = was + w
		}
		touched = touched[:k]
	}
	x.touched = touched
	best := few{}
	lang := l.find.language(d.Lang)
	for _, n := range touched {
		mass := masses[n]
		masses[n] = 0
		// Few are wanted: what else there is to a core lies elsewhere.
		if best.wants(mass) {
			if i := x.cores[n]; sameTongue(l.find.heads[i].lang, lang) {
				best.offer(i, mass)
			}
		}
	}
	return best.numbers()
}

// few holds the best of thousands of candidates: those of the most mass, at equal mass those of the lowest number.
type few struct {
	n    int
	best [sagaTries]struct {
		number int32
		mass   float64
	}
}

// wants reports whether a candidate of so much mass may be among the best.
func (f *few) wants(mass float64) bool { return f.n < len(f.best) || mass >= f.best[f.n-1].mass }

// offer puts a candidate where it belongs.
func (f *few) offer(number int32, mass float64) {
	at := f.n
	for at > 0 && (mass > f.best[at-1].mass || mass == f.best[at-1].mass && number < f.best[at-1].number) {
		at--
	}
	if at == len(f.best) {
		return
	}
	f.n = min(f.n+1, len(f.best))
	copy(f.best[at+1:f.n], f.best[at:])
	f.best[at].number, f.best[at].mass = number, mass
}

// numbers returns the best, best first.
func (f *few) numbers() []int32 {
	out := make([]int32, f.n)
	for i := range out {
		out[i] = f.best[i].number
	}
	return out
}
