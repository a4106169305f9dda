package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/report/internal/fixture"
)

func options(r *fixture.Reader) Options {
	return Options{View: func() Snapshot { return r }, Now: func() time.Time { return fixture.Now }}
}

func serve(r *fixture.Reader) http.Handler { return New(options(r)) }

func fetch(t *testing.T, h http.Handler, target string, header ...string) *http.Response {
	t.Helper()
	return send(t, h, http.MethodGet, target, "", header...)
}

func send(t *testing.T, h http.Handler, method, target, body string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
