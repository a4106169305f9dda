package feed

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
)

//go:embed content.html
var contentHTML string

// body writes what an entry says. html/template escapes for the place and lets no scripts pass into addresses.
type body struct{ t *template.Template }

func newBody() body { return body{template.Must(template.New("content").Parse(contentHTML))} }

type content struct {
	Lead, New string
	Quotes    []quote
	Count     string
	Outlets   []outletLine
	Elsewhere string
	Earlier   []earlierLine
	Event     string
	Thread    string // empty where the thread is this event alone
}

type quote struct{ Text, Speaker string }

type outletLine struct{ Stories []storyLine }

type storyLine struct{ Label, URL, When, Title, Copy string }

type earlierLine struct{ URL, Title, When string }

const (
	// outletsShown bounds the list of outlets, storiesShown that of the stories of one.
	outletsShown, storiesShown = 40, 5
	// newsShown bounds the names, the figures and the quotations that are new.
	newsShown = 4
)

// html gives the content of an entry, with addresses under base.
func (b body) html(x *entry, base string) (string, error) {
	c := content{
		Lead: x.lead, New: newsText(&x.news), Count: countText(x), Event: base + eventPath(x.event),
	}
	for i, q := range x.news.Quotes {
		if i == newsShown {
			break
		}
		c.Quotes = append(c.Quotes, quote{typeset.Clean(q.Text), typeset.Clean(q.Speaker)})
	}
	for i := range x.outlets {
		if i == outletsShown {
			c.Elsewhere = typeset.Plural(len(x.outlets)-i, "further outlet", "further outlets")
			break
		}
		c.Outlets = append(c.Outlets, outletLineOf(&x.outlets[i], x.title))
	}
	if x.elsewhere > 0 {
		c.Elsewhere = strings.TrimPrefix(c.Elsewhere+"; "+typeset.Plural(x.elsewhere, "outlet", "outlets")+" outside of this feed", "; ")
	}
	for _, h := range x.earlier {
		c.Earlier = append(c.Earlier, earlierLine{base + eventPath(h.event), titleOf(h.title), when(h.at, h.precision)})
	}
	if len(x.earlier) > 0 {
		c.Thread = base + threadPath(x.thread)
	}
	var out bytes.Buffer
	if err := b.t.Execute(&out, c); err != nil {
		return "", fmt.Errorf("entry %s: %w", x.id, err)
	}
	return strings.TrimSpace(out.String()), nil
}

// outletLineOf names an outlet at its first story and the others by their headlines. A headline that stands over the
// entry already is not said again.
func outletLineOf(o *outlet, title string) outletLine {
	var l outletLine
	for i := range o.stories {
		if i == storiesShown {
			break
		}
		s := &o.stories[i]
		line := storyLine{Label: typeset.Outlet(o.name), URL: typeset.WebAddress(s.url), When: when(s.published, s.precision), Copy: s.copy}
		if i > 0 {
			line.Label = titleOf(s.title)
		} else if typeset.Clean(s.title) != typeset.Clean(title) {
			line.Title = clip(typeset.Clean(s.title), titleRunes)
		}
		l.Stories = append(l.Stories, line)
	}
	return l
}

// newsText names what is new in a beat: names, then figures.
func newsText(n *report.News) string {
	var parts []string
	for i, name := range n.Names {
		if i == newsShown {
			break
		}
		parts = append(parts, typeset.Clean(name))
	}
	for i := range n.Figures {
		if i == newsShown {
			break
		}
		parts = append(parts, typeset.Clean(n.Figures[i].Text))
	}
	return strings.Join(parts, "; ")
}

func countText(x *entry) string {
	if len(x.outlets) == 1 && x.copies == 0 {
		return ""
	}
	s := typeset.Plural(len(x.outlets), "outlet", "outlets")
	if x.copies > 0 {
		s += ", " + typeset.Plural(x.copies, "copy", "copies")
	}
	return s
}

// titleOf is a title as feeds show it.
func titleOf(s string) string {
	if s = clip(typeset.Clean(s), titleRunes); s == "" {
		return "(no headline)"
	}
	return s
}

// when is a time in words. Feeds are read anywhere: it names its zone.
func when(t time.Time, p cluster.Precision) string {
	switch p {
	case cluster.Exact:
		return t.Format("2 January 2006, 15:04 UTC")
	case cluster.Day:
		return t.Format("2 January 2006")
	}
	return "undated"
}

func eventPath(id string) string  { return "/event/" + url.PathEscape(id) }
func threadPath(id string) string { return "/thread/" + url.PathEscape(id) }
