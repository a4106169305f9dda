package source

import "testing"

func TestCanonicalURL(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"https://www.Courier.example/News/A", "courier.example/News/A"},
		{"http://courier.example:80/a/", "courier.example/a"},
		{"https://courier.example:443/a", "courier.example/a"},
		{"https://courier.example:8443/a", "courier.example:8443/a"},
		{"https://user:pw@courier.example./a#top", "courier.example/a"},
		{"https://courier.example/?utm_source=x&UTM_Medium=y&fbclid=z", "courier.example"},
		{"https://courier.example/?b=2&a=1&&gclid=3", "courier.example?a=1&b=2"},
		{"https://courier.example/?p=123", "courier.example?p=123"},
		{"//courier.example/a", "courier.example/a"},
		{"courier.example/a", "courier.example/a"},
		{" HTTPS://courier.example/ä ", "courier.example/%C3%A4"},
	} {
		u, ok := webURL(c.in)
		if !ok {
			t.Errorf("%s: no address", c.in)
			continue
		}
		if got := canonicalURL(u); got != c.want {
			t.Errorf("%s: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestNoWebAddress(t *testing.T) {
	for _, s := range []string{"", "/news/1", "news/1", "javascript:alert(1)", "mailto:a@b.example", "ftp://x.example/a", "https://", "http://[::1", "urn:x:y", "a b"} {
		if u, ok := webURL(s); ok {
			t.Errorf("%q: taken as %s", s, u)
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"https://www.courier.example/a?utm_x=1&b=2#c", "//x.y", "x.y/z", "http://[::1]:80/", "https://a:99999/", "https://a/%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, ok := webURL(s)
		if !ok {
			return
		}
		key := canonicalURL(u)
		if again, ok := webURL(u.String()); !ok || canonicalURL(again) != key {
			t.Fatalf("%q: %q does not keep its key %q", s, u, key)
		}
	})
}
