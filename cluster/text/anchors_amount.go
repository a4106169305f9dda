package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// thingReach is how many words away the word stands that says what an amount is for.
const thingReach = 8

// currencySigns are matched at the end of what stands before a number and at the start of what stands behind it; the
// longer ones first.
var currencySigns = []struct{ sign, code string }{
	{"us$", "USD"},
	{"hk$", "HKD"},
	{"nt$", "TWD"},
	{"a$", "AUD"},
	{"c$", "CAD"},
	{"s$", "SGD"},
	{"r$", "BRL"},
	{"$", "USD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"¥", "JPY"},
	{"￥", "JPY"},
	{"₹", "INR"},
	{"₽", "RUB"},
	{"₩", "KRW"},
	{"₺", "TRY"},
}

// money reads "$3 million", "3,5 Mio. Euro", "€200m".
func (f *figureFinder) money(n *numberSpan, fig *Figure) bool {
	first := &f.items[n.from]
	head := strings.ToLower(strings.TrimRight(f.s[max(0, first.pos-8):first.pos], " \u00a0"))
	after := ""
	if last := &f.items[n.to-1]; last.end < len(f.s) {
		after = strings.TrimLeft(f.s[last.end:min(len(f.s), last.end+8)], " \u00a0\u202f")
	}
	code := ""
	for _, c := range currencySigns {
		if strings.HasSuffix(head, c.sign) {
			code = c.code
			fig.Pos = min(fig.Pos, first.pos-len(f.s[max(0, first.pos-8):first.pos])+strings.LastIndex(head, c.sign))
			break
		}
		if strings.HasPrefix(strings.ToLower(after), c.sign) {
			code, fig.To = c.code, f.items[n.to-1].end+strings.Index(strings.ToLower(f.s[f.items[n.to-1].end:]), c.sign)+len(c.sign)
			break
		}
	}
	for k := n.to; code == "" && k < n.to+3; k++ {
		it := f.near(k, n.from)
		if it == nil || it.gap != " " && it.gap != "\u00a0" && it.gap != "-" {
			break
		}
		if c, ok := it.key("currency"); ok {
			code, fig.To = c, it.end
			break
		}
		if it.has("weight") { // pounds are money by the million, or where the sentence says what for
			if n.value < 1e6 && (it.gap == "-" || f.thing(n, false) == "") {
				return false
			}
			code, fig.To = "GBP", it.end
			break
		}
		if it.fold != "us" && it.fold != "de" && !it.upper && !strings.HasSuffix(it.fold, "an") {
			break
		}
	}
	if code == "" {
		prev := f.near(n.from-1, n.from)
		if prev == nil || first.gap != " " || !(strings.ToUpper(f.s[prev.pos:prev.end]) == f.s[prev.pos:prev.end]) {
			return false
		}
		c, ok := prev.key("currency")
		if !ok {
			return false
		}
		code, fig.Pos = c, prev.pos
	}
	fig.Kind, fig.What = Money, code
	fig.End = max(fig.End, fig.To)
	fig.Of = f.thing(n, false)
	if n.bound == Further {
		fig.Bound = Exact // "more than" without "than" says nothing of an amount
	}
	return n.value > 0 && !f.halfRange(n)
}

// halfRange is the first of "$800 or $900 million" and "$250-$350 million": it stands for millions and does not say so.
func (f *figureFinder) halfRange(n *numberSpan) bool {
	if n.value >= 1000 || f.items[n.to-1].multiple > 0 {
		return false
	}
	for k := n.to; k < n.to+2; k++ {
		it := f.near(k, n.from)
		if it == nil {
			return false
		}
		if it.digits {
			next := f.near(k+1, n.from)
			return it.multiple > 0 || next != nil && next.isNumber && next.number.multiple
		}
	}
	return false
}

// thing is what the nearest word of the sentence says that an amount is for; at equal distance the one behind.
func (f *figureFinder) thing(n *numberSpan, share bool) string {
	for d := 1; d <= thingReach; d++ {
		for _, k := range [...]int{n.to - 1 + d, n.from - d} {
			it := f.near(k, n.from)
			if it == nil {
				continue
			}
			if key, ok := it.key("thing"); ok && shareThing(key) == share {
				return key
			}
		}
	}
	return ""
}

// shareThing says which things are told in percent.
func shareThing(key string) bool {
	return key == "turnout" || key == "inflation" || key == "unemployment"
}

func (f *figureFinder) percent(n *numberSpan, fig *Figure) bool {
	last := f.items[n.to-1].end
	rest := f.s[last:]
	trimmed := strings.TrimLeft(rest, " \u00a0\u202f-")
	r, size := utf8.DecodeRuneInString(trimmed)
	switch {
	case r == '%' || r == '％' || r == '٪':
		fig.To = last + len(rest) - len(trimmed) + size
	default:
		next := f.near(n.to, n.from)
		if next == nil {
			return false
		}
		two := f.near(n.to+1, n.from)
		switch {
		case next.has("percent") || strings.HasPrefix(next.fold, "процент"):
			fig.To = next.end
		case two != nil && (next.fold == "per" || next.fold == "pour" || next.fold == "por") && (two.fold == "cent" || two.fold == "ciento" || two.fold == "cento"),
			two != nil && next.fold == "في" && (two.fold == "المئة" || two.fold == "المائة"):
			fig.To = two.end
		default:
			return false
		}
	}
	fig.Kind, fig.What, fig.End = Percent, "", fig.To
	fig.Of = f.thing(n, true)
	return true
}

// measure reads units: "7.2-magnitude", "magnitude of 7.2", "12 km".
func (f *figureFinder) measure(n *numberSpan, fig *Figure) bool {
	if next := f.near(n.to, n.from); next != nil && (next.gap == " " || next.gap == "-" || next.gap == "\u00a0" || next.gap == "") {
		if unit, ok := next.key("unit"); ok {
			fig.Kind, fig.What, fig.To = Measure, unit, next.end
			return unit != "magnitude" || n.value < 10
		}
	}
	for k := n.at; k >= n.at-2; k-- {
		it := f.near(k, n.from)
		if it == nil || strings.ContainsAny(f.items[k+1].gap, ",.;:()") {
			return false
		}
		unit, ok := it.key("unit")
		strength := it.fold == "starke" && f.Lang == "de" || it.fold == "магнитудой" || it.fold == "بقوة"
		if (ok && unit == "magnitude" || strength) && n.value < 10 && n.digits {
			fig.Kind, fig.What = Measure, "magnitude"
			return true
		}
		if !qualifierGlue(it.fold) && it.fold != "of" && it.fold != "von" && it.fold != "um" {
			return false
		}
	}
	return false
}

// Quote is what somebody is quoted with.
type Quote struct {
	Text     string // without the quotation marks
	Pos      int
	Speaker  string // a name that stands next to the quotation and a verb of saying; empty where that is not plain
	NameFrom int    // of the speaker, 0 without one
}

// quoteLeast is how many words a quotation must have: less is a word in inverted commas.
const quoteLeast = 4

var quoteMarks = map[rune][]rune{'“': {'”'}, '"': {'"'}, '„': {'“', '”'}, '«': {'»'}, '「': {'」'}, '『': {'』'}}

var sayingWords = sync.OnceValue(func() map[string]bool {
	words := make(map[string]bool)
	for w := range strings.FieldsSeq("said says told added wrote tweeted announced stated warned sagte sagt erklarte schrieb betonte declare a-t-il affirme dit explique dijo dice afirmo declaro anadio disse afirma afirmou declarou acrescentou сказал сказала заявил заявила сообщил сообщила отметил отметила добавил قال قالت وقال وقالت أضاف وأضاف") {
		words[w] = true
	}
	return words
})

// AppendQuotes appends the quotations of four words or more. names are those of the text, see AppendNames; the speaker
// is the name next to a verb of saying right behind or in front of the quotation, in the same sentence.
func AppendQuotes(dst []Quote, s string, names []Name) []Quote {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		closers, ok := quoteMarks[r]
		if !ok {
			i += size
			continue
		}
		from := i + size
		end, width := -1, 0
		for j, c := range s[from:min(len(s), from+1200)] {
			if c == '\n' {
				break
			}
			if c == closers[0] || len(closers) > 1 && c == closers[1] {
				end, width = from+j, utf8.RuneLen(c)
				break
			}
		}
		if end < 0 {
			i = from
			continue
		}
		if quoted := s[from:end]; quoteLong(quoted) {
			q := Quote{Text: strings.TrimRight(quoted, ","), Pos: from}
			q.Speaker, q.NameFrom = speaker(s, i, end+width, names)
			dst = append(dst, q)
		}
		i = end + width
	}
	return dst
}

