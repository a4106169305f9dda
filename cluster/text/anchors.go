package text

import "strings"

// FigureKind says what a number is.
type FigureKind uint8

const (
	// Count is a number of people or things.
	Count FigureKind = iota
	// Money is an amount in a currency.
	Money
	// Percent is a share in hundredths.
	Percent
	// Measure is a number with a physical unit.
	Measure
)

// Bound says how a number is meant.
type Bound uint8

const (
	Exact   Bound = iota // as it stands
	AtLeast              // "at least", "more than"
	AtMost               // "up to", "fewer than"
	About                // "about", "nearly"
	Further              // "another", "more": beside a number given before
)

// Figure is a number that says something: how many, how much, how strong. Years, ages, clock times, dates, scores,
// phone numbers and numbers of sections or flights are none.
type Figure struct {
	Kind FigureKind
	// What is the same in all languages: for a Count one of the keys of lists/figures.txt ("dead", "injured", "arrested"),
	// or empty for any other thing; for Money an ISO 4217 code, or a word for currencies that share a name; for a Measure
	// its unit.
	What string
	// Of narrows it: of a Count the stem of the noun, where it is not people at large ("injured" of "officer"); of Money
	// and Percent what it is for ("damage", "turnout"), empty where that is not said.
	Of    string
	Value float64 // of a range the lower end
	Most  float64 // of a range the upper end, else Value
	Bound Bound
	// Aside is set in sentences about another time, or about what did not happen: "could kill", "25 years ago", a year
	// that is not the story's.
	Aside    bool
	Pos, End int // of the number as written, with its qualifier
	// From and To enclose the words that say what it counts as well: From is at most Pos, To at least End.
	From, To int
}

// AnchorContext is what AppendFigures needs to know besides the text.
type AnchorContext struct {
	Lang string // primary subtag; "und" is treated like English
	Year int    // in which the text was published, 0 if unknown
}

// AppendFigures appends the figures of a text in order of position. It reads digits of Latin, Arabic and Han scripts
// and number words of English, German, French, Spanish, Portuguese, Russian, Arabic, Chinese and Japanese. In other
// languages it finds money, percentages and units only.
func AppendFigures(dst []Figure, s string, ctx AnchorContext) []Figure {
	var r FigureReader
	return r.Append(dst, s, ctx)
}

// FigureReader does what AppendFigures does for one text after another, in the memory that the first of them took: the
// words of a text weigh some fifty times as much as the text. It belongs to one goroutine; the zero value is ready.
type FigureReader struct {
	tokens []Token
	items  []anchorItem
}

// Append appends the figures of a text as AppendFigures does.
func (r *FigureReader) Append(dst []Figure, s string, ctx AnchorContext) []Figure {
	ctx.Lang = anchorLang(ctx.Lang)
	if unspacedLang(ctx.Lang) {
		return appendHanFigures(dst, s, ctx)
	}
	f := r.finder(s, ctx)
	for i := 0; i < len(f.items); {
		if it := &f.items[i]; !it.digits && !it.isNumber && !it.has("one") {
			i++
			continue
		}
		n, ok := f.number(i)
		if !ok {
			i++
			continue
		}
		if fig, ok := f.figure(&n); ok {
			dst = append(dst, fig)
		}
		i = n.to
	}
	return dst
}

func unspacedLang(lang string) bool { return lang == "zh" || lang == "ja" || lang == "yue" }

// anchorItem is a word or a number with what stands before it.
type anchorItem struct {
	fold     string
	gap      string // the text between the item before and this one
	pos, end int
	sentence int
	upper    bool
	digits   bool // written in digits and readable
	code     bool // begins with a digit and is no number
	value    float64
	multiple float64     // of the letters that stick to the digits ("340m"), 0 without
	word     *figureWord // nil for a word that means nothing here
	number   numberWord
	isNumber bool
}

func (t *anchorItem) has(role string) bool {
	_, ok := t.key(role)
	return ok
}

func (t *anchorItem) key(role string) (string, bool) {
	if t.word == nil {
		return "", false
	}
	for i := range t.word.roles {
		if t.word.roles[i].role == role {
			return t.word.roles[i].key, true
		}
	}
	return "", false
}

