package thread

// absorb looks a second time at what stayed apart: an event that fell into the time of a long thread before that had
// grown, or that founded a thread of its own under other names. Each thread is judged as a whole against the frozen
// core of an older one, and only a thread that was not absorbed itself takes others: oldest first, so that nothing joins
// by a chain.
func (l *linker) absorb() {
	if l.Saga <= 0 {
		return
	}
	for t := range l.threads {
		from := &l.threads[t]
		if len(from.cores) != 1 || from.first.IsZero() || from.loose {
			continue
		}
		own := &l.cores[from.cores[0]]
		d := &draft{Event: &Event{Lang: own.lang}, center: own.text.entries()}
		d.common = l.common(d.center)
		best, score := -1, 0.0
		for _, i := range l.sagas(d) {
			c := &l.cores[i]
			into := &l.threads[c.thread]
			if c.thread >= t || into.gone || !l.grown(into) || from.first.Sub(into.last) > l.Window {
				continue
			}
			if s := c.excessAt(d.center, d.common, l.square, from.first, &l.Params); s >= l.Saga && matchNames(&c.gist, &own.gist, true).count >= l.SagaNames && (s > score || s == score && c.thread < l.cores[best].thread) {
				best, score = int(i), s
			}
		}
		if best < 0 {
			continue
		}
		into := &l.threads[l.cores[best].thread]
		into.stories += from.stories
		for _, r := range from.links {
			r.Kind, r.Score = Saga, score
			r.Names, r.Terms, r.Kinds = nil, nil, 0
			into.links = append(into.links, r)
		}
		into.turns = append(into.turns, from.turns...)
		into.mentions = append(into.mentions, from.mentions...)
		if from.last.After(into.last) {
			into.last = from.last
		}
		from.gone = true
		own.members = nil
	}
}
