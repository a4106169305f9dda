package event

import (
	"math"
	"sync"
	"time"

	"github.com/samestory/samestory/cluster/text"
)

// Doc is what the event stage reads of a story.
type Doc struct {
	ID       string
	Source   string
	Title    string // may be empty
	Text     string // may be empty
	Lang     string // primary BCP 47 subtag, "und" or empty where unknown
	Time     time.Time
	Undated  bool // Time is the arrival and says nothing about the story
	DateOnly bool // Time is a day
}

// Limits of what is read and kept of a text. What a report is about stands in its first few hundred words.
const (
	leadWords = 80
	bodyWords = 600
	bodyBytes = 5 << 10
	maxTerms  = 128
	maxDays   = 6
	dayWords  = 200 // weekday names are resolved in this many words
)

// Flags of a text.
const (
	flagTitle = 1 << iota
	flagBody
)

// Features is what is kept of a text: raw counts of its weightiest terms in title, lead and body. They hold no weights,
// so that they stay valid when the vocabulary changes.
type Features struct {
	lang  string
	flags uint8
	words uint16 // of title and body, at most bodyWords and a title
	terms []text.Term
	tf    []uint8 // packed counts, see packCounts; parallel to terms
	days  []int32 // days since 1970 that weekday names in the text point to, sorted
	norm  float32 // length of the vector under the background table alone, for candidates
}

// Lang returns the language the features were made for.
func (f *Features) Lang() string { return f.lang }

// Words returns the number of words that were counted, title included.
func (f *Features) Words() int { return int(f.words) }

// Empty reports whether the text had no usable term.
func (f *Features) Empty() bool { return len(f.terms) == 0 }

// bodyClasses are the counts that three bits can say.
var bodyClasses = [8]int{0, 1, 2, 3, 4, 6, 9, 14}

// packCounts packs what is known of a term in one text into a byte: name 1 bit, title 2 bits, lead 2 bits, body 3 bits.
func packCounts(name bool, title, lead, body int) uint8 {
	b := len(bodyClasses) - 1
	for bodyClasses[b] > body {
		b--
	}
	p := uint8(min(title, 3))<<5 | uint8(min(lead, 3))<<3 | uint8(b)
	if name {
		p |= 1 << 7
	}
	return p
}

func unpackCounts(p uint8) (name bool, title, lead, body int) {
	return p>>7 == 1, int(p >> 5 & 3), int(p >> 3 & 3), bodyClasses[p&7]
}

// Featuriser turns texts into Features. It holds the background tables of the languages it has met.
type Featuriser struct {
	mu     sync.Mutex
	tables map[string]*priors
}

// NewFeaturiser returns a Featuriser with the English table loaded.
func NewFeaturiser() *Featuriser {
	return &Featuriser{tables: map[string]*priors{"en": newPriors(text.LoadBackground("en"))}}
}

func (f *Featuriser) table(lang string) *priors {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.tables[lang]
	if b == nil {
		b = newPriors(text.LoadBackground(lang))
		f.tables[lang] = b
	}
	return b
}

// Scratch holds the buffers of one goroutine. The zero value is ready.
type Scratch struct {
	title  []text.Token
	tokens []text.Token
	plain  bool    // the headline was read as it is
	slots  []int32 // open addressing into tallies, -1 empty
	used   []int32
	tally  []tally
	terms  []text.Term
	keys   []uint64 // of the tallies that may be kept, see rankKey
	kept   []int32  // their places in tally
	order  []uint64
}

type tally struct {
	term              text.Term
	title, lead, body int32
	upper, inside     int32
	idf               float32 // under the background table alone
	place             int32   // there, -1 for a term that it does not know
}

// scratchSlots is more than twice the terms that a headline of 1 KB and a body of bodyBytes can have, bigrams included,
// and small enough to stay in the cache of a core.
const scratchSlots = 1 << 12

// Features reads a text. It is pure and may run in parallel, one Scratch for each goroutine.
func (f *Featuriser) Features(doc Doc, s *Scratch) Features {
	lang := doc.Lang
	if lang == "" {
		lang = "und"
	}
	bg := f.table(lang)
	out := Features{lang: lang}
	s.reset()

	title := titleCore(cut(doc.Title, 1<<10))
	s.plain = len(title) == len(doc.Title)
	s.title = text.AppendTokens(s.title[:0], title)
	words := 0
	titled := titleCase(s.title)
	for i := range s.title {
		t := &s.title[i]
		words += tokenWords(t)
		for _, term := range s.termsOf(t, lang) {
			c := s.count(term)
			c.title++
			s.capital(c, t, titled)
		}
	}
	if words > 0 {
		out.flags |= flagTitle
	}
	s.tokens = text.AppendFirstTokens(s.tokens[:0], cut(doc.Text, bodyBytes), bodyWords) // a token is a word or more
	body := 0
	for i := range s.tokens {
		if body >= bodyWords {
			break
		}
		t := &s.tokens[i]
		for _, term := range s.termsOf(t, lang) {
			c := s.count(term)
			c.body++
			if body < leadWords {
				c.lead++
			}
			s.capital(c, t, false)
		}
		body += tokenWords(t)
	}
	if body > 0 {
		out.flags |= flagBody
	}
	out.words = uint16(words + body)
	if !doc.Undated {
		out.days = mentionedDays(s.tokens, lang, doc.Time)
	}
	s.collect(&out, bg)
	return out
}

