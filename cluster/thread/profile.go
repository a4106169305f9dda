package thread

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/text"
)

// Doc is what a profile is made of.
type Doc struct {
	Lang  string
	Title string
	Text  string
	// Loose marks a round-up or a live page. It is never part of a thread with others, only mentions them.
	Loose bool
	// Table is the background table of the language; nil means that capitals are judged without one.
	Table *text.Background

	// TitleTokens and TextTokens are the words of Title and of the beginning of Text, of LeadBytes at least, for a caller
	// that has cut them already; where they are nil they are cut here. Terms that they have must be of Lang.
	TitleTokens, TextTokens []text.Token
}

// Profile is what thread linking needs to know of one story: the names and event words of its headline and lead. What
// stands further down is background, and background names what the story is not about. A profile is immutable.
type Profile struct {
	Names   []Name      // words of names in order of first mention
	Kinds   []Kind      // sorted
	Words   []text.Term // sorted terms of kind words and of name words: they count as such and not as other words
	Pairs   [][2]uint8  // indexes into Names: the two are neighbours in one person's or thing's name and count once
	Aliases []Alias
	Title   uint8 // how many of Names stand in the headline; they come first
	Speech  bool  // the headline says that somebody says something
	// Anniversary and Background: the headline says that the story looks back, for its day or in order to explain.
	Anniversary bool
	Background  bool
	Loose       bool
}

// Name is one specific word of a name; in scripts without word boundaries, a whole name.
type Name struct {
	Text string      // as first written
	Term text.Term   // in the language of the story
	Keys []text.Term // spellings under which other languages may write it
}

// Alias says that a story writes a name in two scripts: each Latin word of it and the other form are one.
type Alias struct {
	Latin []text.Term // keys
	Other text.Term   // key
}

const (
	// LeadBytes bounds the part of the body that is read.
	LeadBytes = 900
	// profileNames and profileWords bound a profile; a lead rarely holds a third of that.
	profileNames = 48
	profileWords = 96
)

// Scratch holds buffers that NewProfile reuses; the zero value is ready. It belongs to one goroutine.
type Scratch struct {
	lead  []text.Token
	title []text.Token
	own   [2][]text.Token // buffers of those two
	names []text.Name
	heads []text.Name
	kinds []Kind
	words []text.Term
}

// Tokens returns the words of the headline and of the lead that NewProfile read last. They hold until it reads the next.
func (s *Scratch) Tokens() (title, lead []text.Token) { return s.title, s.lead }

// take takes the words that were cut already and cuts the others.
func (s *Scratch) take(d *Doc, lead string) {
	var ok bool
	if s.lead, ok = text.FirstTokens(d.TextTokens, d.Text, len(lead)); !ok || d.TextTokens == nil {
		s.own[0] = text.AppendTokens(s.own[0][:0], lead)
		s.lead = s.own[0]
	}
	if s.title = d.TitleTokens; s.title == nil {
		s.own[1] = text.AppendTokens(s.own[1][:0], d.Title)
		s.title = s.own[1]
	}
}

// NewProfile reads the headline and the lead of a story. It is pure; s may be nil.
func NewProfile(d Doc, s *Scratch) Profile {
	if s == nil {
		s = &Scratch{}
	}
	lead := Lead(d.Text)
	s.take(&d, lead)
	ctx := text.NameContext{Text: lead, Lang: d.Lang, Table: d.Table}
	s.names = text.AppendNames(s.names[:0], s.lead, ctx)
	head := text.NameContext{Text: d.Title, Lang: d.Lang, Table: d.Table, Title: true, Body: s.names}
	s.heads = text.AppendNames(s.heads[:0], s.title, head)

	p := Profile{Loose: d.Loose}
	p.Anniversary, p.Background = cuesOf(d, s.title)
	s.kinds, s.words = s.kinds[:0], s.words[:0]
	p.addNames(d, s.title, s.heads, s)
	p.Title = uint8(len(p.Names))
	p.addNames(d, s.lead, s.names, s)
	p.addAliases(text.AppendAliases(nil, s.lead, s.names, ctx), d.Lang)
	p.addAliases(text.AppendAliases(nil, s.title, s.heads, head), d.Lang)

	if l := lexiconOf(d.Lang); l != nil {
		from := len(s.kinds)
		s.addKinds(l, s.title, d.Lang)
		p.Speech = slices.Contains(s.kinds[from:], kindSay)
		s.addKinds(l, s.lead, d.Lang)
		s.kinds = slices.DeleteFunc(s.kinds, func(k Kind) bool { return k == kindSay })
	}
	p.Kinds = slices.Clone(sortKinds(s.kinds))
	slices.Sort(s.words)
	p.Words = slices.Clone(slices.Compact(s.words))
	p.Words = p.Words[:min(len(p.Words), profileWords)]
	return p
}

