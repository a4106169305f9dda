package report

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"github.com/samestory/samestory/report/internal/typeset"
)

const (
	gap         = 2    // cells between two columns
	indentation = "↳ " // before what is folded under the row above
	proseWidth  = 88   // longer lines of prose are hard to read
)

// writeTerminal renders a page for a fixed-width font.
func writeTerminal(out io.Writer, p page, o Options) error {
	t := terminal{w: bufio.NewWriter(out), width: o.Width, colour: o.Color}
	for i, b := range p {
		if i > 0 && separated(p[i-1], b) {
			t.line("")
		}
		switch b := b.(type) {
		case heading:
			t.heading(b)
		case facts:
			t.facts(b)
		case grid:
			t.grid(b)
		case paragraph:
			for _, l := range typeset.Wrap(string(b), t.prose(0)) {
				t.line(l)
			}
		case *chart:
			for _, l := range b.text(t.width) {
				t.line(l)
			}
		case passage:
			for _, para := range strings.Split(string(b), "\n") {
				for _, l := range typeset.Wrap(para, t.prose(2)) {
					t.line(strings.TrimRight("  "+l, " "))
				}
			}
		}
	}
	return t.w.Flush()
}

// separated reports whether an empty line stands between two blocks: facts belong to the heading above them, and
// everything to a heading inside a page.
func separated(before, after block) bool {
	h, isHeading := before.(heading)
	_, isFacts := after.(facts)
	return !isHeading || !isFacts && !h.sub
}

type terminal struct {
	w      *bufio.Writer
	width  int
	colour bool
}

func (t *terminal) line(s string) {
	t.w.WriteString(s)
	t.w.WriteByte('\n')
}

func (t *terminal) paint(s string, st style) string {
	if !t.colour || st == normal || s == "" {
		return s
	}
	code := map[style]string{bold: "1", dim: "2", alert: "31"}[st]
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *terminal) prose(indent int) int {
	if t.width <= 0 {
		return 0
	}
	return max(min(t.width, proseWidth)-indent, 20)
}

func (t *terminal) heading(h heading) {
	lines := typeset.Wrap(h.text, t.width)
	for i, l := range lines {
		painted := t.paint(l, bold)
		if i == len(lines)-1 && h.meta != "" {
			if t.width > 0 && typeset.Width(l)+gap+typeset.Width(h.meta) > t.width {
				t.line(painted)
				for _, m := range typeset.Wrap(h.meta, t.width) {
					t.line(t.paint(m, dim))
				}
				return
			}
			painted += strings.Repeat(" ", gap) + t.paint(h.meta, dim)
		}
		t.line(painted)
	}
}

func (t *terminal) facts(f facts) {
	name := 0
	for _, x := range f {
		name = max(name, typeset.Width(x.name))
	}
	for _, x := range f {
		value := typeset.Wrap(x.value, t.prose(name+gap))
		for i, l := range value {
			label := strings.Repeat(" ", name)
			if i == 0 {
				label = x.name + strings.Repeat(" ", name-typeset.Width(x.name))
			}
			t.line(strings.TrimRight(t.paint(label, dim)+strings.Repeat(" ", gap)+l, " "))
		}
	}
}

func (t *terminal) grid(g grid) {
	if g.cards != nil && t.width > 0 && t.width < cardWidth {
		for i, c := range g.cards {
			if i > 0 {
				t.line("")
			}
			t.card(c)
		}
		return
	}
	shown, widths := fit(g, t.width)
	line := func(cellAt func(c int) (string, style)) {
		var b strings.Builder
		for i, c := range shown {
			s, st := cellAt(c)
			pad := strings.Repeat(" ", max(widths[c]-typeset.Width(s), 0))
			last := i == len(shown)-1
			switch {
			case g.cols[c].right:
				b.WriteString(pad + t.paint(s, st))
			case last:
				b.WriteString(t.paint(s, st))
			default:
				b.WriteString(t.paint(s, st) + pad)
			}
			if !last {
				b.WriteString(strings.Repeat(" ", gap))
			}
		}
		t.line(strings.TrimRight(b.String(), " "))
	}
	line(func(c int) (string, style) { return strings.ToUpper(g.cols[c].name), dim })
	limit := func(c int) int {
		if t.width <= 0 {
			return 0
		}
		return widths[c]
	}
	for _, row := range g.rows {
		if row == nil {
			t.line("")
			continue
		}
		line(func(c int) (string, style) { return row[c].show(limit(c)), row[c].style })
	}
}

