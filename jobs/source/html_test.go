package source

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHTMLText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"paragraphs", "<p>One\n two</p><p>Three</p>", "One two\n\nThree"},
		{"inline markup", "A <b>bold</b>, <a href=x>linked</a>word", "A bold, linkedword"},
		{"breaks", "one<br>two<br/>three<br /><br>four", "one\ntwo\nthree\nfour"},
		{"list", "<ul><li>a<li>b</ul>c", "a\nb\n\nc"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a b\nc d"},
		{"entities", "&lt;p&gt; &amp;&nbsp;&eacute;&#8217;&nosuch;", "<p> & é’&nosuch;"},
		{"dropped", "<script>if (a<b) '</p>'</script>x<style>p{}</style><noscript>n</noscript><!-- c --><svg><text>s</text></svg>y", "xy"},
		{"around the article", "<header>Head</header><nav><ul><li>Home</ul></nav><article>Body</article><footer>Foot</footer>", "Head\n\nBody"},
		{"nested", "<aside>a<aside>b</aside>c</aside>d", "d"},
		{"unclosed nav", "<nav><p>All of it", "All of it"},
		{"unclosed tags", "<div><p>One<div>Two", "One\n\nTwo"},
		{"stray ends", "</p></div>One</b></nav>", "One"},
		{"preformatted", "<pre>a\n\n  b</pre>c", "a\n\nb\n\nc"},
		{"a tag left in text", "One\nline <b>bold</b>.\n\nTwo.\n\n\n\nThree", "One\nline bold.\n\nTwo.\n\nThree"},
		{"a break left in text", "One\n\nTwo<br>half\n\nThree", "One\n\nTwo\nhalf\n\nThree"},
		{"empty lines in markup", "<p>One\n\n</p>\n\n<p>Two\nhalf</p>", "One\n\nTwo half"},
		{"cut in a tag", "<p>One</p><a href=\"x", "One"},
		{"no markup", "just words", "just words"},
		{"nothing", "<p> &nbsp; </p>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := htmlText(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLooksHTML(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "a < b > c": false, "<P> rose, <BR.N> fell": false, "</": false, "</ p>": false, "<p": false, "x <- y": false,
		"a</b>": true, "<p>a": true, "a<br>b": true, "a<br/>b": true, "<img src=x>": true, "<!-- x -->a": true, "<p class='x'>a": true,
		"< </h1>": true, "I <3 you": false, "mail <ann@courier.example>": false,
	} {
		if got := looksHTML(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// Deep nesting and unclosed comments must not cost more than a walk.
func TestHostileHTML(t *testing.T) {
	for name, s := range map[string]string{
		"nesting":  strings.Repeat("<div>", 60_000) + "x",
		"navs":     strings.Repeat("<nav>", 60_000) + "x",
		"brackets": strings.Repeat("<", 300_000),
		"openers":  strings.Repeat("<p ", 100_000) + ">",
		"closers":  strings.Repeat("</", 150_000),
		"entities": strings.Repeat("&", 300_000),
		"comments": strings.Repeat("<!--", 75_000),
	} {
		start := time.Now()
		looksHTML(s)
		htmlText(s)
		entities(s)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s: %s", name, d)
		}
	}
}
