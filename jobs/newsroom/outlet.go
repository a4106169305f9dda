package newsroom

import (
	"slices"
	"strconv"
	"strings"
)

// outlet is one source. Outlets of a family belong to one publisher and print each other's reports.
type outlet struct {
	name, domain, slug string
	lex                *lexicon
	family             []*outlet // without the outlet itself
	wire               bool      // an agency, which the others copy from
	footer, credit     string    // its furniture; the credit is empty where it prints none
	printsByline       bool      // the author stands in the text
	tagsTitles         bool      // "headline - outlet"
	keepsDatelines     bool      // of the wires that it prints
	staff              []person
}

// desk is the outlets of one language.
type desk struct {
	lex     *lexicon
	outlets []*outlet
	wires   []*outlet
}

// newDesks founds the outlets: half of them in the first language, the rest shared among the others, each language
// with at least four. One in eight is a wire.
func newDesks(o *Options, w *world) []*desk {
	var desks []*desk
	for i, t := range slices.DeleteFunc(tongues(), func(t *tongue) bool { return !slices.Contains(o.Languages, t.lang) }) {
		share := o.Outlets
		switch {
		case len(o.Languages) == 1:
		case t.lang == o.Languages[0]:
			share = o.Outlets / 2
		default:
			share = o.Outlets / 2 / (len(o.Languages) - 1)
		}
		d := &desk{lex: newLexicon(t)}
		r := newRNG(o.Seed, 4, uint64(i))
		for j := range max(share, 4) {
			d.found(&r, w, j)
		}
		d.marry(&r)
		desks = append(desks, d)
	}
	return desks
}

func (d *desk) found(r *rng, w *world, number int) {
	town := w.names.place(r)
	in := town.latin
	if d.lex.lang == "zh" {
		in = town.han
	}
	slug := strings.ToLower(town.latin) + "-" + d.lex.lang + strconv.Itoa(number+1)
	wire, kinds := number%8 == 0, d.lex.papers
	if wire {
		kinds = d.lex.agencies
	}
	x := &outlet{
		name: kinds[r.below(len(kinds))].around(in), slug: slug, domain: slug + ".example",
		lex: d.lex, wire: wire,
		printsByline: r.chance(.5), tagsTitles: r.chance(.2), keepsDatelines: r.chance(.6),
	}
	x.footer = d.lex.footers[r.below(len(d.lex.footers))].around(x.name)
	if r.chance(.4) {
		x.credit = d.lex.credits[r.below(len(d.lex.credits))].around(x.name)
	}
	for range 6 {
		x.staff = append(x.staff, w.names.person(r))
	}
	d.outlets = append(d.outlets, x)
	if x.wire {
		d.wires = append(d.wires, x)
	}
}

// marry puts about half of the papers into families of two to five.
func (d *desk) marry(r *rng) {
	var free []*outlet
	for _, x := range d.outlets {
		if !x.wire {
			free = append(free, x)
		}
	}
	for len(free) > 1 {
		size := min(r.between(2, 5), len(free))
		if r.chance(.5) {
			for i, x := range free[:size] {
				x.family = slices.Concat(free[:i], free[i+1:size])
			}
		}
		free = free[size:]
	}
}

// newcomer returns an outlet that is not among the taken ones, or nil when none was found quickly.
func (d *desk) newcomer(r *rng, taken []*outlet) *outlet {
	for range 8 {
		if x := d.outlets[r.below(len(d.outlets))]; !slices.Contains(taken, x) {
			return x
		}
	}
	return nil
}