// Lead cuts the beginning of a text at the end of a word.
func Lead(s string) string {
	if len(s) <= LeadBytes {
		return s
	}
	n := LeadBytes
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	if k := strings.LastIndexAny(s[:n], " \n"); k > LeadBytes/2 {
		n = k
	}
	return s[:n]
}

// wordTerm is the term of a folded word.
func wordTerm(fold, lang string) text.Term {
	var buf [64]byte
	return text.TermOfBytes(text.AppendStem(buf[:0], fold, lang))
}

func (s *Scratch) addKinds(l *lexicon, tokens []text.Token, lang string) {
	for i := range tokens {
		t := &tokens[i]
		if t.Kind == text.Number {
			continue
		}
		var term text.Term
		if t.Kind == text.Word {
			term = t.TermIn(lang)
		}
		from := len(s.kinds)
		kind := term
		if l.lang != lang && term != 0 {
			kind = wordTerm(t.Fold, l.lang)
		}
		s.kinds = l.appendKinds(s.kinds, t, kind)
		if len(s.kinds) > from && term != 0 {
			s.words = append(s.words, term)
		}
	}
}

// addNames adds the specific words of names, each once, and notes the terms of all their words.
func (p *Profile) addNames(d Doc, tokens []text.Token, names []text.Name, s *Scratch) {
	lang := d.Lang
	for i := range names {
		n := &names[i]
		if tokens[n.From].Kind == text.CJK {
			s.words = text.AppendTerms(s.words, &text.Token{Fold: strings.ToLower(n.Text), Kind: text.CJK}, lang)
			if n.Specific {
				p.addName(n.Text, n.Term, lang)
			}
			continue
		}
		facility := false
		for k := n.From; k < n.To; k++ {
			facility = facility || text.NameFacility(&tokens[k], lang)
		}
		last := -1
		for k := n.From; k < n.To; k++ {
			t := &tokens[k]
			term := t.TermIn(lang)
			s.words = append(s.words, term)
			if !n.Specific || !text.NameWord(t, lang, d.Table) {
				last = -1
				continue
			}
			at := p.addName(t.Raw, term, lang)
			if last >= 0 && at >= 0 && last != at && !facility && len(p.Pairs) < profileNames {
				if pair := [2]uint8{uint8(last), uint8(at)}; !slices.Contains(p.Pairs, pair) {
					p.Pairs = append(p.Pairs, pair)
				}
			}
			last = at
		}
	}
}

// addName returns the index of the name, -1 when the profile is full.
func (p *Profile) addName(written string, term text.Term, lang string) int {
	for i := range p.Names {
		if p.Names[i].Term == term {
			return i
		}
	}
	if len(p.Names) == profileNames {
		return -1
	}
	// A part of the text would keep the whole of it in memory for as long as the story is resident.
	n := Name{Text: strings.Clone(strings.TrimSuffix(strings.TrimSuffix(written, "’s"), "'s")), Term: term}
	n.Keys = nameKeys(n.Text, lang)
	p.Names = append(p.Names, n)
	return len(p.Names) - 1
}

// nameKeys returns what a name is compared by between languages: its own folded form and its romanised ones.
func nameKeys(name, lang string) []text.Term {
	var buf [4]string
	forms := text.AppendRomanised(buf[:0], name, lang)
	keys := make([]text.Term, 0, len(forms)+1)
	for _, f := range forms {
		if k := text.TermOf(f); !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if k := text.TermOf(foldName(name)); !slices.Contains(keys, k) {
		keys = append(keys, k)
	}
	return keys
}

// foldName folds a name of any script and any number of words.
func foldName(name string) string {
	var buf [8]text.Token
	var b strings.Builder
	for _, t := range text.AppendTokens(buf[:0], name) {
		b.WriteString(t.Fold)
	}
	return b.String()
}

func (p *Profile) addAliases(aliases []text.Alias, lang string) {
	for i := range aliases {
		a := &aliases[i]
		out := Alias{Other: text.TermOf(foldName(a.Other.Text))}
		tokens := text.AppendTokens(nil, a.Latin.Text)
		for k := range tokens {
			if text.NameWord(&tokens[k], lang, nil) {
				out.Latin = append(out.Latin, text.TermOf(tokens[k].Fold))
			}
		}
		if len(out.Latin) > 0 && len(p.Aliases) < profileNames {
			p.Aliases = append(p.Aliases, out)
		}
	}
}
