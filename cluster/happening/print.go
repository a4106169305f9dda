package happening

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/text"
)

// PrintVersion is the first byte of a stored print. It changes with the layout, the Latin spelling and the choice of
// words.
const PrintVersion = 1

// ErrPrint reports bytes that are no print of this version.
var ErrPrint = errors.New("not a print of words of this version")

// Print is what is kept of a story: a sequence of words, each as a byte of flags, a byte of length and its letters.
// Printed words stand in order of first mention, those of the headline first. It is about 100 bytes for a headline.
type Print string

// Flags of a word.
const (
	wordWeight = 0b11 // how rare the word is in its language at large: 0 common to 3 rare or unknown
	wordTitle  = 1 << 2
	wordName   = 1 << 3 // may be a name: written with a capital, or in a script without them
	wordNumber = 1 << 4
	wordHan    = 1 << 5 // a run of Han, which has no spelling by sound
	wordFlags  = 1<<6 - 1
)

const (
	printWords = 40 // of headline and lead together
	wordBytes  = 24 // of one word; the beginning of a longer one says the same
	hanBytes   = 48 // of a run of Han, 16 characters

	printRoom = 512 // bytes that nearly every print has enough of
)

// Doc is what a print is made of.
type Doc struct {
	Lang  string
	Title string
	Lead  string           // the beginning of the body; only names and numbers are taken from it
	Names []string         // the names of the story as written; in scripts without word boundaries they are words
	Heads int              // how many of Names stand in the headline; they come first
	Table *text.Background // of the language; may be nil

	// TitleTokens and LeadTokens are the words of Title and Lead for a caller that has cut them already; where they are nil
	// they are cut here.
	TitleTokens, LeadTokens []text.Token
}

// NewPrint reads a headline and the beginning of a text. It is pure.
func NewPrint(d Doc) Print {
	if d.TitleTokens == nil {
		d.TitleTokens = text.AppendTokens(nil, d.Title)
	}
	if d.LeadTokens == nil {
		d.LeadTokens = text.AppendTokens(nil, d.Lead)
	}
	p := printer{lang: d.Lang, table: d.Table, out: make([]byte, 0, printRoom)}
	p.add(d.TitleTokens, wordTitle)
	if unheard(d.Lang) {
		for i, n := range d.Names {
			flags := byte(3 | wordName)
			if i < d.Heads {
				flags |= wordTitle
			}
			for _, s := range text.AppendRomanised(nil, n, d.Lang) {
				p.word([]byte(s), flags)
			}
		}
	}
	p.add(d.LeadTokens, 0)
	return Print(p.out)
}

type printer struct {
	lang  string
	table *text.Background
	out   []byte
	words int
	seen  [printWords]uint64 // hashes of the words, to take each once
	buf   []byte
}

func (p *printer) add(tokens []text.Token, title byte) {
	for i := range tokens {
		t := &tokens[i]
		switch t.Kind {
		case text.Number:
			// Single digits are in every text, and small numbers of a lead are dates.
			if len(t.Fold) >= 3 || len(t.Fold) == 2 && (title != 0 || t.Fold > "31") {
				p.word([]byte(t.Fold), title|wordNumber)
			}
		case text.CJK:
			p.unspaced(t.Fold, title)
		default:
			p.spaced(t, title)
		}
	}
}

// spaced adds a word of a script with word boundaries.
func (p *printer) spaced(t *text.Token, title byte) {
	cased := cased(t.Raw)
	name := t.Upper || !cased
	if title == 0 && (!name || t.Start && cased) {
		return
	}
	weight := p.weight(t)
	if weight < 0 {
		return
	}
	flags := title | byte(weight)
	if name {
		flags |= wordName
	}
	p.buf = text.AppendLatin(p.buf[:0], t.Fold)
	if len(p.buf) >= 3 {
		p.word(p.buf, flags)
	}
}

// cased reports whether a word is of a script that has capitals.
func cased(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r < 0x0590
}

