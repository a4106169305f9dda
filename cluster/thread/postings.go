package thread

import "github.com/samestory/samestory/cluster/text"

// lists maps terms to lists. Terms are hashes already, so that open addressing finds a list in one look at memory where a
// map takes several; the zero value is ready.
type lists[T any] struct {
	cells []listCell // a power of two of them
	all   [][]T
}

// listCell says which list a term has: at counts from 1, 0 marks a cell that is free.
type listCell struct {
	term text.Term
	at   int32
}

// get returns the list of a term, nil where it has none.
func (l *lists[T]) get(t text.Term) []T {
	if len(l.cells) == 0 {
		return nil
	}
	if at := l.cells[l.slot(t)].at; at != 0 {
		return l.all[at-1]
	}
	return nil
}

// of returns the list of a term for appending to it, a new one where it has none.
func (l *lists[T]) of(t text.Term) *[]T {
	if 2*(len(l.all)+1) > len(l.cells) {
		l.grow()
	}
	c := &l.cells[l.slot(t)]
	if c.at == 0 {
		l.all = append(l.all, nil)
		*c = listCell{t, int32(len(l.all))}
	}
	return &l.all[c.at-1]
}

// terms returns the terms that have a list, in no order.
func (l *lists[T]) terms() []text.Term {
	out := make([]text.Term, 0, len(l.all))
	for _, c := range l.cells {
		if c.at != 0 {
			out = append(out, c.term)
		}
	}
	return out
}

func (l *lists[T]) slot(t text.Term) int {
	mask := len(l.cells) - 1
	i := int(t) & mask
	for l.cells[i].at != 0 && l.cells[i].term != t {
		i = (i + 1) & mask
	}
	return i
}

func (l *lists[T]) grow() {
	was := l.cells
	l.cells = make([]listCell, max(64, 2*len(was)))
	for _, c := range was {
		if c.at != 0 {
			l.cells[l.slot(c.term)] = c
		}
	}
}
