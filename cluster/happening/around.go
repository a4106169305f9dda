package happening

import (
	"cmp"
	"slices"
	"time"
)

// neighbour is another event that shares something with one.
type neighbour struct {
	at   int32
	like float32
}

// surroundings are the events of a run with what is like what. A pair that is each other's best match in their
// languages is a better one than its likeness alone tells, and so is a pair that a third language agrees with.
type surroundings struct {
	all   []profile
	langs int
	best  []float32     // of an event and a language: the most that an event of that language is like it
	near  [][]neighbour // of an event, by index
	pairs []couple
}

// couple is a candidate pair, the earlier event first.
type couple struct{ a, b int32 }

// survey finds the candidate pairs of all events.
func survey(all []profile, window time.Duration) *surroundings {
	x := newIndex(all, window)
	s := &surroundings{
		all: all, langs: x.langs, best: make([]float32, len(all)*x.langs), near: make([][]neighbour, len(all)),
	}
	x.pairs(func(a, b int32, like float32) {
		s.pairs = append(s.pairs, couple{a, b})
		s.near[a] = append(s.near[a], neighbour{b, like})
		s.near[b] = append(s.near[b], neighbour{a, like})
		i, j := s.slot(a, b), s.slot(b, a)
		s.best[i], s.best[j] = max(s.best[i], like), max(s.best[j], like)
	})
	for _, n := range s.near {
		slices.SortFunc(n, func(a, b neighbour) int { return cmp.Compare(a.at, b.at) })
	}
	return s
}

func (s *surroundings) slot(a, b int32) int { return int(a)*s.langs + s.all[b].lang }

// measure fills in all features of two events.
func (s *surroundings) measure(x *[features]float64, a, b int32) {
	p, q := &s.all[a], &s.all[b]
	measure(x, p, q)
	like := likeness(p, q)
	x[featureBest], x[featureSupport] = 0, 0
	if top := max(s.best[s.slot(a, b)], s.best[s.slot(b, a)], like); top > 0 {
		x[featureBest] = float64(like / top)
	}
	v, w := s.near[a], s.near[b]
	most := float32(0)
	for i, j := 0, 0; i < len(v) && j < len(w); {
		switch {
		case v[i].at < w[j].at:
			i++
		case v[i].at > w[j].at:
			j++
		default:
			most = max(most, min(v[i].like, w[j].like))
			i++
			j++
		}
	}
	x[featureSupport] = float64(most)
}
