package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// marked writes rows as "left | right" with what differs in brackets.
func marked(rows []ComparedRow) []string {
	side := func(list []Piece) string {
		var b strings.Builder
		for _, p := range list {
			if p.Changed {
				b.WriteString("[" + strings.TrimSpace(p.Text) + "]" + strings.Repeat(" ", len(p.Text)-len(strings.TrimSpace(p.Text))))
			} else {
				b.WriteString(p.Text)
			}
		}
		return strings.TrimSpace(b.String())
	}
	var out []string
	for _, r := range rows {
		out = append(out, strings.TrimSpace(side(r.Left)+" | "+side(r.Right)))
	}
	return out
}

func TestSideBySide(t *testing.T) {
	for _, tt := range []struct {
		name, left, right string
		want              []string
	}{
		{"alike", "One two.\nThree.", "One two.\nThree.", []string{"One two. | One two.", "Three. | Three."}},
		{"a word", "Two people died on Friday.", "Three people died on Friday.", []string{"[Two] people died on Friday. | [Three] people died on Friday."}},
		{
			"a paragraph more", "It began.\nIt ended.", "It began.\nMany came to see it.\nIt ended.",
			[]string{"It began. | It began.", "| [Many came to see it.]", "It ended. | It ended."},
		},
		{
			"cut into other paragraphs", "It began. It ended.", "It began.\nIt ended.",
			[]string{"It began. | It began.", "It ended. | It ended."},
		},
		{
			"words in common by chance", "a bright red ferry sank in the cold harbour", "a slow train left in some hurry",
			[]string{"a [bright red ferry sank in the cold harbour] | a [slow train left in some hurry]"},
		},
		{"no spaces", "地震發生在週一", "地震發生在週二", []string{"地震發生在週[一] | 地震發生在週[二]"}},
		{"nothing on one side", "", "All new.", []string{"| [All new.]"}},
		{"nothing at all", "", "", nil},
		{"what must not be shown", "safe \u202etext", "safe words", []string{"safe [text] | safe [words]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, marked(newParallel(tt.left, tt.right).rows())); d != "" {
				t.Error(d)
			}
		})
	}
}

// An excerpt of a long text is too different for a comparison by words alone.
func TestSideBySideOfAnExcerpt(t *testing.T) {
	var long []string
	for i := range 600 {
		long = append(long, "Sentence number "+strings.Repeat("x", i%40)+string(rune('a'+i%26))+string(rune('a'+i/26))+" of a long report on ferries and harbours.")
	}
	right := strings.Join(long[200:230], " ") + " With an end of its own."
	p := newParallel(strings.Join(long, " "), right)
	if _, only := p.changed(); only > 8 {
		t.Errorf("%d of %d words of the excerpt count as its own", only, len(p.b))
	}
}

// Whatever two texts are, both are shown whole and in order, and what is unmarked is the same on both sides.
func TestSideBySideLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"a", "b", "c", "the ", "ferry.", "\n", " ", "港", "x\n\ny"})
		text := rapid.Map(rapid.SliceOfN(word, 0, 40), func(l []string) string { return strings.Join(l, " ") })
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		var left, right, same, alike string
		for _, r := range newParallel(a, b).rows() {
			for _, p := range r.Left {
				if left += p.Text + " "; !p.Changed {
					same += p.Text + " "
				}
			}
			for _, p := range r.Right {
				if right += p.Text + " "; !p.Changed {
					alike += p.Text + " "
				}
			}
		}
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if bare(left) != bare(a) || bare(right) != bare(b) || bare(same) != bare(alike) {
			t.Fatalf("%q and %q", left, right)
		}
	})
}
