package thread

import (
	"cmp"
	"math"
	"slices"
)

// sagaWords are the heaviest terms of a saga by which it is found at the end.
const sagaWords = 96

// saga is a thread of many stories as it stands when all events have had their turn.
type saga struct {
	thread int
	core   int32 // the founding one; reports in other languages are judged by their own words
	text   mean  // of all its stories in that language
	bar    float64
	joins  []mover // what comes in
}

// mover is what is settled as one: a thread of a single story, or an event that is in a saga by its text alone.
type mover struct {
	thread  int
	turn    int32 // of the event; 0 for a whole thread
	members []member
	score   float64 // similarity to the saga that it goes to
}

// settle looks a last time at single stories and at what is in a saga by its text alone. While a saga grew it was judged
// by the stories that it had until then; its whole text says more: who stays out for a word that it took up later, and
// who came in for one that it dropped. All is judged against the same sagas, as they were before, so that nothing moves
// by way of another, and an event of a saga against what is left without it. A story that is older than its saga founds
// it from then on.
func (l *linker) settle() {
	if l.Saga <= 0 {
		return
	}
	sagas := l.sagasAtEnd()
	if len(sagas) == 0 {
		return
	}
	at := make(map[int]int, len(sagas)) // saga of a thread
	index := sagaIndex{mass: make([]float64, len(sagas))}
	for i := range sagas {
		at[sagas[i].thread] = i
		terms := sagas[i].text.entries()
		slices.SortFunc(terms, heavier)
		for _, e := range terms[:min(len(terms), sagaWords)] {
			list := index.terms.of(e.Term)
			*list = append(*list, sagaTerm{int32(i), e.Weight})
		}
	}
	var leaving []mover
	for t := range l.threads {
		from := &l.threads[t]
		if from.gone || from.first.IsZero() || from.loose {
			continue
		}
		in, ok := at[t]
		if !ok {
			if from.stories == 1 {
				m := mover{thread: t, members: from.members}
				if to := l.settleOne(&m, sagas, -1, index.nearest(m.members)); to >= 0 {
					sagas[to].joins = append(sagas[to].joins, m)
				}
			}
			continue
		}
		for k := range from.links {
			if from.links[k].Kind != Saga {
				continue
			}
			m := mover{thread: t, turn: from.turns[k], members: from.reports(sagas[in].core, from.turns[k])}
			if len(m.members) == 0 {
				continue // in another language
			}
			try := index.nearest(m.members)
			if !slices.Contains(try, int32(in)) {
				try = append(try, int32(in))
			}
			switch to := l.settleOne(&m, sagas, in, try); to {
			case in:
			case -1:
				leaving = append(leaving, m)
			default:
				sagas[to].joins = append(sagas[to].joins, m)
			}
		}
	}
	for i := range leaving {
		l.leave(&leaving[i])
	}
	for i := range sagas {
		l.take(&sagas[i])
	}
}

// sagasAtEnd sums up the threads of many stories that stand out from the store.
func (l *linker) sagasAtEnd() []saga {
	var out []saga
	for t := range l.threads {
		s := &l.threads[t]
		if s.gone || s.stories < l.SagaWhole || s.first.IsZero() || s.loose {
			continue
		}
		g := saga{thread: t, core: int32(s.cores[0])}
		for _, m := range s.members {
			if m.core == g.core {
				g.text.add(m.vector, 1)
			}
		}
		g.bar = l.judgeText(&g.text, l.panels[l.cores[g.core].lang], s.first.Add(-l.Window), s.last.Add(l.Window))
		if g.text.weight >= float64(l.SagaWhole) && !math.IsInf(g.bar, 1) {
			out = append(out, g)
		}
	}
	return out
}

// reports returns the stories of a core that came in at one turn.
func (t *threadState) reports(core, turn int32) []member {
	var out []member
	for _, m := range t.members {
		if m.turn == turn && m.core == core {
			out = append(out, m)
		}
	}
	return out
}

