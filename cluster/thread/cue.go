package thread

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/samestory/samestory/cluster/text"
)

//go:embed cues.txt
var cueFile string

// cueSet holds the phrases of one language by which a headline says that it looks back.
type cueSet struct {
	anniversary, background []string
}

// cues parses the embedded phrases once; the result is immutable. Phrases stand between spaces where words are spaced.
var cues = sync.OnceValues(func() (map[string]*cueSet, error) {
	sets := make(map[string]*cueSet)
	for line := range strings.Lines(cueFile) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, phrases, _ := strings.Cut(line, ":")
		lang, cue, ok := strings.Cut(head, " ")
		if !ok || cue != "anniversary" && cue != "background" {
			return nil, fmt.Errorf("cues: %q is no language with a cue", head)
		}
		set := sets[lang]
		if set == nil {
			set = &cueSet{}
			sets[lang] = set
		}
		for phrase := range strings.SplitSeq(phrases, ",") {
			form, prefix := strings.CutSuffix(strings.TrimSpace(phrase), "*")
			form, first := strings.CutPrefix(form, "^")
			form = foldPhrase(form)
			if !slices.Contains([]string{"zh", "ja", "ko", "ar"}, lang) {
				form = " " + form
				if !prefix {
					form += " "
				}
			}
			if first {
				form = beginning + form
			}
			if cue == "anniversary" {
				set.anniversary = append(set.anniversary, form)
			} else {
				set.background = append(set.background, form)
			}
		}
	}
	return sets, nil
})

// foldPhrase folds words the way those of stories are, with one space between them.
func foldPhrase(s string) string {
	var b strings.Builder
	for i, t := range text.AppendTokens(nil, s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Fold)
	}
	return b.String()
}

// beginning stands before the first word of a headline; no folded word holds it.
const beginning = "^"

// cueBytes is how much of a text without a headline is read for cues: a sentence.
const cueBytes = 160

// cuesOf reads the cues of a headline, or of the beginning of a text without one. Text of unknown language is read as
// English.
func cuesOf(d Doc, title []text.Token) (anniversary, background bool) {
	sets, err := cues()
	lang := d.Lang
	if lang == "und" || lang == "" {
		lang = "en"
	}
	set := sets[lang]
	if err != nil || set == nil {
		return false, false
	}
	var b strings.Builder
	b.WriteString(beginning + " ")
	if len(title) == 0 {
		b.WriteString(foldPhrase(d.Text[:min(len(d.Text), cueBytes)]))
		b.WriteByte(' ')
	}
	for i := range title {
		b.WriteString(title[i].Fold)
		b.WriteByte(' ')
	}
	head := b.String()
	in := func(phrase string) bool { return strings.Contains(head, phrase) }
	return slices.ContainsFunc(set.anniversary, in), slices.ContainsFunc(set.background, in)
}
