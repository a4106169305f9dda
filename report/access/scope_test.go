package access

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However a path is written and whatever the method is called, a token reaches no handler whose scope it has not.
func TestNoWayAround(t *testing.T) {
	tokens := OpenTokens(t.TempDir())
	show := map[Scope]string{}
	for _, s := range AllScopes() {
		show[s] = made(t, tokens, string(s), string(s), time.Time{})
	}
	var reached Scope
	at := func(s Scope) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = s })
	}
	mux := http.NewServeMux()
	routes := map[string]Scope{
		"GET /": Read, "GET /story/{id}": Read, "GET /api/v1/events": Read, "GET /api/v1/stories": Read, "POST /seen": Read,
		"POST /api/v1/match": Read, "POST /v1/stories": Push, "POST /api/v1/stories": Push, "POST /edit": Edit,
		"POST /api/v1/overrides": Edit, "POST /edits/{number}/undo": Edit, "POST /api/v1/{kind}": Edit, "DELETE /api/v1/stories": Edit,
		"PUT /v1/stories": Edit,
	}
	for pattern, s := range routes {
		mux.Handle(pattern, at(s))
	}
	for _, path := range probes { // open to everybody
		mux.Handle("GET "+path, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	}
	h, err := New(tokens, Rules{}, time.Now, nil).Wrap(mux)
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/", "/story/x", "/api/v1/events", "/api/v1/stories", "/seen", "/api/v1/match", "/v1/stories", "/edit", "/api/v1/overrides", "/edits/7/undo", "/healthz", "/metrics"}
	for pattern, s := range routes {
		method, path, _ := strings.Cut(pattern, " ")
		r := far(request(t, method, strings.NewReplacer("{", "", "}", "").Replace(path), "Authorization", "Bearer "+show[s]))
		reached = ""
		h.ServeHTTP(httptest.NewRecorder(), r)
		if reached != s {
			t.Errorf("%s with the scope %s reached %q", pattern, s, reached)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(t, "path")
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			i := rapid.IntRange(0, len(path)-1).Draw(t, "at")
			switch rapid.IntRange(0, 5).Draw(t, "change") {
			case 0:
				if path[i] != '%' && path[i] != '/' {
					path = path[:i] + fmt.Sprintf("%%%02x", path[i]) + path[i+1:]
				}
			case 1:
				path = strings.Replace(path, "/", "//", 1)
			case 2:
				path = strings.Replace(path, "/v1", "/./v1", 1)
			case 3:
				path = "/v1/stories/.." + path
			case 4:
				path += "/"
			case 5:
				path = strings.Replace(path, "s", "S", 1)
			}
		}
		method := rapid.SampledFrom([]string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "post", "TRACE"}).Draw(t, "method")
		has := rapid.SampledFrom(AllScopes()).Draw(t, "scope")
		r, err := http.NewRequest(method, "http://news.example"+path, nil)
		if err != nil {
			t.Skip("no request")
		}
		r.RemoteAddr = "203.0.113.7:1"
		r.Header.Set("Authorization", "Bearer "+show[has])
		if rapid.Bool().Draw(t, "override") {
			r.Header.Set("X-HTTP-Method-Override", "GET")
			r.Header.Set("X-Original-URL", "/")
		}
		reached = ""
		h.ServeHTTP(httptest.NewRecorder(), r)
		if reached != "" && reached != has {
			t.Fatalf("%s %s with the scope %s reached %s", method, path, has, reached)
		}
	})
}
