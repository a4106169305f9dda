package thread

import (
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// shared is what an event and a core have in common.
type shared struct {
	names    []string
	count    int // distinct names: two words of one person's name in both count once
	terms    int // of those names, each counted
	kinds    []Kind
	weight   float64
	anchored bool // one of the names stands in a headline of either side
}

// matchNames measures the overlap of an event with a core in names: by term in one language, else by key.
func matchNames(c, d *gist, sameLang bool) shared {
	var s shared
	if sameLang {
		s.matchTerms(c, d)
	} else {
		s.matchKeys(c, d)
	}
	return s
}

// matchKinds adds the kind words, and in one language the other rare words.
func (l *linker) matchKinds(s *shared, c, d *gist, sameLang, unspaced bool) {
	i := 0
	for _, k := range d.kinds {
		for i < len(c.kinds) && c.kinds[i] < k {
			i++
		}
		if i < len(c.kinds) && c.kinds[i] == k {
			s.kinds = append(s.kinds, k)
			s.weight += l.KindWord * l.telling[k]
		}
	}
	if !sameLang {
		return
	}
	other := l.OtherWord
	if unspaced {
		other /= 2 // a word is cut into about two bigrams
	}
	for _, w := range c.words {
		if d.sieve != nil && !d.sieve.holds(w) {
			continue
		}
		if _, ok := slices.BinarySearch(d.words, w); ok {
			s.weight += other * min(l.OtherCap, l.idf.IDF(w))
		}
	}
}

// sieve holds a bit for each of some words, so that most others are told from them by one look. An event is compared with
// hundreds of cores, with each word by word.
type sieve [64]uint64

const sieveBits = 64 * 64

func (s *sieve) add(w text.Term) { s[w%sieveBits/64] |= 1 << (w % 64) }

func (s *sieve) holds(w text.Term) bool { return s[w%sieveBits/64]&(1<<(w%64)) != 0 }

// sift makes the words of the gist those of a sieve.
func (g *gist) sift(s *sieve) {
	clear(s[:])
	for _, w := range g.words {
		s.add(w)
	}
	g.sieve = s
}

func (s *shared) matchTerms(c, d *gist) { s.write(c, s.countTerms(c, d, nil)) }

// countTerms counts the names that recur and returns their terms, appended to terms.
func (s *shared) countTerms(c, d *gist, terms []text.Term) []text.Term {
	from, i := len(terms), 0
	for k, t := range d.terms {
		for i < len(c.terms) && c.terms[i] < t {
			i++
		}
		if i == len(c.terms) {
			break
		}
		if c.terms[i] == t && !namesakes(c.pairs, d.pairs, t) {
			s.anchored = s.anchored || c.names[i].title || d.names[k].title
			terms = append(terms, t)
		}
	}
	common := terms[from:]
	s.count, s.terms = len(common), len(common)
	if s.count > 1 {
		for _, q := range d.pairs {
			if slices.Contains(common, q[0]) && slices.Contains(common, q[1]) && slices.Contains(c.pairs, q) {
				s.count--
			}
		}
	}
	s.count = max(s.count, min(1, len(common)))
	return terms
}

// write notes the names of some terms as the core writes them.
func (s *shared) write(c *gist, terms []text.Term) {
	for _, t := range terms {
		if i, ok := slices.BinarySearch(c.terms, t); ok {
			s.names = append(s.names, c.names[i].text)
		}
	}
}

// namesakes reports whether both sides know the word only as part of longer names that differ: two people called Peter,
// North and South Carolina.
func namesakes(c, d [][2]text.Term, t text.Term) bool {
	inC, inD := false, false
	for _, q := range d {
		if q[0] == t || q[1] == t {
			if slices.Contains(c, q) {
				return false
			}
			inD = true
		}
	}
	for _, q := range c {
		inC = inC || q[0] == t || q[1] == t
	}
	return inC && inD
}

// matchKeys counts each name once on both sides: one Chinese name stands for all words of a Latin one.
func (s *shared) matchKeys(c, d *gist) {
	used := make([]bool, len(d.names))
	distinct := 0
	for i := range c.names {
		hit := false
		for j := range d.names {
			if !meets(c.names[i].keys, d.names[j].keys) {
				continue
			}
			hit = true
			if !used[j] {
				used[j] = true
				distinct++
			}
		}
		if hit {
			s.names = append(s.names, c.names[i].text)
		}
	}
	s.count = min(len(s.names), distinct)
}

func meets(a, b []text.Term) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}
