package fetch

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// signposts serves redirects: /CODE/PATH sends on to /PATH with the status CODE, and anything else is the end.
func signposts(w http.ResponseWriter, r *http.Request) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	code, err := strconv.Atoi(first)
	if err != nil {
		_, _ = fmt.Fprintf(w, "the end at %s", r.URL)
		return
	}
	w.Header().Set("Location", "/"+rest)
	w.WriteHeader(code)
}

func TestRedirects(t *testing.T) {
	base := serve(t, signposts)
	c := local(t, nil)
	for _, one := range []struct{ path, final, permanent string }{
		{"/feed", "/feed", ""},
		{"/301/feed", "/feed", "/feed"},
		{"/308/feed", "/feed", "/feed"},
		{"/302/feed", "/feed", ""},
		{"/303/feed", "/feed", ""},
		{"/307/feed", "/feed", ""},
		{"/301/308/feed", "/feed", "/feed"},
		{"/301/302/feed", "/feed", "/302/feed"}, // the part of the way that is for good
		{"/302/301/feed", "/feed", ""},
		{"/301/301/301/301/301/feed", "/feed", "/feed"},
	} {
		res := get(t, c, Request{URL: base + one.path})
		want := ""
		if one.permanent != "" {
			want = base + one.permanent
		}
		if res.FinalURL != base+one.final || res.Permanent != want {
			t.Errorf("%s: at %s, for good %s; want %s, %s", one.path, res.FinalURL, res.Permanent, base+one.final, want)
		}
	}
	fails(t, c, Request{URL: base + "/301/301/301/301/301/301/feed"}, ErrRedirects, "redirects")
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	hops := 0
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hops++
		to := map[string]string{
			"/self": "/self", "/a": "/b", "/b": "/a#x", "/file": "file:///etc/passwd", "/gopher": "gopher://127.0.0.1:70/",
			"/home": "http://127.0.0.7/", "/cloud": "//169.254.169.254/latest/meta-data", "/broken": "http://[::1/", "/escape": "/x%zz",
		}[r.URL.Path]
		if to == "" && r.URL.Path == "/forever" {
			n, _ := strconv.Atoi(r.URL.RawQuery)
			to = "/forever?" + strconv.Itoa(n+1)
		}
		w.Header()["Location"] = []string{to}
		w.WriteHeader(http.StatusMovedPermanently)
	})
	u, _ := url.Parse(base)
	c := local(t, func(o *Options) { o.AllowPrivate = []string{u.Host} })
	for _, one := range []struct {
		path string
		want error
		kind string
		hops int
	}{
		{"/self", ErrRedirects, "redirects", 1},
		{"/a", ErrRedirects, "redirects", 2},
		{"/forever", ErrRedirects, "redirects", 6},
		{"/broken", ErrRedirects, "redirects", 1},
		{"/escape", ErrRedirects, "redirects", 1},
		{"/file", ErrScheme, "scheme", 1},
		{"/gopher", ErrScheme, "scheme", 1},
		{"/home", ErrPrivate, "private", 1},
		{"/cloud", ErrPrivate, "private", 1},
		{"/no-location", nil, "status", 1},
	} {
		hops = 0
		fails(t, c, Request{URL: base + one.path}, one.want, one.kind)
		if hops != one.hops {
			t.Errorf("%s: %d requests, want %d", one.path, hops, one.hops)
		}
	}
}

func TestPasswordsStayWithTheirServer(t *testing.T) {
	var other string
	seen := map[string]string{}
	record := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			seen["away"] = r.Header.Get("Authorization")
			http.Redirect(w, r, other+"/", http.StatusFound)
			return
		}
		seen[r.URL.Path] = r.Header.Get("Authorization")
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://"+r.Host+"/stays", http.StatusMovedPermanently)
			return
		}
		w.WriteHeader(http.StatusForbidden)
	}
	other = serve(t, record)
	base := strings.Replace(serve(t, record), "http://", "http://desk:s3cret@", 1)
	c := local(t, nil)
	for _, path := range []string{"/away", "/moved"} {
		if err := fails(t, c, Request{URL: base + path}, nil, "status"); strings.Contains(err.Error(), "s3cret") {
			t.Errorf("a password is told: %v", err)
		}
	}
	with := "Basic " + base64.StdEncoding.EncodeToString([]byte("desk:s3cret"))
	if seen["away"] != with || seen["/moved"] != with || seen["/stays"] != with || seen["/"] != "" {
		t.Errorf("%q", seen)
	}
}
