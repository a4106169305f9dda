package newsroom

import (
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
)

// recurring is a series: one outlet, one subject, one template, every day.
type recurring struct {
	label  string
	outlet *outlet
	what   *happening // place, organisation and terms; the date changes with the edition
	minute int        // of the day
	seed   uint64
}

func (n *newsroom) foundSeries() {
	perDay := float64(n.opts.Stories) / float64(n.opts.Days)
	for i := range int(perDay*n.opts.Mix.Series + .5) {
		d := n.desks[n.r.below(len(n.desks))]
		s := &recurring{
			label: fmt.Sprintf("series-%05d", i+1), outlet: d.outlets[n.r.below(len(d.outlets))],
			what: n.happening(n.opts.Start), minute: n.r.between(5*60, 22*60), seed: n.r.next(),
		}
		s.what.subject = n.r.below(len(d.lex.subjects))
		n.series = append(n.series, s)
	}
}

// startHour plans what recurs: the editions of the day at midnight, the round-ups in the morning and the evening.
func (n *newsroom) startHour(h int) {
	at := n.hour(h)
	switch at.Hour() {
	case 0:
		for _, s := range n.series {
			n.planEdition(s, at)
		}
	case 6, 18:
		if len(n.recent) < 5 {
			return
		}
		half := float64(n.opts.Stories) / float64(n.opts.Days) / 2
		count := int(half * n.opts.Mix.RoundUps)
		if n.r.chance(half*n.opts.Mix.RoundUps - float64(count)) {
			count++
		}
		for range count {
			n.planRoundUp(at)
		}
	}
}

func (n *newsroom) planEdition(s *recurring, day time.Time) {
	at := day.Add(time.Duration(s.minute)*time.Minute + time.Duration(n.r.below(300))*time.Second)
	what := n.happening(at)
	event, thread := what.event, what.thread
	*what = *s.what
	what.event, what.thread, what.at = event, thread, at
	p := n.blank(edition, s.outlet, what, at)
	p.seed, p.series = s.seed, s.label
	n.plan(p)
}

func (n *newsroom) planRoundUp(at time.Time) {
	at = at.Add(time.Duration(n.r.below(3600)) * time.Second)
	d := n.anyDesk()
	p := n.blank(roundUp, d.outlets[n.r.below(len(d.outlets))], n.happening(at), at)
	from := n.r.below(len(n.recent))
	for i := range 5 {
		p.others = append(p.others, n.recent[(from+i)%len(n.recent)])
	}
	n.plan(p)
}

// anyDesk picks a language as often as it has outlets.
func (n *newsroom) anyDesk() *desk {
	all := 0
	for _, d := range n.desks {
		all += len(d.outlets)
	}
	i := n.r.below(all)
	for _, d := range n.desks {
		if i -= len(d.outlets); i < 0 {
			return d
		}
	}
	return n.desks[0]
}

func (n *newsroom) blank(f form, o *outlet, what *happening, at time.Time) *plan {
	n.numbers++
	seed := n.r.next()
	return &plan{
		form: f, number: n.numbers, publish: at, arrive: at, outlet: o, what: what,
		seed: seed, title: seed, figure: what.figure,
	}
}

// startEvent lets something happen in an hour: mostly one story, sometimes many, sometimes the first beat of a thread.
func (n *newsroom) startEvent(hour int) {
	at := n.hour(hour).Add(time.Duration(n.r.below(3600)) * time.Second)
	what, home := n.happening(at), n.anyDesk()
	reports := 1
	if n.r.chance(.28) {
		reports = n.r.tail(2, n.opts.Mix.Largest)
	}
	n.report(what, home, reports)
	if reports < 2 {
		return
	}
	n.remember(what)
	if reports >= 3 && n.wanting(n.live, n.opts.Mix.Live) {
		p := n.blank(livePage, home.outlets[n.r.below(len(home.outlets))], what, at.Add(5*time.Minute))
		p.arrive = p.publish.Add(time.Duration(n.r.around(4*3600)) * time.Second)
		if n.plan(p) {
			n.live++
		}
	}
	if n.wanting(n.followUps, n.opts.Mix.FollowUps) && n.r.chance(.7) {
		n.followThrough(what, home, reports)
	}
}

