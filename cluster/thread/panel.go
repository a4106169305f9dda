package thread

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/text"
)

// panel is a sample of the dated stories of one language, by which threads are judged: a story from another year cannot
// belong to a saga, so that one which is as similar to it shows that the similarity says nothing. In a store of one
// subject every thread has many of them, in a store of many subjects few. The sample is drawn by the hashes of the story
// ids, so that it is a function of the set of stories, and a new story hardly changes it.
type panel struct {
	times    []time.Time // in order
	postings lists[posting]
	length   float64   // of the mean of all stories
	acc      []float64 // products with the text at hand
	in, out  []float64 // similarities inside and outside the time at hand
}

// posting is a story that has a term. The stories of a term are in order of time.
type posting struct {
	story  int32
	weight float32
	sum    float64 // of the weights up to here
}

// newPanels draws the panels of all languages.
func (l *linker) newPanels(events []*Event) {
	drawn := make(map[string]*draw)
	for _, e := range events {
		if e.Undated {
			continue
		}
		d := drawn[e.Lang]
		if d == nil {
			d = &draw{most: l.SagaPanel, bound: math.MaxUint64}
			drawn[e.Lang] = d
		}
		for i := range e.Stories {
			if !e.Stories[i].Undated {
				d.add(&e.Stories[i])
			}
		}
	}
	l.panels = make(map[string]*panel, len(drawn))
	for lang, d := range drawn {
		tickets := d.lowest()
		slices.SortStableFunc(tickets, func(a, b ticket) int { return a.story.Time.Compare(b.story.Time) })
		p := &panel{acc: make([]float64, len(tickets))}
		for i, t := range tickets {
			p.times = append(p.times, t.story.Time)
			v, _ := l.readStory(t.story)
			for _, e := range v {
				list := p.postings.of(e.Term)
				q := posting{int32(i), e.Weight, float64(e.Weight)}
				if n := len(*list); n > 0 {
					q.sum += (*list)[n-1].sum
				}
				*list = append(*list, q)
			}
		}
		norm := 0.0
		terms := p.postings.terms()
		slices.Sort(terms)
		for _, t := range terms {
			list := p.postings.get(t)
			sum := list[len(list)-1].sum
			norm += sum * sum
		}
		p.length = math.Sqrt(norm) / float64(len(tickets))
		l.panels[lang] = p
	}
}

// draw keeps the stories with the lowest hashes of their ids.
type draw struct {
	most    int
	tickets []ticket
	bound   uint64 // what lies above is not among the lowest
}

type ticket struct {
	story *Story
	hash  uint64
}

func (d *draw) add(s *Story) {
	h := xxh3.HashString(s.ID)
	if h > d.bound {
		return
	}
	d.tickets = append(d.tickets, ticket{s, h})
	if d.most > 0 && len(d.tickets) >= max(2*d.most, 64) {
		d.bound = d.lowest()[d.most-1].hash
	}
}

// lowest returns the tickets that are kept, in order.
func (d *draw) lowest() []ticket {
	slices.SortFunc(d.tickets, func(a, b ticket) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.story.ID, b.story.ID))
	})
	d.tickets = d.tickets[:min(len(d.tickets), d.most)]
	return d.tickets
}

// bar returns the similarity from which on a core takes stories by text alone. It is computed anew whenever the thread
// has doubled.
func (l *linker) bar(i int) float64 {
	c := &l.cores[i]
	t := &l.threads[c.thread]
	if c.judged == 0 || t.stories >= 2*c.judged {
		c.judged = t.stories
		c.bar = l.judgeText(&c.text, l.panels[c.lang], t.first.Add(-l.Window), t.last.Add(l.Window))
	}
	return c.bar
}

// judgeText returns the least similarity to a text, from Saga upwards, at which the share of the panel outside a time is
// at most SagaFalse of the share inside: what is left there by chance. It is infinite where there is none, and where the
// panel has too few stories outside to tell.
func (l *linker) judgeText(m *mean, p *panel, from, to time.Time) float64 {
	never := math.Inf(1)
	if p == nil || m.norm <= 0 {
		return never
	}
	clear(p.acc)
	m.each(func(t text.Term, w float64) {
		for _, q := range p.postings.get(t) {
			p.acc[q.story] += w * float64(q.weight)
		}
	})
	in, out := p.in[:0], p.out[:0]
	outside := 0
	length := math.Sqrt(m.norm)
	for k, at := range p.times {
		far := at.Before(from) || at.After(to)
		if far {
			outside++
		}
		if s := p.acc[k] / length; s >= l.Saga {
			if far {
				out = append(out, s)
			} else {
				in = append(in, s)
			}
		}
	}
	p.in, p.out = in, out
	if outside < l.SagaControl {
		return never
	}
	slices.Sort(in)
	slices.Sort(out)
	inside := float64(len(p.times) - outside)
	// Half a story is added outside: that nothing was seen there does not mean that there is nothing.
	j := 0
	rare := func(k int) bool {
		return (float64(len(out)-j)+.5)/float64(outside+1) <= l.SagaFalse*float64(len(in)-k)/inside
	}
	if len(in) > 0 && rare(0) {
		return l.Saga
	}
	for k, s := range in {
		for j < len(out) && out[j] < s {
			j++
		}
		if rare(k) {
			return s
		}
	}
	return never
}

// outside returns how similar a text is to the stories of the panel that lie outside a time, taken together: the cosine
// with their mean, which is taken to be as long as that of all stories.
func (p *panel) outside(v []Entry, from, to time.Time) float64 {
	lo := int32(sort.Search(len(p.times), func(i int) bool { return !p.times[i].Before(from) }))
	hi := int32(sort.Search(len(p.times), func(i int) bool { return p.times[i].After(to) }))
	n := len(p.times) - int(hi-lo)
	if n == 0 || p.length == 0 {
		return 0
	}
	sum := 0.0
	for _, e := range v {
		list := p.postings.get(e.Term)
		if len(list) == 0 {
			continue
		}
		all := list[len(list)-1].sum
		if i := sort.Search(len(list), func(i int) bool { return list[i].story >= lo }); i < len(list) {
			j := i + sort.Search(len(list)-i, func(k int) bool { return list[i+k].story >= hi })
			if j > i {
				all -= list[j-1].sum - list[i].sum + float64(list[i].weight)
			}
		}
		sum += float64(e.Weight) * all
	}
	return sum / float64(n) / p.length
}
