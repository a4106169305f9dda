package newsroom

import (
	"fmt"
	"time"
)

// happening is one event as the reports of it need it. Everything that two wordings share is here.
type happening struct {
	event, thread string // labels
	seed          uint64
	at            time.Time
	kind, beat    int // beat is -1 in a founding event
	place         name
	persons       [4]person
	orgs          [2]org
	terms         [12]uint32 // reduced to the vocabulary of the language that reports
	figure        int        // the number that later versions raise
	subject       int        // of a series
}

// org is an organisation of a place, the same in every language that knows its kind.
type org struct {
	kind  int
	place name
}

func (n *newsroom) happening(at time.Time) *happening {
	n.happenings++
	h := &happening{
		event: fmt.Sprintf("event-%07d", n.happenings), thread: fmt.Sprintf("thread-%07d", n.happenings),
		seed: n.r.next(), at: at, beat: -1,
	}
	w, r := n.world, &n.r
	_, hotFigure := w.hot(at)
	h.kind = r.below(kinds)
	h.place = w.stage(r, h.kind, at)
	for i := range h.persons {
		h.persons[i] = w.names.person(r)
	}
	if r.chance(.3) {
		h.persons[0] = w.figures[w.figureRank.draw(r)]
	}
	if r.chance(.15) {
		h.persons[3] = hotFigure
	}
	h.orgs[0] = org{r.below(8), h.place}
	h.orgs[1] = org{r.below(8), w.places[w.placeRank.draw(r)]}
	for i := range h.terms {
		h.terms[i] = uint32(r.next() >> 32)
	}
	h.figure = 3 + r.below(12)*r.below(60)
	return h
}

// followUp is a later beat of the thread that h founded: the same place, main figures and some of the terms, with
// people and terms of its own.
func (n *newsroom) followUp(h *happening, beat int, at time.Time) *happening {
	f := n.happening(at)
	f.thread, f.kind, f.beat, f.place = h.thread, h.kind, beat, h.place
	f.persons[0], f.persons[1], f.orgs[0] = h.persons[0], h.persons[1], h.orgs[0]
	copy(f.terms[:4], h.terms[:4])
	f.figure = h.figure
	return f
}