func quoteLong(s string) bool {
	n := 0
	for _, t := range AppendTokens(nil, s) {
		n++
		if t.Kind == CJK {
			n += utf8.RuneCountInString(t.Fold) / 2
		}
	}
	return n >= quoteLeast
}

// speaker looks 60 bytes around a quotation for a verb of saying with a name beside it.
func speaker(s string, from, to int, names []Name) (string, int) {
	const reach = 60
	stop := strings.IndexAny(s[to:], ".!?\n\"“„«")
	if stop < 0 || stop > reach {
		stop = min(reach, len(s)-to)
	}
	start := strings.LastIndexAny(s[:from], ".!?\n\"”»") + 1
	for _, span := range [...][2]int{{to, to + stop}, {max(start, from-reach), from}} {
		for span[0] < span[1] && !utf8.RuneStart(s[span[0]]) {
			span[0]++
		}
		for span[1] > span[0] && span[1] < len(s) && !utf8.RuneStart(s[span[1]]) {
			span[1]--
		}
		says := strings.ContainsFunc(s[span[0]:span[1]], unicode.IsLetter)
		if says {
			says = false
			for _, t := range AppendTokens(nil, s[span[0]:span[1]]) {
				says = says || sayingWords()[t.Fold]
			}
		}
		if !says {
			continue
		}
		var found []Name
		for i := range names {
			if n := &names[i]; n.Specific && n.Pos >= span[0] && n.Pos+len(n.Text) <= span[1] {
				found = append(found, *n)
			}
		}
		if len(found) == 1 { // with two names it is not plain who speaks
			return found[0].Text, found[0].Pos
		}
	}
	return "", 0
}