// Tokens returns the words of the headline and those of the beginning of the text that Features read last, some hundreds,
// each with its term, for others that read the same. They hold until it reads the next. There is no headline where
// Features read only a part of it.
func (s *Scratch) Tokens() (title, text []text.Token) {
	if !s.plain {
		return nil, s.tokens
	}
	return s.title, s.tokens
}

// termsOf returns the terms of a token and leaves that of a word with it.
func (s *Scratch) termsOf(t *text.Token, lang string) []text.Term {
	s.terms = text.AppendTerms(s.terms[:0], t, lang)
	if t.Kind != text.CJK && len(s.terms) > 0 {
		t.Term = s.terms[0]
	}
	return s.terms
}

// cut shortens s to at most n bytes, at a space where there is one near.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := n; i > n-64; i-- {
		if s[i] == ' ' || s[i] == '\n' {
			return s[:i]
		}
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// tokenWords counts a run of characters without spaces as words of two characters.
func tokenWords(t *text.Token) int {
	if t.Kind == text.CJK {
		return max(1, len(t.Raw)/6)
	}
	return 1
}

// titleCase reports whether capitals say nothing, because most words of a headline have them.
func titleCase(tokens []text.Token) bool {
	upper, words := 0, 0
	for i := range tokens {
		if t := &tokens[i]; t.Kind == text.Word && len(t.Raw) > 3 {
			words++
			if t.Upper {
				upper++
			}
		}
	}
	return words >= 3 && upper*10 > words*6
}

func (s *Scratch) reset() {
	if s.slots == nil {
		s.slots = make([]int32, scratchSlots)
		for i := range s.slots {
			s.slots[i] = -1
		}
	}
	for _, i := range s.used {
		s.slots[i] = -1
	}
	s.used, s.tally = s.used[:0], s.tally[:0]
}

func (s *Scratch) count(t text.Term) *tally {
	i := uint32(t) & (scratchSlots - 1)
	for {
		k := s.slots[i]
		if k < 0 {
			s.slots[i] = int32(len(s.tally))
			s.used = append(s.used, int32(i))
			s.tally = append(s.tally, tally{term: t})
			return &s.tally[len(s.tally)-1]
		}
		if s.tally[k].term == t {
			return &s.tally[k]
		}
		i = (i + 1) & (scratchSlots - 1)
	}
}

func (s *Scratch) capital(c *tally, t *text.Token, titled bool) {
	if t.Kind != text.Word || t.Start || titled {
		return
	}
	c.inside++
	if t.Upper {
		c.upper++
	}
}

// Names by the background table: a word that stands capitalised in most of its uses there, or one that the table does
// not know and the text capitalises inside a sentence.
const (
	nameShare = .6
	nameSeen  = 5
)

func (s *Scratch) collect(out *Features, table *priors) {
	s.keys, s.kept = s.keys[:0], s.kept[:0]
	for i := range s.tally {
		c := &s.tally[i]
		if c.idf, c.place = table.look(c.term); c.idf < minIDF {
			continue
		}
		s.keys = append(s.keys, rankKey(c.term, c.idf*countWeight(int(3*c.title+c.lead+c.body))))
		s.kept = append(s.kept, int32(i))
	}
	most := uint64(math.MaxUint64)
	if len(s.keys) > maxTerms {
		s.order = append(s.order[:0], s.keys...)
		most = selectLeast(s.order, maxTerms)
	}
	s.order = s.order[:0]
	for k, key := range s.keys {
		if key <= most {
			s.order = append(s.order, key<<32|uint64(s.kept[k]))
		}
	}
	sortSpread(s.order)
	out.terms = make([]text.Term, len(s.order))
	out.tf = make([]uint8, len(s.order))
	var norm float32 // of the article vector when only the background weighs the terms
	for i, o := range s.order {
		c := &s.tally[uint32(o)]
		share, seen := table.bg.CapitalAt(int(c.place))
		name := seen >= nameSeen && share >= nameShare || seen == 0 && 2*c.upper > c.inside
		out.terms[i] = c.term
		out.tf[i] = packCounts(name, int(c.title), int(c.lead), int(c.body))
		w := c.idf * viewWeights[out.tf[i]][viewArticle]
		norm += w * w
	}
	out.norm = float32(math.Sqrt(float64(norm)))
}

func tfWeight(tf float32) float32 {
	if tf <= 0 {
		return 0
	}
	return 1 + float32(math.Log(float64(tf)))
}

// countWeights holds tfWeight of the counts that nearly all terms have.
var countWeights = func() (w [256]float32) {
	for n := range w {
		w[n] = tfWeight(float32(n))
	}
	return w
}()

func countWeight(n int) float32 {
	if n < len(countWeights) {
		return countWeights[n]
	}
	return tfWeight(float32(n))
}