// followThrough plans the later beats of a thread, in the order in which such things come.
func (n *newsroom) followThrough(root *happening, home *desk, reports int) {
	at := root.at
	beat := -1
	for range n.r.tail(1, beats) {
		if beat += 1 + n.r.below(2); beat >= beats {
			return
		}
		at = at.Add(6*time.Hour + time.Duration(n.r.around(30*3600))*time.Second)
		n.followUps += n.report(n.followUp(root, beat, at), home, n.r.tail(1, max(1, reports*2/3)))
	}
}

func (n *newsroom) remember(h *happening) {
	const kept = 64
	if len(n.recent) < kept {
		n.recent = append(n.recent, h)
		return
	}
	n.recent[n.happenings%kept] = h
}

// report plans independent reports of an event, each by another outlet, with their copies. It returns how many stories
// will arrive in time.
func (n *newsroom) report(what *happening, home *desk, reports int) int {
	before := n.planned
	var taken []*outlet
	for i := range reports {
		d := home
		if i >= 2 && n.r.chance(.15) {
			d = n.anyDesk()
		}
		copies := 0
		if n.wanting(n.copies, n.opts.Mix.Copies) && n.r.chance(.6) {
			copies = n.r.tail(1, 15)
		}
		o := d.newcomer(&n.r, taken)
		if wire := d.wires[n.r.below(len(d.wires))]; copies > 0 && n.r.chance(.75) && !slices.Contains(taken, wire) {
			o = wire
		}
		if o == nil {
			continue
		}
		taken = append(taken, o)
		at := what.at
		if i > 0 {
			at = at.Add(time.Duration(min(n.r.around(4*3600), 48*3600)) * time.Second)
		}
		p := n.blank(report, o, what, at)
		p.bare = copies == 0 && n.r.chance(n.opts.Mix.Headlines)
		if n.send(p) {
			for range copies {
				n.copyOf(p, d)
			}
		}
	}
	return n.planned - before
}

// copyOf plans one copy: by a sister paper where there is one, else by any paper of the language.
func (n *newsroom) copyOf(origin *plan, d *desk) {
	o := d.newcomer(&n.r, []*outlet{origin.outlet})
	if family := origin.outlet.family; len(family) > 0 {
		o = family[n.r.below(len(family))]
	}
	if o == nil {
		return
	}
	wait := 2*60 + n.r.around(90*60)
	relation, figure, title := cluster.Reprint, origin.figure, origin.title
	switch x := n.r.below(100); {
	case x < 15:
		relation = cluster.Identical
	case x < 60:
	case x < 75:
		relation, title = cluster.Edited, n.r.next()
	case x < 86:
		relation, title = cluster.Excerpt, n.r.next()
	default:
		relation, title = cluster.Update, n.r.next()
		figure += 1 + n.r.below(figure+1)
		wait += 3600
		if n.r.chance(.75) {
			o = origin.outlet
		}
	}
	p := n.blank(report, o, origin.what, origin.publish.Add(time.Duration(wait)*time.Second))
	p.origin, p.relation, p.figure, p.title = origin, relation, figure, title
	if n.send(p) {
		n.copies++
	}
}

// send plans a report with what may befall it on the way: no proper date, a late arrival, a new headline.
func (n *newsroom) send(p *plan) bool {
	m := n.opts.Mix
	switch {
	case n.r.chance(m.Undated):
		p.precision = cluster.Arrival
	case n.r.chance(m.DateOnly):
		p.precision = cluster.Day
	}
	if n.r.chance(m.Late) {
		// Not in the last hours, so that a copy is never delivered without its origin.
		late := p.arrive.Add(3*time.Hour + time.Duration(n.r.around(20*3600))*time.Second)
		if late.Before(n.hour(len(n.hours) - 3)) {
			p.arrive = late
		}
	}
	if !n.plan(p) {
		return false
	}
	if n.r.chance(m.Retitled) {
		again := *p
		again.retitled, again.was, again.title = true, p.title, n.r.next()
		again.arrive = p.arrive.Add(20*time.Minute + time.Duration(n.r.around(3*3600))*time.Second)
		n.plan(&again)
	}
	return true
}
