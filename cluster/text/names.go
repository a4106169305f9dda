package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name is one mention of a person, place or organisation, found by how it is written: no recogniser, no gazetteer of
// people.
type Name struct {
	Text     string // as written, titles and honorifics cut
	Term     Term   // of the folded words joined by spaces: two mentions with one term are written alike
	Pos      int    // byte offset of Text in the input
	From, To int    // the tokens it spans, [From, To)
	Specific bool   // at least one word of it identifies: no country, institution, facility, weekday, title
}

// NameContext is what AppendNames needs to know besides the tokens.
type NameContext struct {
	Text  string      // the input that the tokens were cut from
	Lang  string      // primary subtag; "und" is treated like English
	Title bool        // the input is a headline
	Table *Background // how often words are capitalised inside sentences; may be nil
	Body  []Name      // for a headline: the names of the body, which vouch for its capitalised words
}

// AppendNames appends the names among the tokens in order of position.
//
// In scripts with capitals a name is a run of capitalised words, with connectors inside it ("of", "bin", "van").
// A capital says nothing at the start of a sentence, in a Title Case or ALL CAPS headline and on German nouns; such a
// word counts where the same word stands capitalised elsewhere inside a sentence, where the table knows it as nearly
// always capitalised or not at all, where it is a large city, or, in German, next to another one. Titles and honorifics are cut.
//
// In Chinese and Japanese a name is what stands in title brackets, a surname with one or two characters next to a title
// or a verb of saying, two characters before a place suffix, a Katakana run, and a capitalised Latin word; in Korean
// the word before a title, and a word with a place suffix. A few dozen large cities are known in every script.
func AppendNames(dst []Name, tokens []Token, ctx NameContext) []Name {
	f := nameFinder{NameContext: ctx, tokens: tokens}
	f.survey()
	for i := 0; i < len(tokens); {
		t := &tokens[i]
		if t.Kind == CJK {
			dst = f.appendUnspaced(dst, i)
			i++
			continue
		}
		if !f.accepts(i) {
			i++
			continue
		}
		end := f.spanEnd(i)
		dst = f.appendSpan(dst, i, end)
		i = end
	}
	return dst
}

// NameWord reports whether a word of a name identifies a story by itself: "Zhongshan" does, "Station", "Police",
// "Japanese" and "Friday" do not, nor does a word that the table, which may be nil, knows as written small more often
// than not ("Clerk"). A specific word still has to be rare, which only a document frequency can tell.
func NameWord(t *Token, lang string, table *Background) bool {
	if t.Kind == Number || utf8.RuneCountInString(t.Fold) < 2 || nameClassOf(t.Fold, lang) != 0 {
		return false
	}
	if table != nil && !nameAcronym(t.Raw) {
		if share, seen := table.Capital(t.TermIn(lang)); seen >= 8 && share < nameCommon {
			return false
		}
	}
	return true
}

// NameFacility reports whether the word makes a name one of a place or an institution ("Zhongshan Station") and not of
// a person.
func NameFacility(t *Token, lang string) bool {
	return nameClassOf(t.Fold, lang)&(nameFacility|nameInstitution) != 0
}

type nameFinder struct {
	NameContext
	tokens []Token
	cased  bool     // capitals carry meaning here: no Title Case or ALL CAPS headline
	vouch  []string // folded words that stand capitalised inside a sentence somewhere; nil until somebody asks
}

const (
	// nameTitleCase is the share of capitalised words from which on a headline's capitals say nothing.
	nameTitleCase = .6
	// nameTitleCaseGerman is the same for German, which capitalises its nouns.
	nameTitleCaseGerman = .85
	// nameCommon is how often, by table, a word is capitalised inside sentences at least if it is more than a common
	// noun in a title.
	nameCommon = .5
	// nameCapital is how often a word must be capitalised inside sentences, by table, to count at a sentence start.
	nameCapital = .8
)

// survey looks at the whole input once: is it Title Case.
func (f *nameFinder) survey() {
	upper, long := 0, 0
	for i := range f.tokens {
		t := &f.tokens[i]
		if t.Kind != Word || len(t.Raw) < 4 || t.Start {
			continue
		}
		long++
		if t.Upper {
			upper++
		}
	}
	// German capitalises its nouns, so that half of an ordinary headline is capitalised.
	limit := nameTitleCase
	if f.Lang == "de" {
		limit = nameTitleCaseGerman
	}
	f.cased = !f.Title || long == 0 || float64(upper) <= limit*float64(long)
}

