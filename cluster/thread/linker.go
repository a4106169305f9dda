package thread

import (
	"math"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// linker is the state of one Link call.
type linker struct {
	Params
	idf     IDF
	aliases map[text.Term][]text.Term // other-script form to Latin keys
	threads []threadState
	cores   []core
	find    finder
	stamp   int32
	reading []*Story          // of the draft at hand
	words   []text.Term       // of the story at hand
	common  []text.Term       // names of the core and the event at hand
	names   []nameCount       // of the gist at hand
	sieve   sieve             // of the event at hand
	spare   spare             // of the means
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
		Params: p, idf: &memo{idf: idf}, aliases: make(map[text.Term][]text.Term),
		find: finder{langs: make(map[string]uint16), counts: make([]int32, anyLanguage+1)},
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
	// margin is by how much the decision passed, see Relation.
	margin float64
	shared
}

// draft is an event prepared for comparison.
type draft struct {
	*Event
	gist    gist
	vectors [][]Entry     // unit vectors of the stories
	words   [][]text.Term // their rare words, see readStory
	center  []Entry       // mean of the first of them
	length  float64       // terms of a story, on average
	loose   bool
	speech  bool
	// anniversary and background: the event looks back, for its day or in order to explain.
	anniversary, background bool
	actors                  []text.Term // names in headlines
}

func (l *linker) draft(e *Event) *draft {
	n := len(e.Stories)
	d := &draft{Event: e, vectors: make([][]Entry, n), words: make([][]text.Term, n)}
	var loose, speech, anniversary, background int
	sum := mean{sum: table{spare: &l.spare}}
	l.reading = l.reading[:0]
	for i := range e.Stories {
		s := &e.Stories[i]
		l.reading = append(l.reading, s)
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
		v, words := l.readStory(s)
		d.vectors[i], d.words[i] = v, words
		d.length += float64(len(v)) / float64(n)
		if n > 1 && i < l.CoreText {
			sum.add(v, 1)
		}
	}
	d.gist = l.gistOf(l.reading, d.words)
	d.gist.sift(&l.sieve)
	d.loose = 2*loose > n
	d.speech = 2*speech > n
	d.anniversary = anniversary >= atLeast(n)
	d.background = 2*background > n
	d.center = d.vectors[0]
	if n > 1 {
		d.center = sum.entries()
		sum.sum.drop()
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
	out := candidate{core: i}
	l.common = out.countTerms(&c.gist, &d.gist, l.common[:0])
	late, marks := gap > l.Window, l.anniversary(d, c)
	saga := l.Saga > 0 && !late && l.grown(t)
	if !saga && (!out.anchored || late && out.count < l.Names && !marks) {
		return out, false
	}
	if out.anchored {
		l.matchKinds(&out.shared, &c.gist, &d.gist, true, unspaced(d.Lang))
	}
	named := out.count >= 1 && out.anchored && out.weight >= l.KindsLeast
	if !named && !saga {
		return out, false
	}
	out.score = c.similarity(d.center)
	ok := true
	switch {
	case named && marks && l.follows(d, c, &out, 0): // its date says as much as no silence would
		out.kind = Anniversary
	case late:
		out.kind, out.margin = Reopened, out.score-l.Reopen
		ok = named && out.weight >= l.Kinds && len(out.kinds) >= 2 && out.count >= l.Names && out.score >= l.Reopen
	case named && !marks && l.follows(d, c, &out, gap):
		out.kind = l.followUp(d, c)
	default:
		out.kind, ok = Saga, false
		if saga {
			out.margin, ok = l.holds(i, out.score, d.length, l.SagaLength)
		}
	}
	if ok {
		if !out.anchored { // by text alone; the words that recur are shown
			l.matchKinds(&out.shared, &c.gist, &d.gist, true, unspaced(d.Lang))
		}
		out.write(&c.gist, l.common)
	}
	return out, ok
}

// holds decides on a link by text: the story is similar enough for its length, and similarity to this thread means
// something in this store. Length, because the similarity of stories that belong grows with the root of it, that of
// stories which only touch the thread does not. A thread of two or three stories asks for more: it might still become
// about anything. The margin is what it has over that.
func (l *linker) holds(i int, score, length, rise float64) (margin float64, ok bool) {
	young := 1 + 1/float64(l.threads[l.cores[i].thread].stories)
	if margin = score - young*max(l.Saga, rise*math.Sqrt(length)); margin < 0 {
		return margin, false
	}
	margin = min(margin, score-l.bar(i))
	return margin, margin >= 0
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
