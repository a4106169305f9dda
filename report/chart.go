package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

// chart is a block that shows two running counts over time, of which the second is never the greater.
type chart struct {
	all, part string // what is counted
	points    []chartPoint
	now       time.Time // whose zone the times are shown in
}

type chartPoint struct {
	at        time.Time
	all, part int
}

const (
	chartCols = 64
	chartRows = 8
)

// drawable reports whether there is a course to be seen.
func (c *chart) drawable() bool {
	return len(c.points) > 1 && c.points[len(c.points)-1].at.After(c.points[0].at)
}

func (c *chart) first() chartPoint { return c.points[0] }
func (c *chart) last() chartPoint  { return c.points[len(c.points)-1] }

// when is a time on the axis.
func (c *chart) when(t time.Time) string {
	t = t.In(c.now.Location())
	if c.last().at.Sub(c.first().at) > 14*day {
		return t.Format("2 Jan 2006")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// text draws the chart in characters, in lines of at most width cells; 0 for any width.
func (c *chart) text(width int) []string {
	most := c.last().all
	margin := max(len(typeset.Thousands(most)), 1) + 2
	cols := chartCols
	if width > 0 {
		cols = max(min(cols, width-margin), 16)
	}
	rows := min(most, chartRows)
	begin, span := c.first().at, c.last().at.Sub(c.first().at)
	height := func(n int) int { return (n*rows + most - 1) / most }
	lines := make([]string, 0, rows+3)
	for row := rows; row > 0; row-- {
		label := ""
		if row == rows || row == 1 && rows > 1 {
			label = typeset.Thousands(most)
			if row == 1 {
				label = typeset.Thousands((most + rows - 1) / rows)
			}
		}
		b := strings.Builder{}
		fmt.Fprintf(&b, "%*s ┤", margin-2, label)
		k := 0
		for col := range cols {
			until := begin.Add(time.Duration(float64(span) * float64(col+1) / float64(cols)))
			for k+1 < len(c.points) && (col == cols-1 || !c.points[k+1].at.After(until)) {
				k++
			}
			switch {
			case height(c.points[k].part) >= row:
				b.WriteString("█")
			case height(c.points[k].all) >= row:
				b.WriteString("░")
			default:
				b.WriteString(" ")
			}
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	pad := strings.Repeat(" ", margin-1)
	lines = append(lines, pad+"└"+strings.Repeat("─", cols))
	from, to := c.when(c.first().at), c.when(c.last().at)
	if room := cols + 1 - typeset.Width(from) - typeset.Width(to); room > 0 {
		lines = append(lines, pad+from+strings.Repeat(" ", room)+to)
	} else {
		lines = append(lines, pad+from, pad+to)
	}
	return append(lines, pad+"█ "+c.part+"   ░ "+c.all)
}

// The picture's size, and the room around its axes, in its own units.
const (
	svgWidth, svgHeight                  = 720, 260
	svgLeft, svgRight, svgTop, svgBottom = 44, 16, 34, 30
	svgPlotWidth                         = svgWidth - svgLeft - svgRight
	svgPlotHeight                        = svgHeight - svgTop - svgBottom
)

// svgAfter is how far the time axis goes beyond its span, so that the last step shows.
const svgAfter = 1.04

// writeSVG draws the chart as a picture that needs nothing around it and follows the theme of the reader. Its text is
// ours: numbers, dates, and what is counted.
func (c *chart) writeSVG(w io.Writer, title string) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" class="spread">`+"\n", svgWidth, svgHeight, svgWidth, svgHeight)
	fmt.Fprintf(&b, "<title>%s</title>\n", escapeXML(title))
	b.WriteString(`<style>.spread{font:12px system-ui,sans-serif;background:#fff;color:#333}.spread text{fill:currentColor}.spread .g{stroke:#8884}.spread .a{fill:#dbe6f7;stroke:#4a7bd0}.spread .p{fill:#f3d9cb;stroke:#c2571f}@media(prefers-color-scheme:dark){.spread{background:#16181c;color:#ccc}.spread .a{fill:#22324a;stroke:#8ab0f0}.spread .p{fill:#4a2f22;stroke:#f0a070}}</style>` + "\n")
	if c.drawable() {
		c.plot(&b)
	} else {
		fmt.Fprintf(&b, `<text x="%d" y="%d">Everything came out at one time.</text>`+"\n", svgLeft, svgHeight/2)
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *chart) plot(b *strings.Builder) {
	most := c.last().all
	begin, span := c.first().at, svgAfter*float64(c.last().at.Sub(c.first().at))
	x := func(t time.Time) float64 { return svgLeft + svgPlotWidth*float64(t.Sub(begin))/span }
	y := func(n int) float64 { return svgTop + svgPlotHeight*(1-float64(n)/float64(most)) }
	for i, n := range ticks(most) {
		if i > 0 && n == 0 {
			continue
		}
		fmt.Fprintf(b, `<line class="g" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			svgLeft, svgWidth-svgRight, y(n), y(n), svgLeft-6, y(n)+4, typeset.Thousands(n))
	}
	line := func(class string, count func(chartPoint) int) {
		fmt.Fprintf(b, `<path class="%s" d="M%.1f %.1f`, class, x(begin), y(0))
		for _, p := range c.points {
			fmt.Fprintf(b, "H%.1fV%.1f", x(p.at), y(count(p)))
		}
		fmt.Fprintf(b, `H%dV%.1fZ"/>`+"\n", svgWidth-svgRight, y(0))
	}
	line("a", func(p chartPoint) int { return p.all })
	line("p", func(p chartPoint) int { return p.part })
	fmt.Fprintf(b, `<text x="%d" y="%d">%s</text><text x="%d" y="%d" text-anchor="end">%s</text>`+"\n",
		svgLeft, svgHeight-8, escapeXML(c.when(begin)), svgWidth-svgRight, svgHeight-8, escapeXML(c.when(c.last().at)))
	fmt.Fprintf(b, `<rect class="a" x="%d" y="10" width="12" height="12"/><text x="%d" y="20">%s</text><rect class="p" x="%d" y="10" width="12" height="12"/><text x="%d" y="20">%s</text>`+"\n",
		svgLeft, svgLeft+18, escapeXML(c.all), svgLeft+160, svgLeft+178, escapeXML(c.part))
}

// ticks are the values that an axis up to most is labelled at: none, all, and the half of a count that has one.
func ticks(most int) []int {
	if most > 3 {
		return []int{0, most / 2, most}
	}
	return []int{0, most}
}

// escapeXML makes text fit for an element or an attribute.
func escapeXML(s string) string {
	return xmlText.Replace(typeset.Clean(s))
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
