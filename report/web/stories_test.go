package web

import "testing"

// Names and addresses of sources are for people: decoded where they can be read, cut, and harmless.
func TestNamesOfSources(t *testing.T) {
	for name, want := range map[string]string{
		"courier": "courier",
		"coast/x.example/%E6%8A%97%E8%AE%AE/feed.xml": "coast/x.example/抗议/feed.xml",
		"x.example/%E2%80%AEgnp":                      "x.example/gnp",
		"x.example/%1b[2J%00":                         "x.example/\ufffd[2J\ufffd",
		"x.example/%ff%fe":                            "x.example/%ff%fe",
		"x.example/100%":                              "x.example/100%",
		"https://x.example/feed?a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "https://x.example/feed?a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…",
		"": "",
	} {
		if got := shortName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for _, x := range [][3]string{
		{"get https://x.example/feed: dial tcp: no such host", "https://x.example/feed", "dial tcp: no such host"},
		{"a web page, no feed", "https://x.example/feed", "a web page, no feed"},
		{"get : no address", "", "get : no address"},
	} {
		if got := withoutAddress(x[0], x[1]); got != x[2] {
			t.Errorf("%q: %q, want %q", x[0], got, x[2])
		}
	}
}
