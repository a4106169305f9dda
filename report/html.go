package report

import (
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

// writeHTML renders a page as one file that needs nothing around it: no script, no picture, font or style from
// elsewhere. It can be mailed, printed and opened from a disk, in the dark and on a phone.
func writeHTML(w io.Writer, p page, now time.Time) error {
	d := htmlPage{Title: "samestory", Made: typeset.Absolute(now, "", now)}
	for i, b := range p {
		h := htmlBlock{}
		switch b := b.(type) {
		case heading:
			h.Heading, h.Meta, h.Sub = b.text, b.meta, b.sub
			if i == 0 {
				d.Title = b.text
			}
		case facts:
			for _, f := range b {
				h.Facts = append(h.Facts, htmlFact{f.name, f.value})
			}
		case paragraph:
			h.Paragraph = string(b)
		case passage:
			h.Passage = strings.Split(string(b), "\n")
		case *chart:
			var svg strings.Builder
			if err := b.writeSVG(&svg, b.all+" and "+b.part+" over time"); err != nil {
				return err
			}
			h.Picture = template.HTML(svg.String()) // ours, with every text in it escaped
		case grid:
			h.Table = htmlGrid(b)
		}
		d.Blocks = append(d.Blocks, h)
	}
	return htmlReport().Execute(w, d)
}

type htmlPage struct {
	Title, Made string
	Blocks      []htmlBlock
}

// htmlBlock is one block of a page: of its parts one is set.
type htmlBlock struct {
	Heading, Meta string
	Sub           bool
	Facts         []htmlFact
	Paragraph     string
	Passage       []string
	Picture       template.HTML
	Table         *htmlTable
}

type htmlFact struct{ Name, Value string }

type htmlTable struct {
	Cols   []htmlCol
	Groups [][][]htmlCell // rows between gaps
}

type htmlCol struct {
	Name  string
	Right bool
}

type htmlCell struct {
	Label, Text, All, Href, Class string
}

func htmlGrid(g grid) *htmlTable {
	t := &htmlTable{Groups: [][][]htmlCell{nil}}
	for _, c := range g.cols {
		t.Cols = append(t.Cols, htmlCol{c.name, c.right})
	}
	for _, row := range g.rows {
		if row == nil {
			t.Groups = append(t.Groups, nil)
			continue
		}
		cells := make([]htmlCell, len(row))
		for i, c := range row {
			class := []string{"", "b", "d", "a"}[c.style]
			if g.cols[i].right {
				class = strings.TrimSpace(class + " n")
			}
			if g.cols[i].flex == 0 {
				class = strings.TrimSpace(class + " w")
			}
			if c.depth > 0 {
				class = strings.TrimSpace(class + " sub")
			}
			cells[i] = htmlCell{Label: g.cols[i].name, Text: c.show(0), Href: c.href, Class: class}
			if len(c.outlets) > 1 {
				cells[i].All = typeset.Clean(strings.Join(c.outlets, ", "))
			}
		}
		last := len(t.Groups) - 1
		t.Groups[last] = append(t.Groups[last], cells)
	}
	return t
}

// htmlReport names colours once, for both themes, and lets each row of a table become a card where there is no room.
var htmlReport = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Parse(htmlText))
})

const htmlText = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{{.Title}}</title>
<style>
:root{--bg:#fff;--fg:#1b1d21;--dim:#5b6270;--line:#d9dde3;--link:#1a55a8;--alert:#a8201a}
@media(prefers-color-scheme:dark){:root{--bg:#16181c;--fg:#e4e6ea;--dim:#a0a7b4;--line:#363b44;--link:#8ab4f8;--alert:#ff8a80}}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1rem;background:var(--bg);color:var(--fg);font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0}h2{font-size:1.15rem;margin:2rem 0 0}
.meta{color:var(--dim);margin:.15rem 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:1rem 0}dt{color:var(--dim)}dd{margin:0}
table{border-collapse:collapse;width:100%;margin:.75rem 0;font-variant-numeric:tabular-nums}
th{color:var(--dim);font-weight:600;font-size:.8rem;text-align:left;text-transform:uppercase;white-space:nowrap}
th,td{padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td{overflow-wrap:break-word}.w{white-space:nowrap}
tbody+tbody tr:first-child td{border-top:2px solid var(--line)}
.n{text-align:right}.b{font-weight:600}.d{color:var(--dim)}.a{color:var(--alert);font-weight:600}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid var(--line)}
svg{max-width:100%;height:auto;margin:1rem 0}
footer{margin-top:2.5rem;color:var(--dim);font-size:.85rem}
@media(max-width:44rem){
thead{position:absolute;left:-9999px}
table,tbody,tr,td{display:block}
tr{padding:.6rem 0;border-bottom:1px solid var(--line)}
td,td.n{border:0;padding:0;text-align:left}td.w{display:inline-block;margin-right:1rem}td:empty{display:none}
td:not(.b)::before{content:attr(data-label) " ";color:var(--dim);font-size:.85rem}
.sub{padding-left:1rem}
}
@media print{body{max-width:none;padding:0}a{color:inherit}tr{break-inside:avoid}}
</style>
</head>
<body>
<main>
{{range .Blocks}}{{if .Heading}}{{if .Sub}}<h2 dir="auto">{{.Heading}}</h2>{{else}}<h1 dir="auto">{{.Heading}}</h1>{{end}}
{{with .Meta}}<p class="meta">{{.}}</p>
{{end}}{{else if .Facts}}<dl>
{{range .Facts}}<dt>{{.Name}}</dt><dd dir="auto">{{.Value}}</dd>
{{end}}</dl>
{{else if .Paragraph}}<p>{{.Paragraph}}</p>
{{else if .Passage}}<blockquote dir="auto">{{range .Passage}}<p>{{.}}</p>{{end}}</blockquote>
{{else if .Picture}}{{.Picture}}{{else if .Table}}{{with .Table}}<table>
<thead><tr>{{range .Cols}}<th scope="col"{{if .Right}} class="n"{{end}}>{{.Name}}</th>{{end}}</tr></thead>
{{range .Groups}}<tbody>
{{range .}}<tr>{{range .}}<td{{with .Class}} class="{{.}}"{{end}} data-label="{{.Label}}"{{with .All}} title="{{.}}"{{end}}>{{if .Href}}<a href="{{.Href}}" rel="noreferrer noopener"><bdi>{{.Text}}</bdi></a>{{else if .Text}}<bdi>{{.Text}}</bdi>{{end}}</td>{{end}}</tr>
{{end}}</tbody>
{{end}}</table>
{{end}}{{end}}{{end}}</main>
<footer>Made by samestory, {{.Made}}.</footer>
</body>
</html>
`