// weight says how rare a word is, -1 for a function word.
func (p *printer) weight(t *text.Token) int {
	if p.table == nil {
		return 3
	}
	share := p.table.Share(t.TermIn(p.lang))
	if share <= 0 {
		return 3
	}
	switch idf := -math.Log(share); {
	case idf < 2:
		return -1
	case idf < 3.5:
		return 0
	case idf < 5:
		return 1
	case idf < 6.5:
		return 2
	}
	return 3
}

// unspaced adds the parts of a run that have a spelling by sound, and of a headline its Han.
func (p *printer) unspaced(fold string, title byte) {
	for len(fold) > 0 {
		first, n := scriptRun(fold)
		part := fold[:n]
		fold = fold[n:]
		switch first {
		case runHan:
			if title != 0 && utf8.RuneCountInString(part) >= 2 {
				for len(part) > hanBytes {
					_, size := utf8.DecodeLastRuneInString(part)
					part = part[:len(part)-size]
				}
				p.word([]byte(part), title|3|wordHan)
			}
		case runKatakana, runHangul:
			p.buf = text.AppendLatin(p.buf[:0], part)
			if len(p.buf) >= 3 {
				p.word(p.buf, title|3|wordName)
			}
		}
	}
}

// The scripts that a run without spaces is cut into.
const (
	runOther = iota
	runHan
	runKatakana
	runHangul
)

func scriptOf(r rune) int {
	switch {
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3400 && r <= 0x4dbf:
		return runHan
	case r >= 0x30a1 && r <= 0x30fc:
		return runKatakana
	case r >= 0xac00 && r <= 0xd7a3:
		return runHangul
	}
	return runOther
}

// scriptRun returns the script that s begins with and how many bytes of it there are.
func scriptRun(s string) (script, n int) {
	for i, r := range s {
		k := scriptOf(r)
		if i == 0 {
			script = k
		} else if k != script {
			return script, i
		}
	}
	return script, len(s)
}

// word adds a word once; that it is in the headline is said by its first mention.
func (p *printer) word(w []byte, flags byte) {
	if p.words == printWords {
		return
	}
	if flags&wordHan == 0 && len(w) > wordBytes {
		w = w[:wordBytes]
		for len(w) > 0 && !utf8.Valid(w) {
			w = w[:len(w)-1]
		}
	}
	h := uint64(text.TermOfBytes(w))<<1 | uint64(flags&wordHan)>>5
	for _, s := range p.seen[:p.words] {
		if s == h {
			return
		}
	}
	p.seen[p.words] = h
	p.words++
	p.out = append(p.out, flags, byte(len(w)))
	p.out = append(p.out, w...)
}

// each calls yield with every word of the print.
func (p Print) each(yield func(flags byte, word string)) {
	for len(p) >= 2 {
		n := int(p[1])
		if len(p) < 2+n {
			return
		}
		yield(p[0], string(p[2:2+n]))
		p = p[2+n:]
	}
}

// AppendBinary appends the stored form.
func (p Print) AppendBinary(dst []byte) []byte {
	return append(append(dst, PrintVersion), p...)
}

// DecodePrint reads what AppendBinary wrote, all of it. It returns ErrPrint for anything else and keeps no reference to
// data.
func DecodePrint(data []byte) (Print, error) {
	if len(data) == 0 || data[0] != PrintVersion {
		return "", fmt.Errorf("%w: no version %d", ErrPrint, PrintVersion)
	}
	rest := data[1:]
	for n := 0; len(rest) > 0; n++ {
		switch {
		case n == printWords:
			return "", fmt.Errorf("%w: more than %d words", ErrPrint, printWords)
		case len(rest) < 2 || len(rest) < 2+int(rest[1]):
			return "", fmt.Errorf("%w: cut short", ErrPrint)
		case rest[0]&^wordFlags != 0:
			return "", fmt.Errorf("%w: unknown flags %#x", ErrPrint, rest[0])
		case rest[1] == 0 || int(rest[1]) > hanBytes || !utf8.Valid(rest[2:2+rest[1]]):
			return "", fmt.Errorf("%w: bad word", ErrPrint)
		}
		rest = rest[2+int(rest[1]):]
	}
	return Print(data[1:]), nil
}
