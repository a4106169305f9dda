package neardup

import "time"

// verdict is what two texts are to each other.
type verdict uint8

const (
	strangers verdict = iota
	copies
	editions // of one series
	apart    // alike, but the slots contradict: neither copies nor surely a series
)

const (
	// nextDay is the gap from which other figures in the same form mean another day's edition, not a correction.
	nextDay = 20 * time.Hour
	// laterDay is the gap from which another dateline alone does in a filler: a newsroom sends a text again under the
	// next day's dateline, rarely under the next week's, and prose of some length even then.
	laterDay = 60 * time.Hour
	// resent is the Jaccard from which a text of some length was sent again rather than written again.
	resent = 0.8
	// sameForm is the Jaccard of two forms from which they are filled from one template.
	sameForm = 0.6
	// editionMin is the Jaccard from which two short texts can be editions: the slots of a filler are half of it.
	editionMin = 0.4
	// excerptMin is the Jaccard below which containment groups nothing: a brief and the round-up that quotes it are
	// not one text.
	excerptMin = 0.12
	// shortApart and headlineApart are how far apart equal short texts and equal bare titles may be published: later, the
	// same few words announce something else ("Weather forecast").
	shortApart    = 48 * time.Hour
	headlineApart = 24 * time.Hour
)

// alike reports whether two texts are similar enough for copies, and whether they are at least for editions.
func (p *Params) alike(e evidence) (similar, alike bool) {
	inside := max(e.contained, e.contains)
	similar = float64(e.jaccard) >= p.Similar ||
		float64(inside) >= p.Inside && int(e.shared) >= p.InsideMin && e.jaccard >= excerptMin
	return similar, similar || e.template && e.jaccard >= editionMin
}

// decide takes the evidence of two classes and the gap between two of their stories; a negative gap is unknown.
func (p *Params) decide(e evidence, gap time.Duration) verdict {
	similar, alike := p.alike(e)
	if gap > p.Window || !alike {
		return strangers
	}
	otherDay := gap >= nextDay || gap < 0 && e.conflicts&conflictDay != 0
	edition := e.conflicts&conflictEntity != 0 ||
		e.template && (e.conflicts&conflictTitle != 0 && e.conflicts&(conflictNumbers|conflictPlace|conflictDay) != 0 ||
			otherDay && e.conflicts&conflictNumbers != 0 ||
			gap >= laterDay && e.conflicts&conflictDay != 0 && (e.filler || e.jaccard < resent))
	switch {
	case edition && e.form >= sameForm:
		return editions
	case !similar:
		return strangers
	case edition || e.conflicts&conflictTitle != 0:
		return apart
	}
	return copies
}

const (
	// reprintJaccard is what a dateline, a byline or a few characters leave of a text.
	reprintJaccard = 0.9
	// updateApart is how long after the first version one source sends updates of one report.
	updateApart = 48 * time.Hour
	// wholeInside and partInside: of an excerpt nearly all is in the other, and clearly not the other way round.
	wholeInside = 0.85
	partInside  = 0.7
)

// relate types a copy by its evidence against the representative.
func (p *Params) relate(e evidence, sameSource bool, gap time.Duration) Copy {
	c := Copy{Jaccard: float64(e.jaccard), Contained: float64(e.contained), Contains: float64(e.contains)}
	inside, rest := max(c.Contained, c.Contains), min(c.Contained, c.Contains)
	switch {
	case c.Jaccard >= reprintJaccard:
		c.Relation = Reprint
	case sameSource && gap >= 0 && gap <= updateApart && c.Contains >= p.Similar:
		c.Relation = Update
	case inside >= wholeInside && rest < partInside, c.Jaccard < p.Similar:
		c.Relation = Excerpt
	default:
		c.Relation = Edited
	}
	return c
}
