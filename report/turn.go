package report

import (
	"fmt"
	"iter"
	"slices"

	"github.com/samestory/samestory/store"
)

// sequenced is a reader that says which state it is of, and what changed before it. The past of a store is none.
type sequenced interface {
	LastChange() (uint64, error)
	Changes(since, until uint64) iter.Seq2[store.JournalEntry, error]
}

// turner keeps one page of a list that is read through.
type turner[T any] struct {
	cur     *Cursor
	further bool // not the first page
	kept    *Top[T]
	// moved are the ids of what the journal names since the first page was answered.
	moved map[string]bool

	seq                   uint64
	total, after, changed int // elements that match; those of them on the page or after it; those before it that have changed
}

// turn reads the cursor of a query, and gives the query of the first page. levels are those of the journal on which the
// elements are, and may be none.
func turn[T any](r Reader, kind string, q Query, levels ...string) (*turner[T], Query, error) {
	cur, first, err := ReadCursor(kind, q)
	if err != nil {
		return nil, q, err
	}
	t := &turner[T]{cur: cur, further: q.Cursor != "", kept: NewTop[T](q.limit())}
	s, ok := r.(sequenced)
	if !ok {
		return t, first, nil
	}
	if t.seq, err = s.LastChange(); err != nil {
		return nil, q, fmt.Errorf("read journal: %w", err)
	}
	if !t.further {
		cur.Seq = t.seq
		return t, first, nil
	}
	t.moved, err = movedSince(s, cur.Seq, levels)
	return t, first, err
}

func movedSince(s sequenced, seq uint64, levels []string) (map[string]bool, error) {
	moved := map[string]bool{}
	if len(levels) == 0 {
		return moved, nil
	}
	for e, err := range s.Changes(seq, 0) {
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		if slices.Contains(levels, e.Level) {
			moved[e.Object], moved[e.Before.Thread], moved[e.After.Thread] = true, true, true
		}
	}
	return moved, nil
}

// passed reports whether an element stands before the page.
func (t *turner[T]) passed(r Rank) bool { return t.further && r.Compare(t.cur.After) <= 0 }

// meet takes in an element that matches.
func (t *turner[T]) meet(r Rank, v T) {
	if t.count(r) {
		t.kept.Add(r, v)
	}
}

// open reports whether an element may be on the page of which no more is known than the best rank of its score.
func (t *turner[T]) open(best Rank) bool {
	return (!t.further || best.Score <= t.cur.After.Score) && t.kept.Admits(best)
}

// count is meet of an element that is not read, and reports whether it is on the page or after it.
func (t *turner[T]) count(r Rank) bool {
	t.total++
	if t.passed(r) {
		if t.moved[r.ID] {
			t.changed++
		}
		return false
	}
	t.after++
	return true
}

// page gives the elements of the page, and says where it stands.
func (t *turner[T]) page(p *Page) []T {
	p.Sequence, p.Changed = t.seq, t.changed
	last, _ := t.kept.worst()
	list := t.kept.Sorted()
	if t.after > len(list) && len(list) > 0 {
		p.Next = t.next(last)
	}
	return list
}

// next is the cursor of the page after an element.
func (t *turner[T]) next(after Rank) string {
	c := *t.cur
	c.After = after
	return c.String()
}