// vouched reports whether a folded word stands capitalised where a capital means something, here or in the body.
func (f *nameFinder) vouched(fold string) bool {
	if f.vouch == nil {
		f.vouch = make([]string, 0, 32)
		for i := range f.Body {
			for w := range strings.FieldsSeq(f.Body[i].Text) {
				f.vouch = append(f.vouch, nameFold(w))
			}
		}
		for i := range f.tokens {
			t := &f.tokens[i]
			if f.cased && t.Kind == Word && t.Upper && !t.Start && !f.shouted(i) && (f.Lang != "de" || f.besideName(i)) {
				f.vouch = append(f.vouch, t.Fold)
			}
		}
	}
	return slices.Contains(f.vouch, fold)
}

// nameFold folds a word of a name's text the way tokens are folded.
func nameFold(w string) string {
	var buf [4]Token
	if t := AppendTokens(buf[:0], w); len(t) == 1 {
		return t[0].Fold
	}
	return strings.ToLower(w)
}

// accepts reports whether token i is a word of a name.
func (f *nameFinder) accepts(i int) bool {
	t := &f.tokens[i]
	if t.Kind != Word || !t.Upper {
		return false
	}
	class := nameClassOf(t.Fold, f.Lang)
	if class&(nameRole|nameTime) != 0 && class&nameFacility == 0 {
		return false
	}
	acronym := nameAcronym(t.Raw) && !f.shouted(i)
	if class&namePlain != 0 && !acronym {
		return false
	}
	if utf8.RuneCountInString(t.Fold) < 2 {
		return false
	}
	if acronym {
		return true
	}
	loud := t.Start || !f.cased || f.shouted(i)
	if !loud && f.Lang != "de" {
		return true
	}
	if f.vouched(t.Fold) || class&nameCountry != 0 {
		return true
	}
	if _, city := romanTable().cities[t.Fold]; city {
		return true
	}
	if f.Table != nil {
		term := t.TermIn(f.Lang)
		if share, seen := f.Table.Capital(term); seen >= 4 {
			return share >= nameCapital
		}
		// In German a word that the table lacks may as well be a rare noun.
		if f.Lang != "de" && f.Table.Counted() && f.Table.Share(term) == 0 {
			return true
		}
	}
	// The first word of a name that opens a sentence: the next word is capitalised without need.
	return (f.cased && !f.shouted(i)) && f.besideName(i)
}

// besideName reports whether a neighbour inside the sentence is capitalised and could be part of the same name.
func (f *nameFinder) besideName(i int) bool {
	ok := func(j int) bool {
		t := &f.tokens[j]
		return t.Kind == Word && t.Upper && !t.Start && !f.shouted(j) && nameClassOf(t.Fold, f.Lang)&(namePlain|nameTime|nameRole|nameInstitution) == 0
	}
	if i+1 < len(f.tokens) && f.joined(i, i+1) && ok(i+1) {
		return true
	}
	return i > 0 && !f.tokens[i].Start && f.joined(i-1, i) && ok(i-1)
}

// shouted reports whether token i stands in a run of two or more words in capitals, as the first half of some
// headlines does: there an all-capitals word is no acronym.
func (f *nameFinder) shouted(i int) bool {
	if !nameCapitals(f.tokens[i].Raw) {
		return false
	}
	if i > 0 && nameCapitals(f.tokens[i-1].Raw) && f.tokens[i].Pos-f.tokens[i-1].Pos-len(f.tokens[i-1].Raw) <= 3 {
		return true
	}
	return i+1 < len(f.tokens) && nameCapitals(f.tokens[i+1].Raw) && f.tokens[i+1].Pos-f.tokens[i].Pos-len(f.tokens[i].Raw) <= 3
}

