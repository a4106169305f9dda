package feed

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// readPage says what a web page is and which feeds it names.
func readPage(b []byte, address string) error {
	base, _ := url.Parse(address)
	e := &PageError{}
	z := html.NewTokenizer(bytes.NewReader(b[:min(len(b), 256<<10)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return e
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch {
			case t.Data == "title" && e.Title == "" && z.Next() == html.TextToken:
				e.Title = strings.Join(strings.Fields(short80(z.Token().Data)), " ")
			case t.Data == "link" && namesFeed(t):
				if u := absolute(base, attribute(t, "href")); u != "" && len(e.Feeds) < 10 {
					e.Feeds = append(e.Feeds, u)
				}
			}
		}
	}
}

func namesFeed(t html.Token) bool {
	switch strings.ToLower(strings.TrimSpace(attribute(t, "type"))) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
		return strings.Contains(strings.ToLower(attribute(t, "rel")), "alternate")
	}
	return false
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func short80(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	return s
}
