package thread

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// postingCap bounds how many threads one name or term is followed to, newest first. Names that common fail the
// frequency test long before; the cap keeps a table without frequencies from making the search quadratic.
const postingCap = 512

// finder finds the cores that an event may join. An event shares a name with hundreds of cores of which the rule takes
// one or none, so that most are turned down by what a flat table says of them, see hopeless; the rest are judged.
type finder struct {
	heads  []head    // by core
	kinds  []kindSet // by core: what its stories agree on; apart, since they are seldom asked
	names  lists[int32]
	keys   lists[int32]
	langs  map[string]uint16
	counts []int32  // cores by language
	hits   []uint16 // by core: names of the event at hand that led to it
	hit    []int32
	seen   []int32  // by core: the last turn that looked at it
	cut    []uint64 // signatures of the names of the event at hand that have more cores than were followed
	texts  textIndex
}

// head is what hopeless asks of a core.
type head struct {
	names  uint64 // signatures of the names
	titles uint64 // of those in headlines
	last   int64  // second of the last dated story of the thread, noTime where there is none
	lang   uint16
	grown  bool
	named  bool // findable by its names
}

// noTime is later than every time, and far from overflow.
const noTime = math.MaxInt64 / 4

// kindSet is a set of kind words.
type kindSet [4]uint64

func setOf(kinds []Kind) kindSet {
	var s kindSet
	for _, k := range kinds {
		s[k>>6] |= 1 << (k & 63)
	}
	return s
}

// common counts the kind words of two sets.
func (s *kindSet) common(o *kindSet) int {
	n := 0
	for i := range s {
		n += bits.OnesCount64(s[i] & o[i])
	}
	return n
}

// common counts the kind words that an event and a core have in common.
func (f *finder) common(p *probe, i int32) int { return p.kinds.common(&f.kinds[i]) }

// signature is one bit of 64 for a name. A set of names that lacks the bit lacks the name.
func signature(t text.Term) uint64 { return 1 << ((uint32(t) * 0x9e3779b1) >> 26) }

// anyLanguage is the number of a language that is not known, which goes with all, see sameLanguage.
const anyLanguage = 0

func (f *finder) language(lang string) uint16 {
	if lang == "und" || lang == "" {
		return anyLanguage
	}
	n, ok := f.langs[lang]
	if !ok {
		n = uint16(len(f.langs) + 1)
		f.langs[lang] = n
	}
	return n
}

func sameTongue(a, b uint16) bool { return a == b || a == anyLanguage || b == anyLanguage }

// enter adds a core.
func (f *finder) enter(lang string) {
	n := f.language(lang)
	f.heads = append(f.heads, head{lang: n, last: noTime})
	f.kinds = append(f.kinds, kindSet{})
	f.hits = append(f.hits, 0)
	f.seen = append(f.seen, 0)
	for len(f.counts) <= int(n) {
		f.counts = append(f.counts, 0)
	}
	f.counts[n]++
}

// foreign counts the cores in other languages than an event.
func (f *finder) foreign(lang uint16) int {
	if lang == anyLanguage {
		return 0
	}
	n := len(f.heads) - int(f.counts[anyLanguage])
	if int(lang) < len(f.counts) {
		n -= int(f.counts[lang])
	}
	return n
}

// agreed notes what the stories of a core agree on.
func (f *finder) agreed(i int, g *gist) {
	h := &f.heads[i]
	f.kinds[i] = setOf(g.kinds)
	h.names, h.titles = g.signatures()
}

// signatures gives those of the names, and of the names that stand in a headline.
func (g *gist) signatures() (names, titles uint64) {
	for k := range g.names {
		bit := signature(g.terms[k])
		names |= bit
		if g.names[k].title {
			titles |= bit
		}
	}
	return names, titles
}

// index makes a core findable by its names. Names that are posted already stay posted: every hit is judged exactly.
func (f *finder) index(i int, g *gist) {
	f.heads[i].named = true
	post := func(list *[]int32) {
		if !slices.Contains((*list)[max(0, len(*list)-8):], int32(i)) {
			*list = append(*list, int32(i))
		}
	}
	for k := range g.names {
		n := &g.names[k]
		post(f.names.of(n.term))
		for _, key := range n.keys {
			post(f.keys.of(key))
		}
	}
}

// probe is what hopeless asks of an event.
type probe struct {
	kinds       kindSet
	names       uint64 // signatures of the names
	titles      uint64 // of those in headlines
	first       int64  // second; one that is before every last where the event has no date
	lang        uint16
	anniversary bool
}

