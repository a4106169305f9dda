package neardup

import (
	"slices"

	"github.com/samestory/samestory/cluster/sketch"
	"github.com/samestory/samestory/cluster/text"
)

// sheet is what verification needs of one text.
type sheet struct {
	kind  Kind
	words uint32
	set   sketch.Set
	slots *slots // nil until a pair needs them, and above slotWords
}

func (s *sheet) bytes() int {
	n := s.set.Bytes() + 64
	if s.slots != nil {
		n += s.slots.form.Bytes() + s.slots.bag.Bytes() + 8*(len(s.slots.numbers)+len(s.slots.tickers)+len(s.slots.subject)+len(s.slots.title)) + 200
	}
	return n
}

func (s *Scratch) sheet(title, body string, f *text.Furniture) *sheet {
	r := s.read(title, body, f)
	out := &sheet{kind: r.kind, words: r.words}
	out.set.Build(s.shingles)
	return out
}

// conflict is a set of slots that contradict each other.
type conflict uint8

const (
	conflictNumbers conflict = 1 << iota // each text has figures that the other has not, see sameFigures
	conflictEntity                       // other tickers, or each begins with a name that the other never mentions
	conflictDay                          // datelines of different days
	conflictPlace                        // datelines of different places
	conflictTitle                        // short texts under titles that do not agree
)

// evidence is the exact measurement of one class against another. It holds no decision that depends on time.
type evidence struct {
	jaccard, contained, contains float32
	form                         float32 // Jaccard of the forms, 0 where one has too many words for one
	shared                       uint32
	template                     bool // both texts are short enough to be editions of another day
	filler                       bool // both are so short that the template is nearly all of them
	conflicts                    conflict
}

const (
	// titleAgreement is the share of the words of the shorter title that the other must have for two short texts to be
	// one, unless they name the same ticker.
	titleAgreement = 0.6
	// sameFigures is the share of the figures of the poorer text that the other must have where both have figures of
	// their own: a correction changes one, another edition most.
	sameFigures = 0.85
)

// slotsDecide reports whether slots can change what two texts are to each other.
func (p *Params) slotsDecide(e evidence, a, b *sheet) bool {
	_, alike := p.alike(e)
	return alike && max(a.words, b.words) <= slotWords && (e.template || e.jaccard < resent)
}

// compareSets measures two texts without their slots.
func compareSets(a, b *sheet) evidence {
	r := a.set.Compare(&b.set)
	return evidence{
		jaccard: float32(r.Jaccard), contained: float32(r.Contained), contains: float32(r.Contains),
		shared:   uint32(min(r.Shared, 1<<32-1)),
		template: max(a.words, b.words) <= templateWords,
		filler:   max(a.words, b.words) <= fillerWords,
	}
}

// compareSlots adds what the slots of two texts contradict each other in.
func (e *evidence) compareSlots(a, b *sheet) {
	x, y := a.slots, b.slots
	e.form = float32(x.form.Compare(&y.form).Jaccard)
	if figures := shared(x.numbers, y.numbers); exclusive(x.numbers, y.numbers) && exclusive(y.numbers, x.numbers) &&
		float64(figures) < sameFigures*float64(min(len(x.numbers), len(y.numbers))) {
		e.conflicts |= conflictNumbers
	}
	sameTicker := shared(x.tickers, y.tickers) > 0
	if !sameTicker && (len(x.tickers) > 0 && len(y.tickers) > 0 ||
		unmentioned(x.subject, &y.bag) && unmentioned(y.subject, &x.bag)) {
		e.conflicts |= conflictEntity
	}
	if x.day > 0 && y.day > 0 && (x.day != y.day || x.month > 0 && y.month > 0 && x.month != y.month) {
		e.conflicts |= conflictDay
	}
	if x.place != 0 && y.place != 0 && x.place != y.place {
		e.conflicts |= conflictPlace
	}
	if n := min(len(x.title), len(y.title)); n > 0 && !sameTicker && (a.kind == Short || b.kind == Short) &&
		float64(shared(x.title, y.title)) < titleAgreement*float64(n) {
		e.conflicts |= conflictTitle
	}
}

// unmentioned reports whether there is a name and the other text has less than half of its words: fixed words of the
// template may be part of it.
func unmentioned(subject []uint64, bag *sketch.Set) bool {
	mentioned := 0
	for _, w := range subject {
		if bag.Has(w) {
			mentioned++
		}
	}
	return len(subject) > 0 && 2*mentioned < len(subject)
}

// mirror is the same evidence seen from the other side.
func (e evidence) mirror() evidence {
	e.contained, e.contains = e.contains, e.contained
	return e
}

// shared counts the values that two sorted lists have in common.
func shared(a, b []uint64) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}

// exclusive reports whether a has a value that b has not.
func exclusive(a, b []uint64) bool {
	return slices.ContainsFunc(a, func(v uint64) bool {
		_, ok := slices.BinarySearch(b, v)
		return !ok
	})
}
