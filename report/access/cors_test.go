package access

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Pages of origins that are listed may read what a token of theirs may read; all others may nothing, and nobody may write.
func TestCORS(t *testing.T) {
	tokens := OpenTokens(t.TempDir())
	read := made(t, tokens, "page", "read", time.Time{})
	listed := Rules{Origins: []string{"https://desk.example", "http://localhost:3000"}}
	const allow = "Access-Control-Allow-Origin"
	for _, tt := range []struct {
		name, method string
		rules        Rules
		headers      []string
		status       int
		want         map[string]string // of the answer
	}{
		{"off", "GET", Rules{}, []string{"Origin", "https://desk.example", "Authorization", "Bearer " + read}, 200, map[string]string{allow: "", "Access-Control-Expose-Headers": ""}},
		{"off, asked before", "OPTIONS", Rules{}, []string{"Origin", "https://desk.example", "Access-Control-Request-Method", "GET"}, 401, map[string]string{allow: ""}},
		{
			"asked before", "OPTIONS", listed,
			[]string{"Origin", "https://desk.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization"},
			204,
			map[string]string{allow: "https://desk.example", "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Credentials": "", "Access-Control-Max-Age": "600"},
		},
		{"before writing", "OPTIONS", listed, []string{"Origin", "https://desk.example", "Access-Control-Request-Method", "POST"}, 204, map[string]string{"Access-Control-Allow-Methods": "GET, HEAD"}},
		{"reading", "GET", listed, []string{"Origin", "https://desk.example", "Authorization", "Bearer " + read}, 200, map[string]string{allow: "https://desk.example", "Access-Control-Expose-Headers": "ETag, Link, Retry-After"}},
		{"without a token", "GET", listed, []string{"Origin", "http://localhost:3000"}, 401, map[string]string{allow: "http://localhost:3000"}},
		{"another port", "GET", listed, []string{"Origin", "http://localhost:3001", "Authorization", "Bearer " + read}, 200, map[string]string{allow: ""}},
		{"another scheme", "GET", listed, []string{"Origin", "http://desk.example", "Authorization", "Bearer " + read}, 200, map[string]string{allow: ""}},
		{"one that begins alike", "GET", listed, []string{"Origin", "https://desk.example.evil", "Authorization", "Bearer " + read}, 200, map[string]string{allow: ""}},
		{"nowhere", "OPTIONS", listed, []string{"Origin", "null", "Access-Control-Request-Method", "GET"}, 401, map[string]string{allow: ""}},
		{"two at once", "GET", listed, []string{"Origin", "https://desk.example", "Origin", "https://evil.example", "Authorization", "Bearer " + read}, 200, map[string]string{allow: ""}},
		{"writing", "POST", listed, []string{"Origin", "https://desk.example", "Authorization", "Bearer " + read}, 403, map[string]string{allow: "https://desk.example"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := far(request(t, tt.method, "/api/v1/events", tt.headers...))
			res := answer(t, New(tokens, tt.rules, time.Now, nil), r)
			if res.StatusCode != tt.status {
				t.Errorf("%d, want %d", res.StatusCode, tt.status)
			}
			got := map[string]string{}
			for name := range tt.want {
				got[name] = res.Header.Get(name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if varies := strings.Join(res.Header.Values("Vary"), ", "); (len(tt.rules.Origins) > 0) != strings.Contains(varies, "Origin") {
				t.Errorf("varies by %q", varies)
			}
		})
	}
}

// Every answer keeps its kind, and no page of another site takes it in.
func TestHeadersOfEveryAnswer(t *testing.T) {
	g := New(nil, Rules{}, time.Now, nil)
	for name, r := range map[string]*http.Request{
		"an answer": request(t, http.MethodGet, "/"), "a refusal": far(request(t, http.MethodGet, "/")), "a probe": request(t, http.MethodGet, "/healthz"),
	} {
		h := answer(t, g, r).Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", name, h)
		}
	}
}
