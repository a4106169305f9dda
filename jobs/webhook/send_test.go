package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The vectors were made with: printf '%s' '1767225600.{"version":1}' | openssl dgst -sha256 -hmac SECRET
func TestSignatureVectors(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 999, time.UTC)
	body := []byte(`{"version":1}`)
	const (
		first  = "69bfc613e1bf79043c299eecb626dbd2109c8df4db5ed357af87f18eb0e8b637"
		second = "ec6590dddc0ef57533c6c3a6b7ede9ea8a2fa2b2429b01b6d677133a406c220c"
	)
	for _, c := range []struct {
		secrets []string
		want    string
	}{
		{[]string{"a secret of some length"}, "t=1767225600,v1=" + first},
		{[]string{"a secret of some length", "another secret, 2026"}, "t=1767225600,v1=" + first + ",v1=" + second},
		{[]string{"another secret, 2026", "a secret of some length"}, "t=1767225600,v1=" + second + ",v1=" + first},
	} {
		if got := Sign(c.secrets, at, body); got != c.want {
			t.Errorf("%q: got %s, want %s", c.secrets, got, c.want)
		}
	}
	if Sign([]string{secret}, at, body) == Sign([]string{secret}, at.Add(time.Second), body) {
		t.Error("the time is not signed")
	}
}

// deliver sends one delivery over a real connection.
func deliver(t *testing.T, e Endpoint) answer {
	t.Helper()
	c := client(nil)
	t.Cleanup(c.CloseIdleConnections)
	return send(t.Context(), c, &e, "desk:1-2:0", 3, []byte(`{"id":"desk:1-2:0"}`), time.Now)
}

func served(t *testing.T, h http.HandlerFunc, change ...func(*Endpoint)) Endpoint {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return endpoint("desk", append([]func(*Endpoint){func(e *Endpoint) { e.URL = server.URL + "/hook?token=hidden" }}, change...)...)
}

func TestRequest(t *testing.T) {
	e := served(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, c := range [][2]string{
			{r.Method, "POST"},
			{r.URL.String(), "/hook?token=hidden"},
			{r.Header.Get("Content-Type"), "application/json"},
			{r.Header.Get("User-Agent"), "samestory"},
			{r.Header.Get("Samestory-Delivery"), "desk:1-2:0"},
			{r.Header.Get("Samestory-Attempt"), "3"},
			{string(body), `{"id":"desk:1-2:0"}`},
		} {
			if c[0] != c[1] {
				t.Errorf("got %q, want %q", c[0], c[1])
			}
		}
		at, sig, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Samestory-Signature"), "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte(secret))
		io.WriteString(mac, at+"."+string(body))
		if sig != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("signature %s", r.Header.Get("Samestory-Signature"))
		}
	})
	if a := deliver(t, e); a.verdict != delivered || a.reason != "" {
		t.Errorf("%+v", a)
	}
}

func TestVerdicts(t *testing.T) {
	for code, want := range map[int]verdict{
		200: delivered, 201: delivered, 204: delivered, 299: delivered,
		301: refused, 302: refused, 304: refused, 307: refused, 400: refused, 401: refused, 403: refused, 404: refused, 413: refused,
		408: failed, 425: failed, 429: failed, 500: failed, 502: failed, 503: failed, 599: failed,
		410: gone,
	} {
		e := served(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
		})
		if a := deliver(t, e); a.verdict != want || (want == delivered) != (a.reason == "") {
			t.Errorf("%d: %+v", code, a)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	e := served(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	a := deliver(t, e)
	if a.verdict != refused || a.reason != "the endpoint answers 307 Temporary Redirect; redirects are not followed" || elsewhere.Load() != 0 {
		t.Errorf("%+v, %d requests elsewhere", a, elsewhere.Load())
	}
}

// An answer without end costs a bounded time and no memory, and counts by its status; what is quoted of one is short,
// on one line and without control characters.
func TestAnswersAreBounded(t *testing.T) {
	endless := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(code)
			line := strings.Repeat("news\r\n\x1b[31m", 1000)
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, line); err != nil {
					return
				}
			}
		}
	}
	if a := deliver(t, served(t, endless(200))); a.verdict != delivered {
		t.Errorf("%+v", a)
	}
	a := deliver(t, served(t, endless(400)))
	if a.verdict != refused || len(a.reason) > longestReason+10 || strings.ContainsAny(a.reason, "\r\n\x1b") || !strings.Contains(a.reason, "news") {
		t.Errorf("%+v", a)
	}
}

func TestNoAnswer(t *testing.T) {
	release := make(chan struct{})
	e := served(t, func(http.ResponseWriter, *http.Request) { <-release }, func(e *Endpoint) { e.Timeout = 100 * time.Millisecond })
	defer close(release)
	if a := deliver(t, e); a.verdict != failed || a.reason != "no answer within 100ms" {
		t.Errorf("%+v", a)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a := send(ctx, client(nil), &e, "x", 1, nil, time.Now); a.verdict != failed {
		t.Errorf("%+v", a)
	}
}

// What follows the host of an address is a secret with many services, and so no part of an error.
func TestErrorsDoNotShowTheAddress(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cut.Close()
	for _, server := range []*httptest.Server{closed, cut} {
		a := deliver(t, endpoint("desk", func(e *Endpoint) { e.URL = server.URL + "/hook?token=hidden" }))
		if a.verdict != failed || a.reason == "" || strings.Contains(a.reason, "hidden") || strings.Contains(a.reason, secret) {
			t.Errorf("%+v", a)
		}
	}
}
