package newsroom

import (
	"strconv"
	"time"

	"github.com/samestory/samestory/cluster"
)

// writer turns plans into text. It belongs to one newsroom and reuses its buffer.
type writer struct {
	size int // mean bytes of a full report
	buf  []byte

	r    rng // all that the wording is made of
	edit rng // what a copy changes; drawing from it leaves the wording as it is
	what *happening
	lex  *lexicon
	by   *outlet
	// editing replaces some of the words by draws from edit.
	editing   bool
	figure    int
	mentioned uint8 // names that were written before, one bit each
}

// editRate is the probability that an edited copy has another word in the place of a noun, verb or adverb: with the
// paragraph that it drops, this leaves about two thirds of the shingles.
const editRate = .06

func (w *writer) begin(p, base *plan) {
	w.buf, w.mentioned = w.buf[:0], 0
	w.what, w.lex, w.by, w.figure = p.what, p.outlet.lex, base.outlet, p.figure
	w.r = newRNG(p.what.seed, base.seed)
	w.edit = newRNG(p.what.seed, p.number, 6)
	w.editing = p.relation == cluster.Edited
}

func (w *writer) write(p *plan) (title, text, author string) {
	base := p.base()
	w.begin(p, base)
	signs := p.outlet
	if p.relation == cluster.Identical {
		signs = base.outlet
	}
	if n := w.edit.below(len(signs.staff) * 3 / 2); n < len(signs.staff) {
		author = w.fullName(signs.staff[n])
	}
	if p.relation == cluster.Identical {
		author = w.authorOf(base)
	}
	if !p.bare {
		switch p.form {
		case edition:
			w.edition(p)
		case roundUp:
			w.roundUp(p)
		case livePage:
			w.live(p)
		default:
			w.report(p, base, author)
		}
		w.furniture(signs)
		text = string(w.buf)
	}
	title = w.headline(p, p.title)
	if p.retitled {
		first := w.headline(p, p.was)
		for seed := p.title; title == first; seed++ {
			title = w.headline(p, seed)
		}
	}
	return title, text, author
}

// authorOf is the author that write gives to a story, drawn from the same stream.
func (w *writer) authorOf(p *plan) string {
	r := newRNG(p.what.seed, p.number, 6)
	if n := r.below(len(p.outlet.staff) * 3 / 2); n < len(p.outlet.staff) {
		return w.fullName(p.outlet.staff[n])
	}
	return ""
}

func (w *writer) fullName(p person) string {
	if w.lex.lang == "zh" {
		return p.given.han + w.lex.join + p.surname.han
	}
	return p.given.latin + w.lex.join + p.surname.latin
}

// report writes the wording of base, as p has it.
func (w *writer) report(p, base *plan, author string) {
	signs := p.outlet
	if p.relation == cluster.Identical {
		signs = base.outlet
	}
	if signs.printsByline && author != "" {
		w.buf = append(w.buf, w.lex.byline.around(author)...)
		w.line()
	}
	if base.outlet.wire && p.relation != cluster.Edited && (signs == base.outlet || signs.keepsDatelines) {
		w.inline(w.lex.dateline)
	}
	size := w.size * w.r.between(40, 160) / 100
	start, stopAt, dropped := len(w.buf), size, -1
	if p.relation == cluster.Excerpt {
		stopAt = size * w.edit.between(20, 40) / 100
	}
	if w.editing {
		dropped = w.edit.between(1, 3)
	}
	for i := 0; i == 0 || len(w.buf)-start < stopAt; i++ {
		at := len(w.buf)
		w.paragraph(i == 0)
		if i == dropped {
			// The size must not depend on what was dropped, or the copy would run on where its origin ends.
			stopAt -= len(w.buf) - at
			w.buf = w.buf[:at]
		}
		if i == 0 && p.relation == cluster.Update {
			w.aside(w.lex.updated)
		}
	}
	if w.editing {
		w.aside(w.lex.local)
	}
}

func (w *writer) paragraph(first bool) {
	if first {
		w.sentence(w.pick(w.lex.leads))
	}
	for range w.r.between(2, 4) {
		if w.r.below(5) == 0 {
			w.sentence(w.pick(w.lex.quotes))
		} else {
			w.body()
		}
	}
	w.line()
}

// aside writes a paragraph that only the copy has, from its own stream of draws.
func (w *writer) aside(t template) {
	w.r, w.edit = w.edit, w.r
	editing := w.editing
	w.editing = false
	w.sentence(t)
	w.line()
	w.editing = editing
	w.r, w.edit = w.edit, w.r
}

func (w *writer) headline(p *plan, seed uint64) string {
	w.buf, w.mentioned, w.editing = w.buf[:0], 0xff, false
	w.r = newRNG(p.what.seed, seed, 7)
	t := w.lex.headlines
	switch {
	case p.form == edition:
		// One template for all editions of a series.
		w.r = newRNG(p.seed, 8)
		t = w.lex.seriesTitles
	case p.form == roundUp:
		t = w.lex.roundup
	case p.form == livePage:
		t = w.lex.live
	case p.what.beat >= 0:
		t = w.lex.followups
	}
	w.sentence(w.pick(t))
	w.trim()
	if p.outlet.tagsTitles && p.relation != cluster.Identical {
		w.buf = append(append(w.buf, " - "...), p.outlet.name...)
	}
	return string(w.buf)
}

// edition writes one edition of a series: figures of the day in an unchanging frame.
func (w *writer) edition(p *plan) {
	w.r = newRNG(p.seed, 9)
	w.edit = newRNG(p.what.seed, uint64(p.publish.Unix()/86400))
	t := w.pick(w.lex.seriesIn)
	w.aside(t)
	for start := len(w.buf); len(w.buf)-start < w.size/4; {
		w.paragraph(false)
	}
	for _, s := range w.lex.seriesTail {
		w.buf = append(append(w.buf, s...), w.lex.stop...)
	}
	w.line()
}

func (w *writer) roundUp(p *plan) {
	for i, other := range p.others {
		w.what, w.figure, w.mentioned = other, other.figure, 0
		w.buf = append(strconv.AppendInt(w.buf, int64(i+1), 10), ". "...)
		w.sentence(w.pick(w.lex.leads))
		w.body()
		w.line()
	}
	w.what, w.figure = p.what, p.figure
}

// live writes the entries of a live page, the newest first.
func (w *writer) live(p *plan) {
	entries := w.r.between(6, 12)
	span := p.arrive.Sub(p.publish)
	for i := range entries {
		at := p.arrive.Add(-span * time.Duration(i) / time.Duration(entries))
		w.buf = append(at.AppendFormat(w.buf, "15:04"), ' ')
		if i == entries-1 {
			w.sentence(w.pick(w.lex.leads))
		}
		w.body()
		w.line()
	}
}

func (w *writer) furniture(o *outlet) {
	if o.credit != "" {
		w.buf = append(w.buf, o.credit...)
		w.line()
	}
	w.buf = append(w.buf, o.footer...)
}

// body writes a sentence of the body, one in four with an opener.
func (w *writer) body() {
	at := len(w.buf)
	if len(w.lex.openers) > 0 && w.r.below(4) == 0 {
		w.inline(w.pick(w.lex.openers))
		w.buf = append(w.buf, w.lex.stop...)
	}
	w.inline(w.pick(w.lex.bodies))
	w.end(at)
}

func (w *writer) pick(t []template) template { return t[w.r.below(len(t))] }
