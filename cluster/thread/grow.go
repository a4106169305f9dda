package thread

import (
	"cmp"
	"slices"
	"sort"

	"github.com/samestory/samestory/cluster/text"
)

// found starts a thread with an event.
func (l *linker) found(d *draft) int {
	t := len(l.threads)
	l.threads = append(l.threads, threadState{
		founder: d.Founder, loose: d.loose,
		links: []Relation{{Event: d.ID, Kind: Founding, Score: 1}},
		turns: []int32{l.stamp},
	})
	i := l.newCore(d, t)
	l.grow(d, i)
	return i
}

// newCore opens a core of a thread in the language of an event.
func (l *linker) newCore(d *draft, t int) int {
	i := len(l.cores)
	founder := max(0, slices.IndexFunc(d.Stories, func(s Story) bool { return s.ID == d.Founder }))
	c := core{
		thread: t, lang: d.Lang, founder: d.vectors[founder], undated: d.Undated,
		stories: []*Story{&d.Stories[founder]}, words: [][]text.Term{d.words[founder]},
	}
	c.text.sum.spare, c.rolling.sum.spare = &l.spare, &l.spare
	if !d.Undated {
		c.epoch = d.Stories[founder].Time
		c.until = c.epoch.Add(l.Core)
	}
	l.cores = append(l.cores, c)
	l.find.enter(d.Lang)
	l.threads[t].cores = append(l.threads[t].cores, i)
	l.freeze(d, i, founder)
	return i
}

// freeze adds the stories of an event that belong to the core, and sums the core up anew. except is the founding story,
// which is in already, -1 for an event that joined.
func (l *linker) freeze(d *draft, i, except int) {
	c := &l.cores[i]
	for k := range d.Stories {
		s := &d.Stories[k]
		if k == except || s.Profile.Loose || len(c.stories) >= l.CoreText {
			continue
		}
		if !c.undated && (d.Undated || s.Undated || !s.Time.Before(c.until)) {
			continue
		}
		if dot(c.founder, d.vectors[k]) >= l.CoreLikely {
			c.stories, c.words = append(c.stories, s), append(c.words, d.words[k])
		}
	}
	if len(c.stories) == 1 && len(d.Stories) == 1 && except >= 0 {
		c.gist = d.gist // of the same story
		c.gist.sieve = nil
	} else {
		c.gist = l.gistOf(c.stories, c.words)
	}
	l.find.agreed(i, &c.gist)
}

func (l *linker) index(i int) { l.find.index(i, &l.cores[i].gist) }

// join adds an event to the thread of a candidate.
func (l *linker) join(d *draft, c *candidate) {
	t := &l.threads[l.cores[c.core].thread]
	t.links = append(t.links, c.relation(d.ID))
	t.turns = append(t.turns, l.stamp)
	if !sameLanguage(l.cores[c.core].lang, d.Lang) {
		// The first report in another language becomes the core for that language: later ones are judged in their own
		// words, and the founding core stays as it was.
		i := l.newCore(d, l.cores[c.core].thread)
		l.index(i)
		l.grow(d, i)
		return
	}
	core := &l.cores[c.core]
	if c.kind == Update && l.open(d, core) {
		l.freeze(d, c.core, -1)
		l.index(c.core)
	}
	l.grow(d, c.core)
}

func (c *candidate) relation(event string) Relation {
	r := Relation{Event: event, Kind: c.kind, Score: c.score, Names: c.names, Kinds: c.weight, Margin: c.margin}
	for _, k := range c.kinds {
		r.Terms = append(r.Terms, k.String())
	}
	return r
}

// grow takes the text and the times of an event into its thread.
func (l *linker) grow(d *draft, i int) {
	c := &l.cores[i]
	t := &l.threads[c.thread]
	for k := range d.Stories {
		s := &d.Stories[k]
		if c.posted && c.texts < l.CoreText {
			l.post(i, slices.DeleteFunc(slices.Clone(d.vectors[k]), func(e Entry) bool { return c.text.has(e.Term) }))
		}
		undated := d.Undated || s.Undated
		c.addText(d.vectors[k], s.Time, undated, &l.Params)
		t.stories++
		if l.Saga > 0 {
			m := member{core: int32(i), turn: l.stamp, vector: d.vectors[k]}
			if !undated {
				m.at = s.Time
			}
			t.members = append(t.members, m)
		}
		if undated {
			continue
		}
		if t.first.IsZero() || s.Time.Before(t.first) {
			t.first = s.Time
		}
		if s.Time.After(t.last) {
			t.last = s.Time
		}
	}
	for _, k := range t.cores {
		h := &l.find.heads[k]
		h.grown = l.grown(t)
		if !t.last.IsZero() {
			h.last = t.last.Unix()
		}
	}
	if l.Saga > 0 && t.stories >= l.SagaSize {
		for _, k := range t.cores {
			l.indexText(k)
		}
	}
}

// indexText makes the text core of a thread that has become long findable by its rare terms.
func (l *linker) indexText(i int) {
	c := &l.cores[i]
	if c.posted {
		return
	}
	c.posted, c.number = true, l.find.texts.enter(i)
	l.post(i, c.text.entries())
}

func (l *linker) post(i int, terms []Entry) {
	for _, e := range terms {
		if l.idf.IDF(e.Term) >= l.OtherRare {
			list := l.find.texts.terms.of(e.Term)
			*list = append(*list, l.cores[i].number)
		}
	}
}

// mention notes the threads that a round-up touches by names and kind words.
func (l *linker) mention(d *draft, found []candidate) {
	for k := range found[:min(len(found), l.Mentions)] {
		c := &found[k]
		if c.count < l.Names {
			continue
		}
		r := c.relation(d.ID)
		r.Kind = Mention
		t := &l.threads[l.cores[c.core].thread]
		t.mentions = append(t.mentions, r)
	}
}

// result hands out the threads.
func (l *linker) result() []Thread {
	live := make([]*threadState, 0, len(l.threads))
	for i := range l.threads {
		if t := &l.threads[i]; !t.gone {
			sort.Sort((*byTurn)(t))
			live = append(live, t)
		}
	}
	slices.SortFunc(live, func(a, b *threadState) int { return cmp.Compare(a.turns[0], b.turns[0]) })
	out := make([]Thread, len(live))
	for i, t := range live {
		out[i] = Thread{ID: ID(t.founder), Links: t.links, Mentions: t.mentions}
	}
	return out
}

// byTurn sorts the links of a thread by the founding time of their events, which absorbed ones came in out of.
type byTurn threadState

func (t *byTurn) Len() int           { return len(t.links) }
func (t *byTurn) Less(i, j int) bool { return t.turns[i] < t.turns[j] }
func (t *byTurn) Swap(i, j int) {
	t.links[i], t.links[j] = t.links[j], t.links[i]
	t.turns[i], t.turns[j] = t.turns[j], t.turns[i]
}
