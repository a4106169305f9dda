package event

import (
	"math"
	"slices"
)

// The features of a pair of stories, all that the pair model sees. short is continuous: 1/(1 + words/20) of the
// shorter text, about .67 for a headline, .33 for a lead, .03 for an article. Nothing says outright that a title, a text
// or a date is missing, or what the language is: in the labelled sets such a flag names the set, and a model that has
// learned the sets by name is lost on any other news (docs/QUALITY.md).
const (
	pfBias = iota
	pfShort
	pfCosTitle
	pfCosArticle
	pfCosLead
	pfCosBody
	pfCosName
	pfMinMax
	pfMass
	pfRarest
	pfTitleShort
	pfArticleShort
	pfNameShort
	pfMassShort
	pfRarestShort
	pfRootArticle
	pfCross
	pfNear
	pfGap
	pfGapShort
	pfArticleNear
	pfFade
	pfSameDay
	pfDayMatch
	pfDayConflict
	pfLength
	pfCover
	pfCoverShort
	pfNextDay
	pfSameDayArticle
	pfGapArticle
	pfGapLead
	pfCoverLead
	pfCoverName
	pfCoverLeadMax
	pfLeadShort
	pfBodyShort
	pfArticle2
	pfLead2
	pfTitleLead
	pfArticleTitle
	pfNameLead
	pairFeatures
)

// pairNames are the names in the model file and in explanations, in the order above.
var pairNames = [pairFeatures]string{
	"bias", "short", "title", "article", "lead", "body", "names", "min/max", "shared mass", "rarest", "title*short",
	"article*short", "names*short", "mass*short", "rarest*short", "root article", "title in lead", "near in time",
	"gap", "gap*short", "article*near", "fading", "same day", "day agrees", "day conflicts", "length ratio",
	"coverage", "coverage*short", "next day",
	"article*same day", "article*gap", "lead*gap", "lead coverage", "name coverage", "lead coverage max", "lead*short",
	"body*short", "article squared", "lead squared", "title*lead", "article*title", "names*lead",
}

// pair is what is kept of a scored pair: its logit, moved by the base rate, and what is added to the logit of the review
// beyond what the neighbourhoods say.
type pair struct {
	score, review float32
}

// coverViews are the parts of a text of which it matters how much of their mass the other text has anywhere.
var coverViews = [...]int{viewTitle, viewLead, viewName}

// gapDays is the distance of two stories in days, never below a quarter: crawlers stamp what they fetch in one go with
// one minute, and reading more out of a time than it holds would join by that. Against a date, days are counted.
const leastGap = .25

func gapDays(a, b *story) float64 {
	if a.dateOnly || b.dateOnly {
		return max(leastGap, math.Abs(math.Floor(a.day)-math.Floor(b.day)))
	}
	return max(leastGap, math.Abs(a.day-b.day))
}

func shortness(a, b *Features) float64 {
	return 1 / (1 + float64(min(a.words, b.words))/20)
}

// common sums what two texts share, term by term in their order.
type common struct {
	dot                   [views]float64
	cross, shared, rarest float64
	coverA, coverB        [len(coverViews)]float64
}

// add takes up a term of the given weight that the texts have with these counts.
func (o *common) add(idf float32, countsA, countsB uint8) {
	w := float64(idf)
	if w == 0 {
		return
	}
	a, b := &viewWeights[countsA], &viewWeights[countsB]
	w2 := w * w
	for k := range views {
		o.dot[k] += w2 * float64(a[k]*b[k])
	}
	// One sum of both directions, and the conversions forbid fusing it: swapping the stories changes no bit.
	ab, ba := a[viewTitle]*b[viewLead], b[viewTitle]*a[viewLead]
	o.cross += w2 / 2 * (float64(ab) + float64(ba))
	for k, v := range coverViews {
		wa, wb := float64(a[v]), float64(b[v])
		o.coverA[k] += w2 * wa * wa
		o.coverB[k] += w2 * wb * wb
	}
	least := w * float64(min(a[viewArticle], b[viewArticle]))
	o.shared += least
	o.rarest = max(o.rarest, least)
}

// pairVector fills x with the features of two stories of one language. It is symmetric to the last bit.
func pairVector(a, b *story, va, vb *vector, x *[pairFeatures]float64) {
	var at places
	at.take(&a.features)
	at.pairVector(a, b, va, vb, x)
}

// take makes a text the one that others are compared with.
func (p *places) take(f *Features) {
	p.reset(len(f.terms))
	for _, t := range f.terms {
		p.add(uint32(t))
	}
}

