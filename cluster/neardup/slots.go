package neardup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/sketch"
	"github.com/samestory/samestory/cluster/text"
)

// slots are the parts of a short text that a template leaves open, as sorted hashes.
type slots struct {
	numbers []uint64 // figures and number words of the text, dateline aside; none above templateWords
	tickers []uint64 // <ABC>, (NYSE: ABC), (ABC.N), of title and text
	subject []uint64 // the name that the text begins with
	title   []uint64 // all words of the title; none above templateWords
	day     int      // of the dateline, 0 where unknown
	month   int
	place   uint64     // of the dateline, 0 where unknown
	bag     sketch.Set // all words of title and text
	form    sketch.Set // shingles of the text with figures, dates, tickers and names replaced by marks
}

// marks that stand for a slot in a form.
const (
	markNumber = 0x6e756d626572
	markDate   = 0x64617465
	markName   = 0x6e616d65
)

const (
	// leadTokens is how far into a report its subject begins.
	leadTokens = 8
	// leadBytes hold them and the subject.
	leadBytes = 400
)

// slotBuffers are reused between texts.
type slotBuffers struct {
	tokens []text.Token
	marked []uint64
}

// findSlots reads the slots of a story. It runs only for texts that are alike. Of texts longer than templateWords only
// what tells one name from another is read: tickers, subject and bag.
func (sc *Scratch) findSlots(title, body string, words uint32) *slots {
	frame := text.FindFrame(body)
	report := body[frame.From:frame.To]
	s := &slots{day: frame.Dateline.Day, month: frame.Dateline.Month}
	if frame.Dateline.Place != "" {
		s.place = text.WordHash(strings.ToLower(frame.Dateline.Place))
	}
	s.tickers = appendTickers(appendTickers(nil, title), report)
	sc.text.Reset()
	sc.text.Append(title)
	sc.text.Append("\n")
	sc.text.Append(report)
	s.bag.Build(sc.text.Words())

	if words > templateWords {
		report = report[:min(len(report), leadBytes)]
	}
	buf := &sc.slots
	buf.tokens = text.AppendTokens(buf.tokens[:0], report)
	s.subject = sc.subject(buf.tokens)
	if words <= templateWords {
		s.numbers = sc.fill(&s.form, buf.tokens)
		buf.tokens = text.AppendTokens(buf.tokens[:0], title)
		for _, t := range buf.tokens {
			s.title = append(s.title, tokenHash(t))
		}
	}
	clear(buf.tokens) // the buffer must not hold on to texts
	for _, list := range []*[]uint64{&s.numbers, &s.tickers, &s.subject, &s.title} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}

// nameToken reports whether the i-th token is part of a name as far as capitals tell.
func nameToken(tokens []text.Token, i int) bool {
	t := &tokens[i]
	if t.Kind != text.Word || !t.Upper || dateWord(t.Fold) {
		return false
	}
	return !t.Start || i+1 < len(tokens) && tokens[i+1].Upper && !dateWord(tokens[i+1].Fold)
}

// subject returns the words of the first name among the first words of a report, hashed as the bag is.
func (sc *Scratch) subject(tokens []text.Token) []uint64 {
	sc.title.Reset()
	for i, t := range tokens {
		switch name := nameToken(tokens, i); {
		case name && !companyWord(t.Fold):
			sc.title.Append(t.Raw)
			sc.title.Append(" ")
		case !name && len(sc.title.Words()) > 0, i > leadTokens && len(sc.title.Words()) == 0:
			return slices.Clone(sc.title.Words())
		}
	}
	return slices.Clone(sc.title.Words())
}

// fill builds the form of a text and returns its figures.
func (sc *Scratch) fill(form *sketch.Set, tokens []text.Token) (numbers []uint64) {
	marked := sc.slots.marked[:0]
	for i, t := range tokens {
		mark := tokenHash(t)
		switch {
		case t.Kind == text.Number || numberWord(t.Fold):
			if v, ok := numberValue(t.Fold); ok {
				mark = v
			}
			numbers = append(numbers, mark)
			mark = markNumber
		case t.Upper && dateWord(t.Fold):
			mark = markDate
		case nameToken(tokens, i):
			if mark = markName; len(marked) > 0 && marked[len(marked)-1] == markName {
				continue
			}
		}
		marked = append(marked, mark)
	}
	sc.shingles = sketch.AppendShingles(sc.shingles[:0], marked)
	form.Build(sc.shingles)
	sc.slots.marked = marked
	return numbers
}

func tokenHash(t text.Token) uint64 { return text.WordHash(t.Fold) }

// appendTickers finds stock symbols by form: two or more capitals in angle brackets, or after the name of an exchange,
// or with the suffix of one, in brackets.
func appendTickers(dst []uint64, s string) []uint64 {
	for i := 0; i < len(s); i++ {
		if s[i] != '<' && s[i] != '(' {
			continue
		}
		closing := byte('>')
		if s[i] == '(' {
			closing = ')'
		}
		end := strings.IndexByte(s[i+1:min(len(s), i+24)], closing)
		if end < 1 {
			continue
		}
		inner := s[i+1 : i+1+end]
		if s[i] == '(' {
			if _, symbol, ok := strings.Cut(inner, ":"); ok {
				inner = strings.TrimSpace(symbol)
			} else if !strings.Contains(inner, ".") {
				continue
			}
		}
		symbol, _, _ := strings.Cut(inner, ".")
		if capitals(symbol) {
			dst = append(dst, text.WordHash(symbol))
		}
		i += end
	}
	return dst
}

func capitals(s string) bool {
	if s == "" || len(s) > 6 {
		return false
	}
	for i := range len(s) {
		if (s[i] < 'A' || s[i] > 'Z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// form is a hash of the fixed words of a template: of the title, or, where that has fewer than three of them, of the
// first words of the report. It does not allocate.
func form(title, report string) uint64 {
	h, fixed := formHash(title, 1<<30)
	if fixed < 3 {
		h, _ = formHash(report, 12)
	}
	return h
}

func formHash(s string, limit int) (h uint64, fixed int) {
	h = markNumber
	var buf [48]byte
	for i := 0; i < len(s) && fixed < limit; {
		if s[i] == '<' {
			if end := strings.IndexByte(s[i:min(len(s), i+48)], '>'); end > 0 {
				i += end + 1
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			i += size
			continue
		}
		word, figure := buf[:0], false
		for i < len(s) {
			r, size = utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				break
			}
			figure = figure || unicode.IsDigit(r)
			if len(word)+utf8.UTFMax <= len(buf) {
				word = utf8.AppendRune(word, unicode.ToLower(r))
			}
			i += size
		}
		if figure || slotWord(word) {
			continue
		}
		h = (h ^ wordHash(word)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
		fixed++
	}
	return h, fixed
}
