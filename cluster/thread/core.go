package thread

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// coreName is a specific name of a core or of an event, with the keys it is known by in other languages, aliases
// included.
type coreName struct {
	text  string
	term  text.Term
	keys  []text.Term
	title bool // stands in a headline
}

// gist is what a set of stories agrees on: an entry counts if a third of the stories have it, and at least one.
type gist struct {
	names []coreName     // sorted by term
	terms []text.Term    // of the names, side by side
	pairs [][2]text.Term // neighbours in one name
	kinds []Kind         // sorted
	words []text.Term    // other rare words, sorted
	sieve *sieve         // of the words; nil but for the event at hand
}

// core is the frozen part of a thread in one language, with its text.
type core struct {
	thread  int
	lang    string
	stories []*Story      // of the core, the founding one first
	words   [][]text.Term // of each, see readStory
	founder []Entry       // unit vector of the founding story
	until   time.Time
	undated bool
	gist    gist

	text    mean // of the first CoreText stories
	texts   int
	rolling mean
	epoch   time.Time // where the weights of the rolling mean are 1
	posted  bool      // the terms of the text core are in the index of sagas
	number  int32     // there
	months  map[int]*mean
	members []member // every story that came in, in that order
	bar     float64  // similarity that a link by text needs, once judged
	judged  int      // stories of the thread at that time
}

// threadState is a thread under construction.
type threadState struct {
	founder     string
	links       []Relation
	turns       []int32 // when the event of each link had its turn
	mentions    []Relation
	cores       []int // indexes of its cores, the founding one first
	stories     int
	members     []member  // its stories, in the order they came in
	first, last time.Time // zero while only undated events are in it
	loose       bool      // founded by a round-up
	gone        bool      // absorbed by another thread
}

func atLeast(n int) int { return max(1, (n+2)/3) }

// gistOf sums up stories, given with the rare words of each, see readStory. Names below the least frequency and words that
// are names or kind words of their story stay out.
func (l *linker) gistOf(stories []*Story, rare [][]text.Term) gist {
	var g gist
	least := atLeast(len(stories))
	var kinds [256]int
	names := l.names[:0]
	for _, s := range stories {
		p := &s.Profile
		for i := range p.Names {
			n := &p.Names[i]
			at := slices.IndexFunc(names, func(c nameCount) bool { return c.name.term == n.Term })
			if at < 0 {
				if l.idf.IDF(n.Term) < l.NameRare {
					continue
				}
				names = append(names, nameCount{coreName{text: n.Text, term: n.Term, keys: l.withAliases(n.Keys)}, 0})
				at = len(names) - 1
			}
			names[at].n++
			names[at].name.title = names[at].name.title || i < int(p.Title) || p.Title == 0
		}
		for _, q := range p.Pairs {
			a, b := p.Names[q[0]].Term, p.Names[q[1]].Term
			g.pairs = append(g.pairs, [2]text.Term{min(a, b), max(a, b)})
		}
		for _, k := range p.Kinds {
			kinds[k]++
		}
	}
	l.names = names
	for _, c := range names {
		if c.n >= least {
			g.names = append(g.names, c.name)
		}
	}
	slices.SortFunc(g.names, func(a, b coreName) int { return cmp.Compare(a.term, b.term) })
	g.terms = make([]text.Term, len(g.names))
	for i := range g.names {
		g.terms[i] = g.names[i].term
	}
	slices.SortFunc(g.pairs, func(a, b [2]text.Term) int { return slices.Compare(a[:], b[:]) })
	g.pairs = slices.Compact(g.pairs)
	for k, n := range kinds {
		if n >= least {
			g.kinds = append(g.kinds, Kind(k))
		}
	}
	g.words = l.shared(rare, least)
	return g
}

// nameCount is a name with the number of stories that have it.
type nameCount struct {
	name coreName
	n    int
}

// shared returns the words that so many of some stories have.
func (l *linker) shared(stories [][]text.Term, least int) []text.Term {
	if len(stories) == 1 {
		return stories[0]
	}
	all := l.words[:0]
	for _, words := range stories {
		all = append(all, words...)
	}
	slices.Sort(all)
	l.words = all
	var out []text.Term
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j] == all[i] {
			j++
		}
		if j-i >= least {
			out = append(out, all[i])
		}
		i = j
	}
	return out
}

// similarity is the geometric mean of the cosines with the text core and with the rolling mean: the first keeps the
// thread where it began, the second follows what it has become.
func (c *core) similarity(v []Entry) float64 {
	a := c.text.cosine(v)
	if a <= 0 {
		return 0
	}
	return math.Sqrt(a * max(0, c.rolling.cosine(v)))
}

// member is a story of a thread with the time it reports.
type member struct {
	core   int32
	turn   int32     // of its event
	at     time.Time // zero in a thread if it has no date
	vector []Entry
}

// similarityAt is similarity as it was at a time in the past: in place of the rolling mean it takes the month around that
// time. It must not be called before all stories are in.
func (c *core) similarityAt(v []Entry, at time.Time, p *Params) float64 {
	a := c.text.cosine(v)
	if a <= 0 {
		return 0
	}
	period := func(t time.Time) int { return int(t.Sub(c.epoch) / p.HalfLife) }
	k := period(at)
	near, ok := c.months[k]
	if !ok {
		near = &mean{}
		for _, m := range c.members {
			switch period(m.at) - k {
			case 0:
				near.add(m.vector, 1)
			case -1, 1:
				near.add(m.vector, .5)
			}
		}
		if c.months == nil {
			c.months = make(map[int]*mean)
		}
		c.months[k] = near
	}
	return math.Sqrt(a * max(0, near.cosine(v)))
}

// addText takes a story into the text of the core.
func (c *core) addText(v []Entry, at time.Time, undated bool, p *Params) {
	if c.texts < p.CoreText {
		c.text.add(v, 1)
		c.texts++
	}
	c.members = append(c.members, member{at: at, vector: v})
	weight := 1.0
	if !undated && !c.epoch.IsZero() {
		// Growing weights for later stories decay the earlier ones; the exponent is bounded so that centuries between
		// two stories, which a wrong date can make, stay finite.
		age := at.Sub(c.epoch).Hours() / p.HalfLife.Hours()
		weight = math.Exp2(min(max(age, -500), 500))
	}
	c.rolling.add(v, weight)
}
