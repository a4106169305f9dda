package text

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed lists/function.txt
var functionList string

// functionTable holds the function words of the languages that have a list, folded.
var functionTable = sync.OnceValue(func() map[nameWord]bool {
	table := make(map[nameWord]bool)
	var tokens []Token
	for line := range strings.Lines(functionList) {
		lang, words, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(lang, "#") {
			continue
		}
		tokens = AppendTokens(tokens[:0], words)
		for i := range tokens {
			table[nameWord{lang, tokens[i].Fold}] = true
		}
	}
	return table
})

// FunctionWord reports whether a folded word is one of the commonest grammatical words of a language.
func FunctionWord(fold, lang string) bool { return functionTable()[nameWord{lang, fold}] }
