package web

import (
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// broken is a snapshot that fails at the first row.
type broken struct {
	*fixture.Reader
	err error
}

func (b broken) EventHeads(time.Time, time.Time) iter.Seq2[store.EventHead, error] {
	return func(yield func(store.EventHead, error) bool) { yield(store.EventHead{}, b.err) }
}

func (b broken) Runs() iter.Seq2[store.Run, error] {
	return func(yield func(store.Run, error) bool) { yield(store.Run{}, b.err) }
}

func TestServerKnowsItsNames(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(serve(fixture.Newsroom()), "news.example")
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	for host, want := range map[string]int{
		"localhost":            200,
		"localhost:8080":       200,
		"127.0.0.1:7319":       200,
		"[::1]:7319":           200,
		"samestory.localhost":  200,
		"news.example":         200,
		"NEWS.example:80":      200,
		"rebound.evil.example": http.StatusMisdirectedRequest,
		"localhost.evil.com":   http.StatusMisdirectedRequest,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", host, res.StatusCode, want)
		}
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-done; err != http.ErrServerClosed {
		t.Error(err)
	}
}

func TestServerHasTimeouts(t *testing.T) {
	s := NewServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("%+v", s)
	}
	if host, _, err := net.SplitHostPort(DefaultAddress); err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("the default address is %s", DefaultAddress)
	}
}

func TestServerOnOtherAddressesLeavesNamesToItsUser(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "http://anything.example/healthz", nil)
	NewServer(serve(fixture.Newsroom())).Handler.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
}
