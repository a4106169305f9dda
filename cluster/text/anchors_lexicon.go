package text

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed lists/figures.txt
var figureList string

// figureRole is what a word does near a number; lists/figures.txt explains the roles.
type figureRole struct {
	role string
	key  string // what is counted, for the roles that say so
}

// figureWord is what is known of one word of one language.
type figureWord struct {
	roles    []figureRole
	number   numberWord
	isNumber bool
}

// anchorLangs have words of their own in the lists. Words that are listed for no language are known in all of them.
var anchorLangs = [...]string{"en", "de", "fr", "es", "pt", "ru", "ar"}

// figureWords gives the words of a language, by their folded form.
func figureWords(lang string) map[string]*figureWord {
	t := figureTable()
	if words, ok := t[lang]; ok {
		return words
	}
	return t[""]
}

var figureTable = sync.OnceValue(func() map[string]map[string]*figureWord {
	table := map[string]map[string]*figureWord{"": {}}
	for _, lang := range anchorLangs {
		table[lang] = make(map[string]*figureWord)
	}
	word := func(lang, fold string) *figureWord {
		w := table[lang][fold]
		if w == nil {
			w = &figureWord{}
			table[lang][fold] = w
		}
		return w
	}
	var tokens []Token
	for line := range strings.Lines(figureList) {
		head, words, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(head, "#") {
			continue
		}
		fields := strings.Fields(head)
		r, langs := figureRole{role: fields[0]}, []string{""}
		switch {
		case fields[0] == "currency" || fields[0] == "unit":
			r.key = fields[1]
		case len(fields) == 3:
			r, langs = figureRole{key: fields[0], role: fields[1]}, fields[2:]
		case len(fields) == 2:
			langs = fields[1:]
		}
		if langs[0] == "" {
			langs = append(anchorLangs[:], "")
		}
		tokens = AppendTokens(tokens[:0], words)
		for _, lang := range langs {
			for i := range tokens {
				w := word(lang, tokens[i].Fold)
				w.roles = append(w.roles, r)
			}
		}
	}
	for k, n := range numberWords() {
		w := word(k.lang, k.fold)
		w.number, w.isNumber = n, true
	}
	return table
})

// anchorLang is the language whose words are used for a text of this language.
func anchorLang(lang string) string {
	if lang == "" || lang == Undetermined {
		return "en"
	}
	return lang
}
