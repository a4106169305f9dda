package report

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestHTMLBringsNothingWithIt holds that a report file of the newsroom, which has a hostile story, runs nothing and asks
// nobody for anything.
func TestHTMLBringsNothingWithIt(t *testing.T) {
	ours := map[string]bool{}
	for _, name := range strings.Fields("html head meta title style body main footer h1 h2 p dl dt dd table thead tbody tr th td a bdi blockquote svg text path line rect") {
		ours[name] = true
	}
	hostile := 0
	for name, v := range views(t) {
		out := render(t, v, HTML, Options{})
		if strings.ContainsAny(out, "\u202e\u202a\u202b\x1b\x00") {
			t.Errorf("%s: direction or control characters", name)
		}
		if strings.Contains(out, "&lt;script&gt;") {
			hostile++
		}
		styles := 0
		for z := html.NewTokenizer(strings.NewReader(out)); ; {
			if z.Next() == html.ErrorToken {
				if z.Err() != io.EOF {
					t.Errorf("%s: %v", name, z.Err())
				}
				break
			}
			tok := z.Token()
			if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
				continue
			}
			if !ours[tok.Data] {
				t.Errorf("%s has an element %q", name, tok.Data)
			}
			if tok.Data == "style" {
				styles++
			}
			for _, a := range tok.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "style", a.Key == "srcset":
					t.Errorf("%s: attribute %s of %s", name, a.Key, tok.Data)
				case a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://"):
					t.Errorf("%s links to %q", name, a.Val)
				}
			}
		}
		if styles == 0 || strings.Contains(out, "url(") || strings.Contains(out, "@import") {
			t.Errorf("%s: %d styles, or one that loads something", name, styles)
		}
	}
	if hostile == 0 {
		t.Error("no view has the hostile headline")
	}
}

func TestHTMLGolden(t *testing.T) {
	all := views(t)
	for _, name := range []string{"events", "event", "events-empty", "spread-story"} {
		golden(t, "html/"+name+".html", render(t, all[name], HTML, Options{}))
	}
}