// settleOne returns which of some sagas something is most similar to among those that it may be in, -1 if there is none.
// in is the one that it is in already.
func (l *linker) settleOne(m *mover, sagas []saga, in int, try []int32) int {
	lang := l.cores[m.members[0].core].lang
	sum := mean{sum: table{spare: &l.spare}}
	n, length := float64(len(m.members)), 0.0
	first, last := m.members[0].at, m.members[0].at
	for _, s := range m.members {
		sum.add(s.vector, 1)
		length += float64(len(s.vector)) / n
		if s.at.Before(first) {
			first = s.at
		}
		if s.at.After(last) {
			last = s.at
		}
	}
	center := sum.entries()
	sum.sum.drop()
	best := -1
	for _, k := range try {
		i := int(k)
		g := &sagas[i]
		t := &l.threads[g.thread]
		from, to := t.first.Add(-l.Window), t.last.Add(l.Window)
		if !sameLanguage(l.cores[g.core].lang, lang) || !first.IsZero() && (last.Before(from) || first.After(to)) {
			continue
		}
		product, norm := g.text.product(center), g.text.norm
		if i == in {
			norm += sum.norm - 2*n*product // |s - u|² = |s|² + |u|² - 2 s·u
			product -= sum.norm / n
		}
		if norm <= 0 {
			continue
		}
		score := product / math.Sqrt(norm)
		if score > m.score && score >= max(l.Saga, l.SagaLate*math.Sqrt(length), g.bar) &&
			score >= l.SagaContrast*l.panels[l.cores[g.core].lang].outside(center, from, to) {
			best, m.score = i, score
		}
	}
	return best
}

// sagaIndex finds sagas by their heaviest terms.
type sagaIndex struct {
	terms   lists[sagaTerm]
	mass    []float64 // by saga: what is added up
	touched []int32
}

// sagaTerm is a saga that has a term, with the weight there.
type sagaTerm struct {
	saga   int32
	weight float32
}

// nearest returns the sagas that share the most with some stories.
func (x *sagaIndex) nearest(stories []member) []int32 {
	touched := x.touched[:0]
	for i := range stories {
		for _, e := range stories[i].vector {
			for _, q := range x.terms.get(e.Term) {
				if x.mass[q.saga] == 0 {
					touched = append(touched, q.saga)
				}
				x.mass[q.saga] += float64(e.Weight) * float64(q.weight)
			}
		}
	}
	x.touched = touched
	best := few{}
	for _, i := range touched {
		if best.wants(x.mass[i]) {
			best.offer(i, x.mass[i])
		}
		x.mass[i] = 0
	}
	return best.numbers()
}

// take brings into a saga what joins it, the most similar first, until it is too large. The oldest event of all founds it.
func (l *linker) take(g *saga) {
	to := &l.threads[g.thread]
	slices.SortStableFunc(g.joins, func(a, b mover) int { return cmp.Compare(b.score, a.score) })
	for i := range g.joins {
		m := &g.joins[i]
		if to.stories+len(m.members) > l.SagaMost {
			if m.turn != 0 {
				l.leave(m)
			}
			to = &l.threads[g.thread]
			continue
		}
		from := &l.threads[m.thread]
		turn := m.turn
		if turn == 0 {
			turn = from.turns[0]
			from.gone = true
			to.mentions = append(to.mentions, from.mentions...)
		}
		r := from.drop(turn, len(m.members))
		r.Kind, r.Score, r.Names, r.Terms, r.Kinds, r.Margin = Saga, m.score, nil, nil, 0, 0
		at := len(to.links)
		if turn < to.turns[0] {
			at = 0
			to.links[0].Kind, to.links[0].Score, to.links[0].Margin = Saga, m.score, 0
			r.Kind, r.Score = Founding, 1
			to.founder = l.placed[turn-1].Founder
		}
		to.links, to.turns = slices.Insert(to.links, at, r), slices.Insert(to.turns, at, turn)
		to.stories += len(m.members)
	}
}

// leave gives an event of a saga a thread of its own.
func (l *linker) leave(m *mover) {
	e := l.placed[m.turn-1]
	l.threads[m.thread].drop(m.turn, len(m.members))
	l.threads = append(l.threads, threadState{
		founder: e.Founder, links: []Relation{{Event: e.ID, Kind: Founding, Score: 1}}, turns: []int32{m.turn},
		stories: len(m.members),
	})
}

// drop takes the event of a turn out of a thread.
func (t *threadState) drop(turn int32, stories int) Relation {
	k := slices.Index(t.turns, turn)
	r := t.links[k]
	t.links, t.turns = slices.Delete(t.links, k, k+1), slices.Delete(t.turns, k, k+1)
	t.stories -= stories
	return r
}
