package report

import (
	"bufio"
	"io"
	"strings"
)

// writeMarkdown renders a page as GitHub-flavoured Markdown. Text from stories is escaped, so that a headline cannot
// bring markup, links or HTML of its own.
func writeMarkdown(out io.Writer, p page) error {
	w := bufio.NewWriter(out)
	for i, b := range p {
		if i > 0 {
			w.WriteByte('\n')
		}
		switch b := b.(type) {
		case heading:
			mark := "# "
			if b.sub {
				mark = "## "
			}
			w.WriteString(mark + escapeMarkdown(b.text) + "\n")
			if b.meta != "" {
				w.WriteString("\n" + escapeMarkdown(b.meta) + "\n")
			}
		case facts:
			for _, f := range b {
				w.WriteString("- **" + escapeMarkdown(f.name) + ":** " + escapeMarkdown(f.value) + "\n")
			}
		case paragraph:
			w.WriteString(escapeMarkdown(string(b)) + "\n")
		case passage:
			for _, l := range strings.Split(string(b), "\n") {
				w.WriteString(strings.TrimRight("> "+escapeMarkdown(l), " ") + "\n")
			}
		case *chart:
			w.WriteString("```text\n" + strings.Join(b.text(0), "\n") + "\n```\n")
		case grid:
			markdownGrid(w, b)
		}
	}
	return w.Flush()
}

func markdownGrid(w *bufio.Writer, g grid) {
	for _, c := range g.cols {
		w.WriteString("| " + escapeMarkdown(c.name) + " ")
	}
	w.WriteString("|\n")
	for _, c := range g.cols {
		if c.right {
			w.WriteString("| ---: ")
		} else {
			w.WriteString("| --- ")
		}
	}
	w.WriteString("|\n")
	for _, row := range g.rows {
		if row == nil {
			continue
		}
		for _, c := range row {
			s := escapeMarkdown(c.show(0))
			if c.href != "" {
				s = "[" + s + "](<" + markdownAddress.Replace(c.href) + ">)"
			}
			w.WriteString("| " + s + " ")
		}
		w.WriteString("|\n")
	}
}

var (
	markdownText = strings.NewReplacer(
		`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `{`, `\{`, `}`, `\}`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`,
		`#`, `\#`, `|`, `\|`, `~`, `\~`, `!`, `\!`, `&`, `\&`, `$`, `\$`, `@`, `\@`)
	markdownAddress = strings.NewReplacer("|", "%7C", `\`, "%5C")
)

// escapeMarkdown also breaks the automatic links that some renderers make of bare addresses, and the marks that make
// a list item or a rule of a line that begins with them.
func escapeMarkdown(s string) string {
	s = strings.ReplaceAll(markdownText.Replace(s), "://", `:\//`)
	if listMark(s) {
		return `\` + s
	}
	if number := strings.TrimLeft(s, "0123456789"); number != s && listEnd(number) {
		return s[:len(s)-len(number)] + `\` + number
	}
	return s
}

func listMark(s string) bool {
	return s != "" && (strings.Trim(s, "-+= ") == "" || (s[0] == '-' || s[0] == '+') && strings.HasPrefix(s[1:], " "))
}

func listEnd(s string) bool {
	return s != "" && (s[0] == '.' || s[0] == ')') && (len(s) == 1 || s[1] == ' ')
}
