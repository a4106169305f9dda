package article

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// linked is what a page says of its article in JSON-LD, which search engines made newspapers write.
type linked struct {
	headline, body, author, published string
}

const (
	// longestData bounds what a script of metadata may hold, in bytes; those of newspapers have some kilobytes, and a
	// hundred where the whole text is in there.
	longestData = 1 << 20
	// deepest bounds how far down an article is looked for.
	deepest = 20
)

// readLinked returns the first article with its text, else the first with a headline.
func readLinked(doc *html.Node) linked {
	var best linked
	found := false
	each(doc, func(n *html.Node) {
		if found || n.DataAtom != atom.Script || n.FirstChild == nil || len(n.FirstChild.Data) > longestData ||
			!strings.EqualFold(attribute(n, "type"), "application/ld+json") {
			return
		}
		var data any
		if json.Unmarshal([]byte(n.FirstChild.Data), &data) == nil {
			found = best.search(data, deepest)
		}
	})
	return best
}

// search tells whether it found an article with its text.
func (l *linked) search(data any, depth int) bool {
	if depth == 0 {
		return false
	}
	switch data := data.(type) {
	case []any:
		for _, item := range data {
			if l.search(item, depth-1) {
				return true
			}
		}
	case map[string]any:
		one := linked{
			headline: plain(data["headline"]), body: plain(data["articleBody"]), author: author(data["author"]),
			published: oneLine(word(data["datePublished"])),
		}
		if one.body != "" {
			*l = one
			return true
		}
		if one.headline != "" && *l == (linked{}) {
			*l = one
		}
		for _, key := range slices.Sorted(maps.Keys(data)) {
			if l.search(data[key], depth-1) {
				return true
			}
		}
	}
	return false
}

func word(data any) string {
	s, _ := data.(string)
	return s
}

// plain is a text without the markup and the escapes that some leave in it.
func plain(data any) string {
	s := word(data)
	if !strings.ContainsAny(s, "<&") {
		return lines(s)
	}
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return ""
	}
	if strings.Contains(s, "</") {
		var out []string
		for _, b := range blocks(doc) {
			out = append(out, b.text)
		}
		return strings.Join(out, "\n\n")
	}
	return lines(html.UnescapeString(s))
}

// lines keeps the ends of paragraphs where they are written.
func lines(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		if line = oneLine(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n\n")
}

// author is a name, an object with a name, or a list of them.
func author(data any) string {
	switch data := data.(type) {
	case string:
		return oneLine(data)
	case map[string]any:
		return oneLine(word(data["name"]))
	case []any:
		var names []string
		for _, one := range data {
			if _, list := one.([]any); !list {
				if name := author(one); name != "" {
					names = append(names, name)
				}
			}
		}
		return strings.Join(names, ", ")
	}
	return ""
}
