package thread

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/text"
)

// Kind is the head of a group of event words, an index into the list of heads. Its number is part of stored profiles.
type Kind uint8

// String returns the English head word.
func (k Kind) String() string {
	if heads := lexicons().heads; int(k) < len(heads) {
		return heads[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// kindSay is no event: it marks that somebody speaks.
const kindSay Kind = 0

//go:embed kinds/*.txt
var kindFiles embed.FS

// lexiconSet holds the kind words of all languages.
type lexiconSet struct {
	heads []string
	langs map[string]*lexicon
	err   error
}

// lexicon maps the words of one language to heads. Which of the three tables is filled depends on how the language
// inflects: English by stem, languages with endings by word and prefix, languages that write words together by substring.
type lexicon struct {
	lang     string
	stems    map[text.Term]Kind
	words    map[string]Kind
	prefixes map[string]Kind
	inside   map[rune][]lexiconForm
	sieve    sieve // of the stems, or of how words and prefixes begin, see beginningOf
}

type lexiconForm struct {
	form string
	kind Kind
}

// lexicons parses the embedded lists once; the result is immutable.
var lexicons = sync.OnceValue(func() *lexiconSet {
	s := &lexiconSet{langs: make(map[string]*lexicon)}
	kinds := make(map[string]Kind)
	// English first: it defines the heads.
	for _, lang := range []string{"en", "de", "fr", "es", "pt", "it", "ru", "zh", "ja", "ko", "ar"} {
		data, err := kindFiles.ReadFile("kinds/" + lang + ".txt")
		if err != nil {
			s.err = fmt.Errorf("kind words: %w", err)
			return s
		}
		l := &lexicon{lang: lang}
		switch lang {
		case "en":
			l.stems = make(map[text.Term]Kind)
		case "zh", "ja", "ko", "ar":
			l.inside = make(map[rune][]lexiconForm)
		default:
			l.words, l.prefixes = make(map[string]Kind), make(map[string]Kind)
		}
		for line := range strings.Lines(string(data)) {
			head, words, ok := strings.Cut(strings.TrimSpace(line), ":")
			if !ok || strings.HasPrefix(head, "#") {
				continue
			}
			if lang == "en" {
				if _, twice := kinds[head]; twice {
					s.err = fmt.Errorf("kind words: head %q twice", head)
					return s
				}
				kinds[head] = Kind(len(s.heads))
				s.heads = append(s.heads, head)
			}
			kind, ok := kinds[head]
			if !ok {
				s.err = fmt.Errorf("kind words: %s: unknown head %q", lang, head)
				return s
			}
			for w := range strings.FieldsSeq(words) {
				l.add(w, kind)
			}
		}
		s.langs[lang] = l
	}
	return s
})

// add registers one word of a list. A word that stands under two heads belongs to the first.
func (l *lexicon) add(word string, kind Kind) {
	form, prefix := strings.CutSuffix(word, "*")
	fold := foldWord(form)
	switch {
	case l.stems != nil:
		t := text.TermOf(text.Stem(fold, l.lang))
		if _, ok := l.stems[t]; !ok {
			l.stems[t] = kind
			l.sieve.add(t)
		}
	case l.inside != nil:
		r, _ := utf8.DecodeRuneInString(fold)
		l.inside[r] = append(l.inside[r], lexiconForm{fold, kind})
	case prefix:
		if _, ok := l.prefixes[fold]; !ok {
			l.prefixes[fold] = kind
			l.sieve.add(beginningOf(fold))
		}
	default:
		if _, ok := l.words[fold]; !ok {
			l.words[fold] = kind
			l.sieve.add(beginningOf(fold))
		}
	}
}

// beginningOf is a number for the first letters of a word, of so many bytes as every prefix has.
func beginningOf(fold string) text.Term {
	h := text.Term(0)
	for i := range min(len(fold), prefixLeast) {
		h = h<<8 | text.Term(fold[i])
	}
	return h * 0x9e3779b1 >> 16
}

// foldWord folds a word of a list the way the words of stories are folded.
func foldWord(w string) string {
	tokens := text.AppendTokens(nil, w)
	if len(tokens) != 1 {
		return strings.ToLower(w)
	}
	return tokens[0].Fold
}

// lexiconOf returns the list of a language, nil where there is none. Text of unknown language is read as English.
func lexiconOf(lang string) *lexicon {
	if lang == "und" || lang == "" {
		lang = "en"
	}
	return lexicons().langs[lang]
}

// prefixLeast is the shortest prefix in the lists, in bytes.
const prefixLeast = 3

// appendKinds appends the heads of a token. term is the term of a token that is no CJK run.
func (l *lexicon) appendKinds(dst []Kind, t *text.Token, term text.Term) []Kind {
	switch {
	case l.stems != nil:
		if !l.sieve.holds(term) {
			return dst // as most words
		}
		if k, ok := l.stems[term]; ok {
			dst = append(dst, k)
		}
	case l.inside != nil:
		for i, r := range t.Fold {
			for _, f := range l.inside[r] {
				if strings.HasPrefix(t.Fold[i:], f.form) {
					dst = append(dst, f.kind)
				}
			}
		}
	default:
		if !l.sieve.holds(beginningOf(t.Fold)) {
			return dst
		}
		if k, ok := l.words[t.Fold]; ok {
			return append(dst, k)
		}
		for n := len(t.Fold); n >= prefixLeast; n-- {
			if n < len(t.Fold) && !utf8.RuneStart(t.Fold[n]) {
				continue
			}
			if k, ok := l.prefixes[t.Fold[:n]]; ok {
				return append(dst, k)
			}
		}
	}
	return dst
}

// sortKinds sorts and drops repetitions.
func sortKinds(k []Kind) []Kind {
	slices.Sort(k)
	return slices.Compact(k)
}