type figureFinder struct {
	AnchorContext
	s     string
	items []anchorItem
	aside map[int]bool // sentences
}

func (r *FigureReader) finder(s string, ctx AnchorContext) *figureFinder {
	f := &figureFinder{AnchorContext: ctx, s: s, items: r.items[:0], aside: make(map[int]bool)}
	words := figureWords(ctx.Lang)
	end, sentence := 0, 0
	r.tokens = AppendTokens(r.tokens[:0], s)
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.Pos < end {
			continue
		}
		it := anchorItem{fold: t.Fold, gap: s[end:t.Pos], pos: t.Pos, end: t.Pos + len(t.Raw), upper: t.Upper}
		if t.Start && (len(f.items) == 0 || strings.ContainsAny(it.gap, ".!?\n;؟。•")) {
			sentence++
		}
		it.sentence = sentence
		if t.Kind == Number {
			f.readNumber(&it)
		} else {
			it.word = words[t.Fold]
			f.readWord(&it)
			if it.has("aside") && (!t.Upper || t.Fold != "may") {
				f.aside[sentence] = true
			}
		}
		if it.digits && f.Year > 0 && f.isYear(&it) && int(it.value) != f.Year {
			f.aside[sentence] = true
		}
		end = it.end
		f.items = append(f.items, it)
		if f.formerly() {
			f.aside[sentence] = true
		}
	}
	r.items = f.items
	return f
}

// formerTimes are the words for "last" with the words for the times that make it long ago: "last year" is another event,
// "last Friday" often the very one.
var formerTimes = map[string][2]string{
	"en": {" last previous past ", " year years month months century decade decades january february march april june july august september october november december "},
	"de": {" letzten letztes letzter vergangenen vergangenes voriges vorigen ", " jahr jahres jahren monat monats jahrhundert "},
	"fr": {" dernier derniere passe passee ", " an annee mois siecle "},
	"es": {" pasado pasada ", " ano mes siglo decada "},
	"pt": {" passado passada ", " ano mes seculo decada "},
	"ru": {" прошлом прошлого ", " году года месяце веке "},
	"ar": {" الماضي الماضية ", " العام السنة الشهر "},
}

// formerly reports whether the last two words are "last year", in either order.
func (f *figureFinder) formerly() bool {
	words, ok := formerTimes[f.Lang]
	n := len(f.items)
	if !ok || n < 2 || f.items[n-1].sentence != f.items[n-2].sentence {
		return false
	}
	in := func(list, fold string) bool { return strings.Contains(list, " "+fold+" ") }
	a, b := f.items[n-2].fold, f.items[n-1].fold
	return in(words[0], a) && in(words[1], b) || f.Lang != "en" && in(words[1], a) && in(words[0], b)
}

func (f *figureFinder) readWord(it *anchorItem) {
	if it.word != nil && it.word.isNumber {
		it.number, it.isNumber = it.word.number, true
	} else if it.word == nil && (f.Lang == "de" || f.Lang == "ar") {
		it.number, it.isNumber = numberWordOf(it.fold, f.Lang)
	}
}

func (f *figureFinder) readNumber(it *anchorItem) {
	value, end, suffix, ok := readDigits(f.s, it.pos, f.Lang)
	it.value, it.end, it.digits, it.code = value, end, ok, !ok
	if suffix == "" || !ok {
		return
	}
	switch strings.ToLower(suffix) {
	case "k":
		it.multiple = 1e3
	case "m", "mn", "mln", "mio":
		it.multiple = 1e6
	case "bn", "b", "mrd":
		it.multiple = 1e9
	case "tn", "trn":
		it.multiple = 1e12
	default:
		it.digits, it.code = false, true
	}
}

// isYear reports whether a number is written like a year of recorded news.
func (f *figureFinder) isYear(it *anchorItem) bool {
	return it.end-it.pos == 4 && it.value >= 1500 && it.value <= 2100 && it.multiple == 0 && it.value == float64(int(it.value))
}

// near returns item i where it belongs to the sentence of item j and nothing but spaces, or what else is allowed,
// stands between the two.
func (f *figureFinder) near(i, j int) *anchorItem {
	if i < 0 || i >= len(f.items) || f.items[i].sentence != f.items[j].sentence {
		return nil
	}
	return &f.items[i]
}
