package thread

import (
	"math"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

const (
	// postingCap bounds how many threads one name or term is followed to, newest first. Names that common fail the
	// frequency test long before; the cap keeps a table without frequencies from making the search quadratic.
	postingCap = 512
	// sagaTerms are the heaviest terms of an event by which long threads are looked up, sagaTries how many of the
	// best are compared exactly.
	sagaTerms = 24
	sagaTries = 8
)

// linker is the state of one Link call.
type linker struct {
	Params
	idf     IDF
	aliases map[text.Term][]text.Term // other-script form to Latin keys
	threads []threadState
	cores   []core
	byName  map[text.Term][]int32 // cores that have the name
	byKey   map[text.Term][]int32 // cores that have the key
	byTerm  map[text.Term][]int32 // cores of long threads that have the term in their text
	seen    []int32               // stamp per core: last event that looked at it
	mass    []float64             // accumulator per core for saga candidates
	stamp   int32
	placed  []*Event          // the event of each stamp, from 1 on
	panels  map[string]*panel // by language
	telling [256]float64      // how much each kind word says in this store, .4 to 1
	watch   func(*linker, *draft, []candidate)
	teach   func(*draft, *core, *[followFeatures]float64) bool // decides on follow-ups while weights are learned
}

func newLinker(idf IDF, p Params) *linker {
	if p.Follow == nil {
		p.Follow = shippedOrPrior()
	}
	return &linker{
		Params: p, idf: &memo{idf: idf}, aliases: make(map[text.Term][]text.Term), byName: make(map[text.Term][]int32),
		byKey: make(map[text.Term][]int32), byTerm: make(map[text.Term][]int32),
	}
}

// learnAliases collects which names of other scripts are which Latin names.
func (l *linker) learnAliases(e *Event) {
	for i := range e.Stories {
		for _, a := range e.Stories[i].Profile.Aliases {
			keys := l.aliases[a.Other]
			for _, k := range a.Latin {
				if !slices.Contains(keys, k) {
					keys = append(keys, k)
				}
			}
			l.aliases[a.Other] = keys
		}
	}
}

func (l *linker) withAliases(keys []text.Term) []text.Term {
	out := keys
	for _, k := range keys {
		if more := l.aliases[k]; len(more) > 0 {
			out = append(slices.Clone(out), more...)
		}
	}
	return out
}

// candidate is a core that an event may join.
type candidate struct {
	core  int
	kind  string
	score float64
	shared
}

// draft is an event prepared for comparison.
type draft struct {
	*Event
	gist    gist
	vectors [][]Entry // unit vectors of the stories
	center  []Entry   // mean of the first of them
	length  float64   // terms of a story, on average
	loose   bool
	speech  bool
	// anniversary and background: the event looks back, for its day or in order to explain.
	anniversary, background bool
	actors                  []text.Term // names in headlines
}

func (l *linker) draft(e *Event) *draft {
	d := &draft{Event: e}
	stories := make([]*Story, len(e.Stories))
	var loose, speech, anniversary, background int
	var sum mean
	for i := range e.Stories {
		s := &e.Stories[i]
		stories[i] = s
		if s.Profile.Loose {
			loose++
		}
		if s.Profile.Speech {
			speech++
		}
		if s.Profile.Anniversary {
			anniversary++
		}
		if s.Profile.Background {
			background++
		}
		for _, n := range s.Profile.Names[:min(int(s.Profile.Title), len(s.Profile.Names))] {
			d.actors = append(d.actors, n.Term)
		}
		v := unit(s.Vector, l.idf, l.TextRare, l.TextCap)
		d.vectors = append(d.vectors, v)
		d.length += float64(len(v)) / float64(len(e.Stories))
		if i < l.CoreText {
			sum.add(v, 1)
		}
	}
	d.gist = l.gistOf(stories)
	d.loose = 2*loose > len(stories)
	d.speech = 2*speech > len(stories)
	d.anniversary = anniversary >= atLeast(len(stories))
	d.background = 2*background > len(stories)
	d.center = d.vectors[0]
	if len(stories) > 1 {
		d.center = sum.entries()
	}
	return d
}

// place finds the thread of one event, or founds one.
func (l *linker) place(e *Event) {
	d := l.draft(e)
	l.stamp++
	l.placed = append(l.placed, e)
	found := l.candidates(d)
	if l.watch != nil {
		l.watch(l, d, found)
	}
	if d.loose {
		l.found(d)
		l.mention(d, found)
		return
	}
	if len(found) == 0 {
		l.index(l.found(d))
		return
	}
	l.join(d, &found[0])
}

// candidates returns the cores that the rule accepts, best first: higher similarity, then more names, then the older
// thread.
func (l *linker) candidates(d *draft) []candidate {
	var out []candidate
	try := func(i int32) {
		if l.seen[i] == l.stamp {
			return
		}
		l.seen[i] = l.stamp
		if c, ok := l.judge(d, int(i)); ok {
			out = append(out, c)
		}
	}
	for _, n := range d.gist.names {
		for _, i := range newest(l.byName[n.term]) {
			if sameLanguage(l.cores[i].lang, d.Lang) {
				try(i)
			}
		}
		for _, k := range n.keys {
			for _, i := range newest(l.byKey[k]) {
				if !sameLanguage(l.cores[i].lang, d.Lang) {
					try(i)
				}
			}
		}
	}
	if l.Saga > 0 && !d.loose {
		for _, i := range l.sagas(d) {
			try(i)
		}
	}
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

func (c *candidate) thread(l *linker) int { return l.cores[c.core].thread }

func newest(list []int32) []int32 { return list[max(0, len(list)-postingCap):] }

func sameLanguage(a, b string) bool {
	return a == b || a == "und" || b == "und" || a == "" || b == ""
}

// judge applies the rule to one core.
func (l *linker) judge(d *draft, i int) (candidate, bool) {
	c := &l.cores[i]
	t := &l.threads[c.thread]
	gap := time.Duration(0)
	if !d.Undated && !t.last.IsZero() {
		gap = max(0, d.First.Sub(t.last))
	}
	if !sameLanguage(c.lang, d.Lang) {
		if gap > l.Languages || l.hasLanguage(t, d.Lang) {
			return candidate{}, false
		}
		s := matchNames(&c.gist, &d.gist, false)
		if s.count < l.Names {
			return candidate{}, false
		}
		l.matchKinds(&s, &c.gist, &d.gist, false, false)
		kind := FollowUp
		if !d.Undated && !c.undated && d.First.Before(c.until) {
			kind = Update
		}
		return candidate{core: i, kind: kind, shared: s}, s.weight >= l.Kinds
	}
	out := candidate{core: i, shared: matchNames(&c.gist, &d.gist, true)}
	late, marks := gap > l.Window, l.anniversary(d, c)
	saga := l.Saga > 0 && !late && l.grown(t)
	if !saga && (out.count == 0 || late && out.count < l.Names && !marks) {
		return out, false
	}
	l.matchKinds(&out.shared, &c.gist, &d.gist, true, unspaced(d.Lang))
	named := out.count >= 1 && out.anchored && out.weight >= l.KindsLeast
	if !named && !saga {
		return out, false
	}
	out.score = c.similarity(d.center)
	switch {
	case named && marks && l.follows(d, c, &out, 0): // its date says as much as no silence would
		out.kind = Anniversary
		return out, true
	case late:
		out.kind = Reopened
		return out, named && out.weight >= l.Kinds && len(out.kinds) >= 2 && out.count >= l.Names && out.score >= l.Reopen
	case named && !marks && l.follows(d, c, &out, gap):
		out.kind = l.followUp(d, c)
		return out, true
	}
	out.kind = Saga
	return out, saga && l.holds(i, out.score, d.length, l.SagaLength)
}

// holds decides on a link by text: the story is similar enough for its length, and similarity to this thread means
// something in this store. Length, because the similarity of stories that belong grows with the root of it, that of
// stories which only touch the thread does not. A thread of two or three stories asks for more: it might still become
// about anything.
func (l *linker) holds(i int, score, length, rise float64) bool {
	young := 1 + 1/float64(l.threads[l.cores[i].thread].stories)
	return score >= young*max(l.Saga, rise*math.Sqrt(length)) && score >= l.bar(i)
}

func (l *linker) hasLanguage(t *threadState, lang string) bool {
	for _, i := range t.cores {
		if sameLanguage(l.cores[i].lang, lang) {
			return true
		}
	}
	return false
}

// grown reports whether a thread is long enough to take events by text alone, and not yet too large.
func (l *linker) grown(t *threadState) bool {
	return t.stories >= l.SagaSize && t.stories < l.SagaMost && !t.last.IsZero() && t.last.Sub(t.first) >= l.SagaAge
}

// followUp types a link that holds by names and kind words.
func (l *linker) followUp(d *draft, c *core) string {
	if l.open(d, c) && dot(c.founder, d.center) >= l.CoreLikely {
		return Update
	}
	if d.background {
		return Background
	}
	if d.speech {
		for _, a := range d.actors {
			if !slices.ContainsFunc(c.gist.names, func(n coreName) bool { return n.term == a }) {
				return Reaction
			}
		}
	}
	return FollowUp
}

// anniversary reports whether an event says that it marks a day and comes whole years after the founding story. Its date
// says as much as words do, which is why silence asks nothing more of it.
func (l *linker) anniversary(d *draft, c *core) bool {
	if !d.anniversary || d.Undated || c.undated {
		return false
	}
	const year = 8766 * time.Hour // 365.25 days
	since := d.First.Sub(c.epoch)
	years := (since + year/2) / year
	return years >= 1 && (since-years*year).Abs() <= l.Anniversary
}

// open reports whether the event falls into the time in which a core takes stories.
func (l *linker) open(d *draft, c *core) bool {
	return !d.Undated && !c.undated && d.First.Before(c.until)
}

func unspaced(lang string) bool {
	switch lang {
	case "zh", "ja", "th", "lo", "km", "my", "ko", "yue":
		return true
	}
	return false
}