func (t *terminal) card(c card) {
	for _, l := range typeset.Wrap(typeset.Truncate(c.title.text, 3*t.width), t.width) {
		t.line(t.paint(l, c.title.style))
	}
	if c.second != "" {
		t.line(typeset.Truncate(c.second, t.width))
	}
	meta := "  " + strings.Join(c.before, dot)
	if room := t.width - typeset.Width(meta+dot+dot+c.id); room >= smallest && c.outlets != nil {
		meta += dot + typeset.Outlets(c.outlets, room)
	}
	t.line(t.paint(typeset.Truncate(meta+dot+c.id, t.width), dim))
}

// dot stands between the parts of a line of side information.
const dot = " · "

// show is the cell in at most n terminal cells; 0 for any width.
func (c cell) show(n int) string {
	if c.outlets != nil {
		return typeset.Outlets(c.outlets, n)
	}
	s := strings.Repeat("  ", max(c.depth-1, 0))
	if c.depth > 0 {
		s += indentation
	}
	s += c.text
	if n > 0 {
		s = typeset.Truncate(s, n)
	}
	return s
}

// fit chooses the columns to show and their widths so that a row takes at most width cells. Extra columns go first, then
// those that may be dropped as long as the least widths do not fit. What is still too much the flexible columns give
// up, from the right, first down to the width that each would like to keep, then to the least, and on a terminal that
// is too small for the table below that.
func fit(g grid, width int) (shown, widths []int) {
	widths = make([]int, len(g.cols))
	for c, k := range g.cols {
		widths[c] = typeset.Width(k.name)
		for _, row := range g.rows {
			if row != nil {
				widths[c] = max(widths[c], typeset.Width(row[c].show(0)))
			}
		}
		shown = append(shown, c)
	}
	if width <= 0 {
		for c, k := range g.cols {
			if k.flex > 0 {
				widths[c] = min(widths[c], widest)
			}
		}
		return shown, widths
	}
	shown = drop(g, shown, extra, func(shown []int) bool { return excess(g, shown, widths, width, soft) > 0 })
	shown = drop(g, shown, 1, func(shown []int) bool { return excess(g, shown, widths, width, least) > 0 })
	for _, floor := range []func(col) int{soft, least, func(col) int { return smallest }} {
		for _, c := range slices.Backward(shown) {
			over := excess(g, shown, widths, width, nil)
			if over > 0 && g.cols[c].flex > 0 {
				widths[c] -= min(over, max(widths[c]-floor(g.cols[c]), 0))
			}
		}
	}
	return shown, widths
}

func soft(c col) int  { return max(c.soft, c.flex) }
func least(c col) int { return c.flex }

// drop leaves out columns, those with the highest number first and none below from, as long as there are too many.
func drop(g grid, shown []int, from int, tooMany func([]int) bool) []int {
	for tooMany(shown) {
		worst := -1
		for i, c := range shown {
			if d := g.cols[c].drop; d >= from && (worst < 0 || d > g.cols[shown[worst]].drop) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		shown = slices.Delete(shown, worst, worst+1)
	}
	return shown
}

// widest is how far a column is padded where lines have no end: a freak headline stands out of its row then, and does
// not put a thousand spaces into every other.
const widest = 120

// smallest is the width below which a column says nothing any more.
const smallest = 5

// excess is how many cells the shown columns take too much, or would take if each flexible one were cut to its floor.
func excess(g grid, shown, widths []int, width int, floor func(col) int) int {
	n := gap*(len(shown)-1) - width
	for _, c := range shown {
		if floor != nil && g.cols[c].flex > 0 {
			n += min(floor(g.cols[c]), widths[c])
		} else {
			n += widths[c]
		}
	}
	return n
}
