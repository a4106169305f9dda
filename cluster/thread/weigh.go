package thread

import (
	"cmp"
	"math"

	"github.com/samestory/samestory/cluster/text"
)

// weighKinds lowers the weight of kind words that a large share of the store has: in a store about elections, "elected"
// says nothing. The prior keeps a small store from judging by a handful of stories.
func (l *linker) weighKinds(events []*Event) {
	const stories, share, full, least = 200, .02, .05, .4
	var df [256]float64
	n := 0.0
	for _, e := range events {
		for i := range e.Stories {
			n++
			for _, k := range e.Stories[i].Profile.Kinds {
				df[k]++
			}
		}
	}
	for k := range df {
		l.telling[k] = max(least, min(1, math.Log((df[k]+stories*share)/(n+stories))/math.Log(full)))
	}
}

// memo remembers the frequencies that it was asked for: a term comes up dozens of times.
type memo struct {
	idf   IDF
	known table
}

func (m *memo) IDF(t text.Term) float64 {
	// A zero is kept as what no frequency is, so that it is not taken for an unknown term.
	if w := m.known.get(t); w != 0 {
		return max(0, w)
	}
	w := max(0, m.idf.IDF(t))
	m.known.add(t, cmp.Or(w, -1))
	return w
}