func nameCapitals(raw string) bool {
	letters := 0
	for _, r := range raw {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 0
}

func nameAcronym(raw string) bool {
	if len(raw) > 8 || !nameCapitals(raw) {
		return false
	}
	n := 0
	for _, r := range raw {
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 2
}

// joined reports whether nothing but a space, a hyphen or the period of an initial stands between two tokens, and the
// first is no possessive.
func (f *nameFinder) joined(a, b int) bool {
	ta := &f.tokens[a]
	end := ta.Pos + len(ta.Raw)
	if end > f.tokens[b].Pos || f.tokens[b].Pos > len(f.Text) {
		return false
	}
	switch f.Text[end:f.tokens[b].Pos] {
	case " ", "-", "\u00a0", "\u2010", "\u2011":
	case ". ":
		if utf8.RuneCountInString(ta.Raw) > 2 {
			return false
		}
	default:
		return false
	}
	possessor, s := strings.CutSuffix(ta.Raw, "s")
	if !s {
		possessor, s = strings.CutSuffix(ta.Raw, "S")
	}
	return !s || !strings.HasSuffix(possessor, "'") && !strings.HasSuffix(possessor, "’")
}

// nameConnector reports whether a lower-case word may stand inside a name.
func nameConnector(fold string) bool {
	switch fold {
	case "of", "de", "al", "el", "bin", "ibn", "bint", "van", "von", "der", "den", "da", "di", "du", "del", "della", "dos", "das", "do", "la", "le", "ter", "ten", "zu":
		return true
	}
	return false
}

// spanEnd returns the end of the name that begins at token i.
func (f *nameFinder) spanEnd(i int) int {
	end := i + 1
	for end < len(f.tokens) && end-i < 8 {
		if !f.joined(end-1, end) || f.tokens[end].Start {
			break
		}
		t := &f.tokens[end]
		switch {
		case t.Kind == CJK || t.Kind == Number:
			return end
		case f.accepts(end):
			end++
			continue
		case !t.Upper && f.hyphenated(end):
			// "Tseng-chang": the second syllable of a given name.
			end++
			continue
		case !t.Upper && nameConnector(t.Fold):
			next := end + 1
			if next < len(f.tokens) && !f.tokens[next].Upper && nameConnector(f.tokens[next].Fold) && f.joined(end, next) {
				next++
			}
			if next < len(f.tokens) && f.joined(next-1, next) && f.accepts(next) {
				end = next + 1
				continue
			}
		}
		break
	}
	return end
}

func (f *nameFinder) hyphenated(i int) bool {
	prev := &f.tokens[i-1]
	gap := f.tokens[i].Pos - prev.Pos - len(prev.Raw)
	return gap > 0 && gap <= 3 && f.Text[prev.Pos+len(prev.Raw)] != ' '
}

func (f *nameFinder) appendSpan(dst []Name, from, to int) []Name {
	specific := false
	for i := from; i < to; i++ {
		if (f.tokens[i].Upper || f.follows(i, from)) && NameWord(&f.tokens[i], f.Lang, f.Table) {
			specific = true
			break
		}
	}
	if specific && to-from == 1 && nameAcronym(f.tokens[from].Raw) && f.afterInstitution(dst, from) {
		specific = false
	}
	first, last := &f.tokens[from], &f.tokens[to-1]
	written := f.Text[first.Pos : last.Pos+len(last.Raw)]
	written = strings.TrimSuffix(strings.TrimSuffix(written, "'s"), "’s")
	return append(dst, Name{
		Text: written, Term: f.term(from, to), Pos: first.Pos, From: from, To: to,
		Specific: specific,
	})
}

// follows reports whether token i is a later, lower-case part of a hyphenated word of the span.
func (f *nameFinder) follows(i, from int) bool { return i > from && f.hyphenated(i) }

// afterInstitution reports whether the acronym stands in brackets after the name of an institution, as in "National
// Security Bureau (NSB)": it is then the same institution.
func (f *nameFinder) afterInstitution(names []Name, i int) bool {
	if len(names) == 0 {
		return false
	}
	prev := &names[len(names)-1]
	if prev.To != i || strings.TrimSpace(f.Text[prev.Pos+len(prev.Text):f.tokens[i].Pos]) != "(" {
		return false
	}
	for j := prev.From; j < prev.To; j++ {
		if nameClassOf(f.tokens[j].Fold, f.Lang)&nameInstitution != 0 {
			return true
		}
	}
	return false
}

func (f *nameFinder) term(from, to int) Term {
	var buf [96]byte
	b := buf[:0]
	for i := from; i < to; i++ {
		if i > from {
			b = append(b, ' ')
		}
		b = append(b, f.tokens[i].Fold...)
	}
	return TermOfBytes(b)
}
