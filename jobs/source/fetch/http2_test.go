package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestHTTP2 holds that the limits are the same where the other protocol is spoken.
func TestHTTP2(t *testing.T) {
	proto := ""
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			proto = r.Proto
			_, _ = w.Write(feed)
		case "/header":
			for range 70 {
				w.Header().Add("X-Big", strings.Repeat("x", 1000))
			}
		case "/200MB":
			_, _ = io.CopyN(w, zeros{}, 200<<20)
		case "/reset":
			_, _ = w.Write(feed)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/hang":
			<-r.Context().Done()
		}
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	trust := x509.NewCertPool()
	trust.AddCert(s.Certificate())
	c := local(t, func(o *Options) { o.TLS = &tls.Config{RootCAs: trust} })
	hasty := local(t, func(o *Options) { o.TLS = &tls.Config{RootCAs: trust}; o.Timeout = o.Timeout / 20 })
	if res := get(t, c, Request{URL: s.URL + "/feed"}); proto != "HTTP/2.0" || len(res.Body) != len(feed) {
		t.Errorf("%s, %+v", proto, res)
	}
	fails(t, c, Request{URL: s.URL + "/header"}, ErrHeader, "header")
	fails(t, c, Request{URL: s.URL + "/200MB"}, ErrTooLarge, "too_large")
	fails(t, c, Request{URL: s.URL + "/reset"}, nil, "reset")
	fails(t, hasty, Request{URL: s.URL + "/hang"}, ErrTimeout, "timeout")
}
