package thread

// absorb looks a second time at what stayed apart: an event that fell into the time of a long thread before that had
// grown, or that founded a thread of its own under other names. Each thread is judged as a whole against the text of an
// older one, and only a thread that was not absorbed itself takes others: oldest first, so that nothing joins by a chain.
func (l *linker) absorb() {
	if l.Saga <= 0 {
		return
	}
	for t := range l.threads {
		from := &l.threads[t]
		if len(from.cores) != 1 || from.first.IsZero() || from.loose {
			continue
		}
		into, link, ok := l.absorber(t)
		if !ok {
			continue
		}
		to := &l.threads[into]
		to.stories += from.stories
		for _, m := range from.members {
			m.core = int32(link.core)
			to.members = append(to.members, m)
		}
		for _, r := range from.links {
			r.Kind, r.Score = Saga, link.score
			r.Names, r.Terms, r.Kinds = nil, nil, 0
			to.links = append(to.links, r)
		}
		to.turns = append(to.turns, from.turns...)
		to.mentions = append(to.mentions, from.mentions...)
		if from.last.After(to.last) {
			to.last = from.last
		}
		from.gone = true
		l.cores[from.cores[0]].members = nil
	}
}

// absorber finds the older thread that takes all of a thread.
func (l *linker) absorber(t int) (into int, best candidate, ok bool) {
	from := &l.threads[t]
	own := &l.cores[from.cores[0]]
	d := &draft{Event: &Event{Lang: own.lang}, center: own.text.entries()}
	for _, m := range own.members {
		d.length += float64(len(m.vector)) / float64(len(own.members))
	}
	holds := false
	for _, i := range l.sagas(d) {
		c := &l.cores[i]
		older := &l.threads[c.thread]
		if c.thread >= t || older.gone || !l.grown(older) || older.stories+from.stories > l.SagaMost ||
			from.first.Sub(older.last) > l.Window {
			continue
		}
		link := candidate{core: int(i), score: c.similarityAt(d.center, from.first, &l.Params)}
		if ok && (link.score < best.score || link.score == best.score && c.thread >= into) {
			continue
		}
		if link.margin, holds = l.holds(int(i), link.score, d.length, l.SagaLate); holds {
			into, best, ok = c.thread, link, true
		}
	}
	return into, best, ok
}
