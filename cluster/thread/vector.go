package thread

import (
	"cmp"
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// readStory returns the vector of a story and its rare words, other than its names and kind words, sorted.
//
// The terms of the vector are weighed by idf and scaled to length 1. Terms below TextRare are dropped: in short texts
// function words are rare enough to look like content, and a thread that feeds on them swallows everything. No idf counts
// for more than TextCap: a word that hardly any other story has must not drown the one that names the subject.
func (l *linker) readStory(s *Story) (vector []Entry, words []text.Term) {
	out := make([]Entry, 0, len(s.Vector))
	l.words = l.words[:0]
	own := s.Profile.Words
	sum := 0.0
	for _, e := range s.Vector {
		rare := l.idf.IDF(e.Term)
		if rare >= l.OtherRare {
			for len(own) > 0 && own[0] < e.Term {
				own = own[1:]
			}
			if len(own) == 0 || own[0] != e.Term {
				l.words = append(l.words, e.Term)
			}
		}
		if rare < l.TextRare {
			continue
		}
		w := float64(e.Weight) * min(rare, l.TextCap)
		out = append(out, Entry{e.Term, float32(w)})
		sum += w * w
	}
	words = slices.Clone(l.words)
	if sum == 0 {
		return nil, words
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range out {
		out[i].Weight *= scale
	}
	return out, words
}

func compareTerms(a, b Entry) int {
	switch {
	case a.Term < b.Term:
		return -1
	case a.Term > b.Term:
		return 1
	}
	return 0
}

// heavier puts the terms of most weight first.
func heavier(a, b Entry) int {
	return cmp.Or(cmp.Compare(b.Weight, a.Weight), compareTerms(a, b))
}

// dot is the cosine of two unit vectors.
func dot(a, b []Entry) float64 {
	sum, i, j := 0.0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i].Term < b[j].Term:
			i++
		case a[i].Term > b[j].Term:
			j++
		default:
			sum += float64(a[i].Weight) * float64(b[j].Weight)
			i++
			j++
		}
	}
	return sum
}

// mean is a weighted sum of unit vectors. Most threads hold one story all their life, so that the first vector is kept
// by reference and the table is made for the second.
type mean struct {
	only   []Entry // the first vector, while it is the only one
	sum    table
	norm   float64 // squared length of the sum
	weight float64 // sum of the weights
}

// add adds a unit vector with a weight.
func (m *mean) add(v []Entry, weight float64) {
	if len(v) == 0 {
		return
	}
	// |s + w v|² = |s|² + 2 w s·v + w²: no walk over the sum.
	m.norm += weight * (2*m.product(v) + weight)
	if m.weight == 0 {
		m.only, m.weight = v, weight
		return
	}
	if m.only != nil {
		m.sum.reserve(len(m.only) + len(v))
		for _, e := range m.only {
			m.sum.add(e.Term, m.weight*float64(e.Weight))
		}
		m.only = nil
	}
	m.weight += weight
	for _, e := range v {
		m.sum.add(e.Term, weight*float64(e.Weight))
	}
}

// product multiplies the sum with a unit vector.
func (m *mean) product(v []Entry) float64 {
	if m.only != nil {
		return m.weight * dot(m.only, v)
	}
	sum := 0.0
	for _, e := range v {
		sum += m.sum.get(e.Term) * float64(e.Weight)
	}
	return sum
}

// cosine compares the mean with a unit vector.
func (m *mean) cosine(v []Entry) float64 {
	if m.norm <= 0 {
		return 0
	}
	return m.product(v) / math.Sqrt(m.norm)
}

// entries returns the mean, sorted by term. It is shorter than a unit vector: its cosine with anything is then the mean of
// the cosines of its stories, so that large events are not closer to everything than single stories are.
func (m *mean) entries() []Entry {
	if m.only != nil {
		return m.only
	}
	out := make([]Entry, 0, m.sum.n)
	scale := 1 / m.weight
	for i, t := range m.sum.keys {
		if t != 0 {
			out = append(out, Entry{t, float32(m.sum.vals[i] * scale)})
		}
	}
	slices.SortFunc(out, compareTerms)
	return out
}

// each visits the terms of the sum.
func (m *mean) each(visit func(t text.Term, w float64)) {
	for _, e := range m.only {
		visit(e.Term, m.weight*float64(e.Weight))
	}
	for i, t := range m.sum.keys {
		if t != 0 {
			visit(t, m.sum.vals[i])
		}
	}
}

// has reports whether the sum has the term.
func (m *mean) has(t text.Term) bool {
	if m.only != nil {
		_, ok := slices.BinarySearchFunc(m.only, Entry{Term: t}, compareTerms)
		return ok
	}
	return m.sum.has(t)
}

// table maps terms to weights by open addressing: terms are hashes already, and zero is never a term.
type table struct {
	keys  []text.Term
	vals  []float64
	n     int
	spare *spare // where memory comes from and goes to; may be nil
}

func (t *table) reserve(n int) {
	size := 64
	for size < 2*n {
		size *= 2
	}
	if size > len(t.keys) {
		t.resize(size)
	}
}

func (t *table) resize(size int) {
	keys, vals := t.keys, t.vals
	t.keys, t.vals = t.spare.take(size)
	for i, k := range keys {
		if k != 0 {
			j := t.slot(k)
			t.keys[j], t.vals[j] = k, vals[i]
		}
	}
	t.spare.give(keys, vals)
}

// drop gives the memory back. The table is empty afterwards.
func (t *table) drop() {
	t.spare.give(t.keys, t.vals)
	*t = table{spare: t.spare}
}

func (t *table) slot(k text.Term) int {
	mask := len(t.keys) - 1
	i := int(k) & mask
	for t.keys[i] != 0 && t.keys[i] != k {
		i = (i + 1) & mask
	}
	return i
}

func (t *table) add(k text.Term, w float64) {
	if 2*(t.n+1) > len(t.keys) {
		t.resize(max(64, 2*len(t.keys)))
	}
	i := t.slot(k)
	if t.keys[i] == 0 {
		t.keys[i] = k
		t.n++
	}
	t.vals[i] += w
}

func (t *table) get(k text.Term) float64 {
	if len(t.keys) == 0 {
		return 0
	}
	return t.vals[t.slot(k)]
}

func (t *table) has(k text.Term) bool {
	return len(t.keys) > 0 && t.keys[t.slot(k)] == k
}