func (l *linker) probe(d *draft) probe {
	p := probe{kinds: setOf(d.gist.kinds), lang: l.find.language(d.Lang), anniversary: d.anniversary, first: -noTime}
	p.names, p.titles = d.gist.signatures()
	if !d.Undated {
		p.first = d.First.Unix()
	}
	return p
}

// after reports whether the event certainly comes after more than a time of silence, for all that seconds can tell.
func (p *probe) after(h *head, silence time.Duration) bool {
	return p.first-h.last > int64(silence/time.Second)+1
}

// hopeless reports whether judge would certainly turn down a core that shares at most so many names with an event. It must
// not say so of one that judge takes by its text, or asks for its bar.
func (l *linker) hopeless(p *probe, i int32, names int) bool {
	h := &l.find.heads[i]
	if !sameTongue(h.lang, p.lang) {
		// No words are shared between languages: the weight is that of the kind words, none of which counts for more.
		return names < l.Names || p.after(h, l.Languages) || l.KindWord*float64(l.find.common(p, i)) < l.Kinds-1e-6
	}
	late := p.after(h, l.Window)
	switch {
	case l.Saga > 0 && h.grown && !late:
		return false
	case names == 0 || p.names&h.names&(p.titles|h.titles) == 0: // no name that stands in a headline
		return true
	case p.anniversary:
		return false
	case late: // it can only be reopened
		return names < l.Names || l.find.common(p, i) < 2
	}
	return false
}

// candidates returns the cores that the rule accepts, best first: higher similarity, then more names, then the older
// thread.
func (l *linker) candidates(d *draft) []candidate {
	f := &l.find
	p := l.probe(d)
	var out []candidate
	try := func(i int32) {
		if c, ok := l.judge(d, int(i)); ok {
			out = append(out, c)
		}
	}
	f.follow(d)
	for _, i := range f.hit {
		if h := &f.heads[i]; sameTongue(h.lang, p.lang) {
			f.seen[i] = l.stamp
			if !l.hopeless(&p, i, f.mostNames(i)) {
				try(i)
			}
		}
	}
	if f.foreign(p.lang) > 0 {
		for k := range d.gist.names {
			for _, key := range d.gist.names[k].keys {
				for _, i := range newest(f.keys.get(key)) {
					if f.seen[i] == l.stamp {
						continue
					}
					f.seen[i] = l.stamp
					if h := &f.heads[i]; !sameTongue(h.lang, p.lang) && !l.hopeless(&p, i, len(d.gist.names)) {
						try(i)
					}
				}
			}
		}
	}
	if l.Saga > 0 && !d.loose {
		for _, i := range l.sagas(d) {
			// What a round-up founded takes no follow-ups.
			if f.seen[i] != l.stamp && !l.threads[l.cores[i].thread].loose && !l.hopeless(&p, i, f.mostNames(i)) {
				try(i)
			}
		}
	}
	f.forget()
	slices.SortStableFunc(out, func(a, b candidate) int {
		switch {
		case a.score != b.score:
			if a.score > b.score {
				return -1
			}
			return 1
		case a.count != b.count:
			return b.count - a.count
		case a.thread(l) != b.thread(l):
			return a.thread(l) - b.thread(l)
		}
		return a.core - b.core
	})
	return out
}

// follow counts for every core how many names of an event lead to it.
func (f *finder) follow(d *draft) {
	for _, term := range d.gist.terms {
		list := f.names.get(term)
		if len(list) > postingCap {
			f.cut = append(f.cut, signature(term))
		}
		list = newest(list)
		// No branch: whether a core was hit before is as good as random.
		n := len(f.hit)
		f.hit = slices.Grow(f.hit, len(list))[:n+len(list)]
		for _, i := range list {
			was := f.hits[i]
			f.hit[n] = i
			if was == 0 {
				n++
			}
			f.hits[i] = was + 1
		}
		f.hit = f.hit[:n]
	}
}

// mostNames is how many names a core can share with the event that was followed: those that led to it, and those that
// were not followed to all cores. Names lead to no core of a round-up, so that it may share any number.
func (f *finder) mostNames(i int32) int {
	if !f.heads[i].named {
		return math.MaxInt
	}
	n := int(f.hits[i])
	for _, bit := range f.cut {
		if f.heads[i].names&bit != 0 {
			n++
		}
	}
	return n
}

func (f *finder) forget() {
	for _, i := range f.hit {
		f.hits[i] = 0
	}
	f.hit, f.cut = f.hit[:0], f.cut[:0]
}

func (c *candidate) thread(l *linker) int { return l.cores[c.core].thread }

func newest(list []int32) []int32 { return list[max(0, len(list)-postingCap):] }
