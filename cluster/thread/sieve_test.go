package thread

import (
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

// The bits that tell most words from the kind words must let all of these through, and what has one of them in front.
func TestEveryKindWordIsFound(t *testing.T) {
	set := lexicons()
	if set.err != nil {
		t.Fatal(set.err)
	}
	for lang, l := range set.langs {
		for stem, kind := range l.stems {
			if got := l.appendKinds(nil, &text.Token{}, stem); len(got) != 1 || got[0] != kind {
				t.Errorf("%s: stem %x is of %v, want %v", lang, stem, got, kind)
			}
		}
		for word, kind := range l.words {
			if got := l.appendKinds(nil, &text.Token{Fold: word}, 0); len(got) != 1 || got[0] != kind {
				t.Errorf("%s: %q is of %v, want %v", lang, word, got, kind)
			}
		}
		for prefix := range l.prefixes {
			if got := l.appendKinds(nil, &text.Token{Fold: prefix + "qq"}, 0); len(got) != 1 {
				t.Errorf("%s: nothing for what begins with %q", lang, prefix)
			}
		}
	}
}