// pairVector is pairVector for a story a whose text was taken.
func (p *places) pairVector(a, b *story, va, vb *vector, x *[pairFeatures]float64) {
	*x = [pairFeatures]float64{}
	fa, fb := &a.features, &b.features
	var o common
	n := uint8(0)
	for j, t := range fb.terms { // at most maxTerms
		p.maybe[n] = uint8(j)
		n += p.may(uint32(t))
	}
	for _, j := range p.maybe[:n] {
		if i := p.find(uint32(fb.terms[j])); i >= 0 {
			o.add(va.idf[i], fa.tf[i], fb.tf[j])
		}
	}
	cos := func(k int) float64 {
		if d := float64(va.norm[k]) * float64(vb.norm[k]); d > 0 {
			return o.dot[k] / d
		}
		return 0
	}
	covered := func(k int) (float64, float64) {
		na, nb := float64(va.norm[coverViews[k]]), float64(vb.norm[coverViews[k]])
		return o.coverA[k] / max(1e-9, na*na), o.coverB[k] / max(1e-9, nb*nb)
	}
	short := shortness(fa, fb)
	article, lead, title, body := cos(viewArticle), cos(viewLead), cos(viewTitle), cos(viewBody)
	x[pfBias] = 1
	x[pfShort] = short
	if fa.flags&fb.flags&flagTitle == 0 {
		title = lead
	} else if d := (float64(va.norm[viewTitle]) + float64(vb.norm[viewTitle])) / 2 * (float64(va.norm[viewLead]) + float64(vb.norm[viewLead])) / 2; d > 0 {
		x[pfCross] = o.cross / d
		ca, cb := covered(0)
		x[pfCover] = min(ca, cb)
		x[pfCoverShort] = x[pfCover] * short
	}
	if fa.flags&fb.flags&flagBody == 0 {
		body = article
	}
	x[pfCosTitle], x[pfCosArticle], x[pfCosLead], x[pfCosBody], x[pfCosName] = title, article, lead, body, cos(viewName)
	if d := max(float64(va.mass), float64(vb.mass)); d > 0 {
		x[pfMinMax] = o.shared / d
	}
	x[pfMass] = math.Log1p(o.shared) / 5
	x[pfRarest] = min(o.rarest, 20) / 10
	x[pfTitleShort] = title * short
	x[pfArticleShort] = article * short
	x[pfNameShort] = x[pfCosName] * short
	x[pfMassShort] = x[pfMass] * short
	x[pfRarestShort] = x[pfRarest] * short
	x[pfRootArticle] = math.Sqrt(article)
	x[pfLength] = math.Log(float64(max(fa.words, fb.words, 1))/float64(max(1, min(fa.words, fb.words)))) / 3
	leadA, leadB := covered(1)
	x[pfCoverLead], x[pfCoverLeadMax] = min(leadA, leadB), max(leadA, leadB)
	nameA, nameB := covered(2)
	x[pfCoverName] = min(nameA, nameB)
	x[pfLeadShort] = lead * short
	x[pfBodyShort] = body * short
	x[pfArticle2] = article * article
	x[pfLead2] = lead * lead
	x[pfTitleLead] = title * lead
	x[pfArticleTitle] = article * title
	x[pfNameLead] = x[pfCosName] * lead
	pairTime(a, b, x)
}

// pairTime fills the features that time gives.
func pairTime(a, b *story, x *[pairFeatures]float64) {
	if !a.dated() || !b.dated() {
		return
	}
	gap := gapDays(a, b)
	x[pfNear] = math.Exp(-gap * gap / 18)
	x[pfGap] = math.Log1p(gap)
	x[pfGapShort] = x[pfGap] * x[pfShort]
	x[pfArticleNear] = x[pfCosArticle] * x[pfNear]
	if !a.dateOnly && !b.dateOnly {
		x[pfFade] = math.Exp(-gap)
	}
	switch {
	case gap < .6:
		x[pfSameDay] = 1
		x[pfSameDayArticle] = x[pfCosArticle]
	case gap < 1.6:
		x[pfNextDay] = 1
	}
	x[pfGapArticle] = x[pfGap] * x[pfCosArticle]
	x[pfGapLead] = x[pfGap] * x[pfCosLead]
	da, db := a.features.days, b.features.days
	if len(da) > 0 && len(db) > 0 {
		same := 0
		for _, d := range da {
			if _, ok := slices.BinarySearch(db, d); ok {
				same++
			}
		}
		x[pfDayMatch] = float64(same) / math.Sqrt(float64(len(da)*len(db)))
		if same == 0 {
			x[pfDayConflict] = 1
		}
	}
}

// score is the logit of the pair model for the features of a pair, before the base rate.
func (m *Model) score(x *[pairFeatures]float64) float64 {
	s := 0.0
	for i, v := range x {
		s += m.pair[i] * v
	}
	return s
}
