package text

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// displayLead is how much of a body, in bytes, is read for names to show: who and where a report is about stands at its
// beginning.
const displayLead = 1000

// fewNames is up to how many names that only one of several texts has are shown where most of them share fewer.
const fewNames = 3

// NameTally gathers names of several texts for people to read: whole, without titles, weekdays, agencies, and each once
// although some texts write the long and some the short form. The zero value is ready.
type NameTally struct {
	names map[string]*talliedName // by folded words
	small map[string]bool         // words that the text at hand also writes small
	texts int
	// bodies is how many texts have more than a headline.
	bodies int
	order  int
}

type talliedName struct {
	words    []string // folded
	forms    map[string]int
	texts    int
	titles   int
	first    int
	at       int // the last text that was counted
	mentions int
	body     bool // it stands in a body
	noun     bool // German: it may be two nouns that happen to stand side by side
	specific bool
}

// Add reads one text. table may be nil; source is the outlet, whose own name is no news.
func (t *NameTally) Add(title, body, lang, source string, table *Background) {
	if t.names == nil {
		t.names, t.small = make(map[string]*talliedName), make(map[string]bool)
	}
	t.texts++
	frame := FindFrame(body)
	body = body[frame.From:frame.To]
	if len(body) > displayLead {
		body = body[:strings.LastIndexFunc(body[:displayLead], unicode.IsSpace)+1]
	}
	body = withoutHeadlines(body, lang)
	tokens := AppendTokens(nil, body)
	names := AppendNames(nil, tokens, NameContext{Text: body, Lang: lang, Table: table})
	heads := AppendTokens(nil, title)
	titled := AppendNames(nil, heads, NameContext{Text: title, Lang: lang, Title: true, Table: table, Body: names})
	if len(tokens) > 2*len(heads) {
		t.bodies++
	}
	clear(t.small)
	for _, list := range [...][]Token{tokens, heads} {
		for i := range list {
			if list[i].Kind == Word && !list[i].Upper {
				t.small[list[i].Fold] = true
			}
		}
	}
	own := strings.Fields(displayFold(source))
	for i := range titled {
		t.add(&titled[i], heads, title, lang, own, true)
	}
	for i := range names {
		t.add(&names[i], tokens, body, lang, own, false)
	}
}

