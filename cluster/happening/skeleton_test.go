package happening

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSkeleton(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"bilodid", "belodied", "PLTT"}, // Bilodid, Белодед
		{"galvani", "ghalfany", "KLFN"}, // Galvani, غالفاني
		{"trieste", "toriesute", "TRST"},
		{"schmidt", "shmit", "SMT"},
		{"jackson", "dzhekson", ""}, // j and dzh differ
		{"cesar", "sezar", "SSR"},
		{"maxim", "maksim", "MKSM"},
	} {
		a, b := string(appendSkeleton(nil, c.a)), string(appendSkeleton(nil, c.b))
		if c.want == "" && a == b || c.want != "" && (a != c.want || b != c.want) {
			t.Errorf("%s %s, %s %s; want %s", c.a, a, c.b, b, c.want)
		}
	}
}

// A skeleton is what replacing spellings by classes gives, the longest first; any other letter keeps two of a class apart.
func TestSkeletonBySpellings(t *testing.T) {
	rules := []struct{ spelling, classes string }{
		{"shch", "S"},
		{"sch", "S"},
		{"sh", "S"},
		{"ch", "S"},
		{"zh", "S"},
		{"ts", "S"},
		{"tz", "S"},
		{"cz", "S"},
		{"ph", "F"},
		{"th", "T"},
		{"dh", "T"},
		{"ck", "K"},
		{"kh", "K"},
		{"gh", "K"},
		{"ce", "Se"},
		{"ci", "Si"},
		{"cy", "Sy"},
		{"b", "P"},
		{"p", "P"},
		{"f", "F"},
		{"v", "F"},
		{"d", "T"},
		{"t", "T"},
		{"c", "K"},
		{"q", "K"},
		{"k", "K"},
		{"g", "K"},
		{"x", "KS"},
		{"s", "S"},
		{"z", "S"},
		{"j", "S"},
		{"l", "L"},
		{"m", "M"},
		{"n", "N"},
		{"r", "R"},
	}
	by := func(w string) string {
		var b strings.Builder
	next:
		for len(w) > 0 {
			for _, r := range rules {
				if strings.HasPrefix(w, r.spelling) {
					b.WriteString(r.classes)
					w = w[len(r.spelling):]
					continue next
				}
			}
			b.WriteString(" ")
			w = w[1:]
		}
		var out []byte
		last := byte(' ')
		for _, c := range []byte(b.String()) {
			if c >= 'A' && c <= 'Z' && c != last {
				out = append(out, c)
			}
			last = c
		}
		return string(out)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.StringMatching(`[a-z]{0,12}|[sctzpdkgh]{0,8}|[a-zäé' ]{0,12}`).Draw(t, "word")
		if got, want := string(appendSkeleton(nil, w)), by(w); got != want {
			t.Errorf("%q: %s, want %s", w, got, want)
		}
	})
}
