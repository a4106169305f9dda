package event

import (
	"math"

	"github.com/samestory/samestory/cluster/text"
)

// priors are the weights of terms before any story was counted. A background table knows a share only by one of a few
// levels, so that the logarithms are taken once for each of them.
type priors struct {
	bg      *text.Background
	levels  [text.BackgroundLevels]float32
	unknown float32
}

func newPriors(bg *text.Background) *priors {
	p := &priors{bg: bg, unknown: backgroundIDF(bg, 0)}
	for i := range p.levels {
		p.levels[i] = backgroundIDF(bg, bg.LevelShare(uint8(i)))
	}
	return p
}

// idf is the weight of a term, 0 for a function word.
func (p *priors) idf(t text.Term) float32 {
	w, _ := p.look(t)
	return w
}

// look is idf with the place of the term in the table, -1 where it is unknown.
func (p *priors) look(t text.Term) (idf float32, place int32) {
	if i := p.bg.Place(t); i >= 0 {
		return p.levels[p.bg.LevelAt(i)], int32(i)
	}
	return p.unknown, -1
}

func backgroundIDF(bg *text.Background, share float64) float32 {
	m := backgroundMassOf(bg)
	idf := -math.Log((m*share + .5) / (m + 1))
	if idf < minIDF {
		return 0
	}
	return float32(idf)
}
