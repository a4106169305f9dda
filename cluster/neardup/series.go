package neardup

import "slices"

// series is the classes whose stories are editions of one template.
type series struct {
	classes []uint32
	id      string
	renamed bool // members joined or left since the id was chosen
	kept    bool // what it was named after has left the window: the id stays
}

func (d *Detector) newSeries() uint32 {
	if k := len(d.idle); k > 0 {
		n := d.idle[k-1]
		d.idle = d.idle[:k-1]
		return n
	}
	d.series = append(d.series, series{})
	return uint32(len(d.series) - 1)
}

func (d *Detector) addToSeries(n, c uint32) {
	d.classes[c].series = n
	s := &d.series[n]
	s.classes = append(s.classes, c)
	s.renamed = true
}

// joinSeries makes two classes editions of one series, and one series of two.
func (d *Detector) joinSeries(a, b uint32) {
	x, y := d.classes[a].series, d.classes[b].series
	switch {
	case x == none && y == none:
		n := d.newSeries()
		d.addToSeries(n, a)
		d.addToSeries(n, b)
	case x == none:
		d.addToSeries(y, a)
	case y == none:
		d.addToSeries(x, b)
	case x != y:
		if len(d.series[x].classes) < len(d.series[y].classes) {
			x, y = y, x
		}
		for _, c := range d.series[y].classes {
			d.addToSeries(x, c)
		}
		into, from := &d.series[x], &d.series[y]
		if from.kept && (!into.kept || from.id < into.id) {
			if d.named[into.id] == x {
				delete(d.named, into.id)
			}
			delete(d.named, from.id)
			into.id, into.kept = from.id, true
			d.named[into.id] = x
			from.id = ""
		}
		delete(d.named, d.series[y].id)
		d.series[y] = series{}
		d.idle = append(d.idle, y)
	}
}

func (d *Detector) leaveSeries(c uint32) {
	n := d.classes[c].series
	if n == none {
		return
	}
	d.classes[c].series = none
	s := &d.series[n]
	s.classes = slices.DeleteFunc(s.classes, func(o uint32) bool { return o == c })
	if len(s.classes) == 0 {
		delete(d.named, s.id)
		*s = series{}
		d.idle = append(d.idle, n)
		return
	}
	d.keepName(n)
}

// firstOf is the first story of a series in order, none where no story of it is live.
func (d *Detector) firstOf(s *series) uint32 {
	first := none
	for _, c := range s.classes {
		if n := d.classes[c].first; n != none && (first == none || d.order(n).compare(d.order(first)) < 0) {
			first = n
		}
	}
	return first
}

func (d *Detector) seriesID(first uint32) string { return hashID('s', d.stories[first].form>>14) }

// keepName holds on to the id of a series that another than its first live edition has given it.
func (d *Detector) keepName(n uint32) {
	s := &d.series[n]
	if first := d.firstOf(s); s.id != "" && !s.renamed && first != none && d.seriesID(first) != s.id {
		s.kept = true
	}
}

// nameSeries gives each series that changed the id of the template of its first story, and adds the stories to moved
// whose series is another now.
func (d *Detector) nameSeries(moved map[uint32]bool) {
	for i := range d.series {
		s := &d.series[i]
		if !s.renamed {
			continue
		}
		s.renamed = false
		first := d.firstOf(s)
		if first == none {
			continue
		}
		if !s.kept {
			if d.named[s.id] == uint32(i) {
				delete(d.named, s.id)
			}
			s.id = d.seriesID(first)
			if other, ok := d.named[s.id]; ok && other != uint32(i) { // another series of the same template
				d.joinSeries(s.classes[0], d.series[other].classes[0])
				s = &d.series[d.classes[d.stories[first].class].series]
				if s.renamed = false; !s.kept {
					s.id = d.seriesID(d.firstOf(s))
				}
			}
		}
		d.named[s.id] = d.classes[s.classes[0]].series
		for _, c := range s.classes {
			for n := d.classes[c].head; n != none; n = d.stories[n].next {
				if d.stories[n].series != s.id {
					d.stories[n].series = s.id
					moved[n] = true
				}
			}
		}
	}
}
