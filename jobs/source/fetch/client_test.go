package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// local is a client for servers of this test: it may go to this machine, and is in no hurry and under no rate.
func local(t *testing.T, change func(*Options)) *Client {
	t.Helper()
	o := DefaultOptions("1.2.3")
	o.AllowPrivate = []string{"127.0.0.1", "::1"}
	o.Rate = 0
	o.Timeout, o.Connect = 10*time.Second, 2*time.Second
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve runs a server until the test ends.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func get(t *testing.T, c *Client, r Request) *Response {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// fails holds a Get to fail with an error and a kind.
func fails(t *testing.T, c *Client, r Request, want error, kind string) error {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err == nil {
		t.Fatalf("got %d with %d bytes, want %v", res.Status, len(res.Body), want)
	}
	if want != nil && !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	if got := Kind(err); got != kind {
		t.Errorf("the kind of %q is %q, want %q", err, got, kind)
	}
	return err
}

func TestGetSaysWhoAsks(t *testing.T) {
	var got http.Header
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.Header().Set("ETag", `"a"`)
		w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
		_, _ = w.Write([]byte("<rss/>"))
	})
	res := get(t, local(t, nil), Request{URL: url + "#top"})
	if want := "samestory/1.2.3 (+https://github.com/samestory/samestory)"; got.Get("User-Agent") != want {
		t.Errorf("the user agent is %q, want %q", got.Get("User-Agent"), want)
	}
	if res.Status != 200 || string(res.Body) != "<rss/>" || res.Wire != 6 || res.FinalURL != url+"/" || res.Permanent != "" ||
		res.ETag != `"a"` || res.LastModified != "Sun, 22 Nov 2026 10:00:00 GMT" || res.Truncated || res.NotModified {
		t.Errorf("%+v", res)
	}
}

func TestConditional(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"a"` && r.Header.Get("If-Modified-Since") == "Sun, 22 Nov 2026 10:00:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte("new"))
	})
	c := local(t, nil)
	known := Request{URL: url, ETag: `"a"`, LastModified: "Sun, 22 Nov 2026 10:00:00 GMT"}
	res := get(t, c, known)
	if !res.NotModified || res.Status != 304 || len(res.Body) > 0 || res.ETag != known.ETag || res.LastModified != known.LastModified {
		t.Errorf("%+v", res)
	}
	if res := get(t, c, Request{URL: url, ETag: "\"a\"\r\nX: y"}); res.NotModified || string(res.Body) != "new" {
		t.Errorf("a broken validator is to be left out: %+v", res)
	}
}

func TestCallerEnds(t *testing.T) {
	begun := make(chan bool)
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("the daemon stops")
	go func() { <-begun; cancel(stop) }()
	_, err := local(t, nil).Get(ctx, Request{URL: url})
	if !errors.Is(err, stop) || errors.Is(err, ErrTimeout) || !strings.HasPrefix(err.Error(), "get "+url) {
		t.Error(err)
	}
}