// withoutHeadlines leaves out the lines that are written in Title Case, as headlines between the paragraphs or the one
// above them are: their capitals say nothing.
func withoutHeadlines(body, lang string) string {
	const longest = 16 // words of a headline
	limit := nameTitleCase
	if lang == "de" {
		limit = nameTitleCaseGerman
	}
	var b strings.Builder
	for line := range strings.Lines(body) {
		if len(line) > longest*12 { // surely a paragraph
			b.WriteString(line)
			continue
		}
		words, upper := 0, 0
		for _, t := range AppendTokens(nil, line) {
			if t.Kind == Word && len(t.Raw) >= 4 {
				words++
				if t.Upper {
					upper++
				}
			}
		}
		if words < 3 || words > longest || strings.HasSuffix(strings.TrimSpace(line), ".") || float64(upper) <= limit*float64(words) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func (t *NameTally) add(n *Name, tokens []Token, s, lang string, own []string, title bool) {
	from, to := n.From, n.To
	if tokens[from].Kind != CJK {
		for from < to && !displayEdge(&tokens[from], lang) {
			from++
		}
		for to > from && !displayEdge(&tokens[to-1], lang) {
			to--
		}
		for to-from > 1 && lang == "de" && germanRole(tokens[from].Fold) {
			from++
		}
		from, to = displaySpan(tokens, from, to, lang)
		if from >= to || to-from > 5 {
			return
		}
	}
	written := n.Text
	var words []string
	if tokens[n.From].Kind == CJK {
		// Two characters are as a rule half of a name, but for the cities that are known.
		if _, city := romanTable().cities[n.Text]; !city && len([]rune(n.Text)) < 3 && !territory(n.Text, lang) {
			return
		}
		words = []string{strings.ToLower(n.Text)}
	} else {
		last := &tokens[to-1]
		written = strings.TrimRight(s[tokens[from].Pos:last.Pos+len(last.Raw)], "'’.")
		written = strings.TrimSuffix(strings.TrimSuffix(written, "'s"), "’s")
		for i := from; i < to; i++ {
			words = append(words, tokens[i].Fold)
		}
	}
	if len(words) == 1 && !nameAcronym(written) && (t.small[words[0]] || lang == "de" && tokens[from].Start && tokens[from].Kind == Word) {
		return // capitalised for where it stands
	}
	specific := n.Specific
	if !specific && !territory(strings.Join(words, " "), lang) {
		return
	}
	key := strings.Join(words, " ")
	if agency(key) || credited(words, own) || strings.TrimSpace(written) == "" {
		return
	}
	e := t.names[key]
	if e == nil {
		e = &talliedName{words: words, forms: make(map[string]int), first: t.order, specific: specific}
		t.order++
		t.names[key] = e
	}
	e.forms[written]++
	e.mentions++
	e.noun = e.noun || lang == "de" && len(words) > 1
	if title {
		e.titles++
	} else {
		e.body = true
	}
	if e.at != t.texts {
		e.texts, e.at = e.texts+1, t.texts
	}
}

// Top returns the best names as they are written most often: first those that more of the texts have, headlines
// counting once more; a form that is part of a longer one counts for it. Of three texts or more, two must have a name, but
// for the first few.
func (t *NameTally) Top(n int) []string {
	list := make([]*talliedName, 0, len(t.names))
	for _, e := range t.names {
		c := *e
		list = append(list, &c)
	}
	// Longer forms first, so that a short one finds what it is part of.
	slices.SortFunc(list, func(a, b *talliedName) int {
		return cmp.Or(cmp.Compare(len(b.words), len(a.words)), cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.first, b.first))
	})
	var kept []*talliedName
	for _, e := range list {
		if into := e.longer(kept); into != nil {
			into.texts, into.titles = max(into.texts, e.texts), max(into.titles, e.titles)
			into.first = min(into.first, e.first)
			continue
		}
		kept = append(kept, e)
	}
	least := 1
	if t.texts >= 3 {
		least = 2
	}
	var spare []*talliedName
	kept = slices.DeleteFunc(kept, func(e *talliedName) bool {
		if len(e.words) > 1 && !e.body && t.bodies > 0 { // words of a headline whose capitals say nothing
			return true
		}
		if e.noun && e.mentions < 2 || !e.specific && 2*e.texts < t.texts {
			return true
		}
		if e.texts < least && e.titles == 0 {
			spare = append(spare, e)
			return true
		}
		return false
	})
	if few := min(n, fewNames) - len(kept); few > 0 {
		slices.SortFunc(spare, compareTallied)
		kept = append(kept, spare[:min(few, len(spare))]...)
	}
	slices.SortFunc(kept, compareTallied)
	out := make([]string, 0, min(n, len(kept)))
	for _, e := range kept[:min(n, len(kept))] {
		out = append(out, e.form())
	}
	return out
}

func compareTallied(a, b *talliedName) int {
	return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(b.mentions, a.mentions), cmp.Compare(a.first, b.first))
}

func (e *talliedName) weight() int { return 2*e.texts + min(e.titles, 2) }

// longer finds a kept name that this one is a part of. A part that many more texts have is a name of its own.
func (e *talliedName) longer(kept []*talliedName) *talliedName {
	for _, k := range kept {
		if len(k.words) > len(e.words) && 3*k.texts >= e.texts && containsWords(k.words, e.words) && (e.specific || len(k.words) == 2 && k.specific) {
			return k
		}
	}
	return nil
}

func containsWords(long, short []string) bool {
	for i := 0; i+len(short) <= len(long); i++ {
		if slices.Equal(long[i:i+len(short)], short) {
			return true
		}
	}
	return false
}

// form is the spelling to show: one that is not in capitals where there is one, then the most frequent.
func (e *talliedName) form() string {
	best := ""
	for f, n := range e.forms {
		switch {
		case best == "":
			best = f
		case loud(f) != loud(best):
			if loud(best) {
				best = f
			}
		case n > e.forms[best] || n == e.forms[best] && f < best:
			best = f
		}
	}
	if loud(best) && len([]rune(best)) > 6 {
		return sentenceCase(best)
	}
	return best
}

func loud(s string) bool { return nameCapitals(s) && len([]rune(s)) > 1 }

// sentenceCase writes "PORT ANSEL" as "Port Ansel".
func sentenceCase(s string) string {
	start := true
	return strings.Map(func(r rune) rune {
		out := unicode.ToLower(r)
		if start {
			out = unicode.ToUpper(r)
		}
		start = !unicode.IsLetter(r) && r != '\'' && r != '’'
		return out
	}, s)
}
