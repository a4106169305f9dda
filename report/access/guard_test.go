package access

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// request is one from this machine unless it says otherwise; headers are pairs.
func request(t testing.TB, method, target string, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "localhost:7319"
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7319})))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// far makes it one from another machine.
func far(r *http.Request) *http.Request {
	r.RemoteAddr, r.Host = "203.0.113.7:40000", "news.example:7319"
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(198, 51, 100, 1), Port: 7319})))
}

func basic(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+password))
}

func answer(t testing.TB, g *Guard, r *http.Request) *http.Response {
	t.Helper()
	h, err := g.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("in")) }))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func made(t testing.TB, tokens *Tokens, name, scopes string, expires time.Time) string {
	t.Helper()
	list, err := ParseScopes(scopes)
	if err != nil {
		t.Fatal(err)
	}
	_, text, err := tokens.New(name, list, expires, start)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Who may do what: from this machine and from another one, without tokens, with tokens of each scope, and where everybody
// may read.
func TestWhoMayDoWhat(t *testing.T) {
	const secret = "a-secret-of-the-config"
	none := OpenTokens(t.TempDir())
	some := OpenTokens(t.TempDir())
	read, push, edit := made(t, some, "r", "read", time.Time{}), made(t, some, "p", "push", time.Time{}), made(t, some, "e", "edit", time.Time{})
	both, old := made(t, some, "b", "read,push", time.Time{}), made(t, some, "o", "read,push,edit", start.Add(time.Hour))
	emptied := OpenTokens(t.TempDir())
	gone := made(t, emptied, "gone", "read,push,edit", time.Time{})
	if _, err := emptied.Revoke("gone"); err != nil {
		t.Fatal(err)
	}
	page, story, order := "GET /event/x", "POST /v1/stories", "POST /api/v1/overrides"
	for _, tt := range []struct {
		name   string
		tokens *Tokens
		rules  Rules
		far    bool
		show   string
		want   map[string]int
	}{
		{"here, without any token", none, Rules{}, false, "", map[string]int{page: 200, story: 200, order: 200, "DELETE /api/v1/overrides/1": 200}},
		{"elsewhere, without any token", none, Rules{}, true, "", map[string]int{page: 401, story: 401, order: 401, "GET /": 401, "GET /style.css": 401}},
		{"elsewhere, in public", none, Rules{Public: true}, true, "", map[string]int{page: 200, story: 401, order: 401, "POST /seen": 200, "POST /api/v1/match": 200}},
		{"here, with a token in the config", none, Rules{Secret: secret}, false, "", map[string]int{page: 200, story: 401, order: 401, "POST /seen": 200}},
		{"the token of the config", none, Rules{Secret: secret}, true, "Bearer " + secret, map[string]int{page: 200, story: 200, order: 200}},
		{"as a password", none, Rules{Secret: secret}, true, basic(secret), map[string]int{page: 200, story: 200, order: 200}},
		{"the scheme is a word", none, Rules{Secret: secret}, true, "bEARER  " + secret + " ", map[string]int{page: 200}},
		{"another scheme", none, Rules{Secret: secret}, true, "Token " + secret, map[string]int{page: 401}},
		{"no scheme", none, Rules{Secret: secret}, true, secret, map[string]int{page: 401}},
		{"a part of it", none, Rules{Secret: secret}, true, "Bearer " + secret[1:], map[string]int{page: 401, story: 401, order: 401}},
		{"nothing", none, Rules{}, true, "Bearer ", map[string]int{page: 401, story: 401}},
		{"no password", none, Rules{}, true, basic(""), map[string]int{page: 401, story: 401}},
		{"here, with tokens", some, Rules{}, false, "", map[string]int{page: 200, story: 401, order: 401}},
		{"here, with a wrong one", some, Rules{}, false, "Bearer x", map[string]int{page: 200, story: 401}},
		{"elsewhere, with tokens", some, Rules{}, true, "", map[string]int{page: 401, story: 401, order: 401}},
		{"read", some, Rules{}, true, "Bearer " + read, map[string]int{page: 200, story: 403, order: 403, "HEAD /": 200, "POST /seen": 200, "POST /api/v1/match": 200}},
		{"read, as a password", some, Rules{}, true, basic(read), map[string]int{page: 200, "GET /feeds/events.atom": 200, order: 403}},
		{"push", some, Rules{}, true, "Bearer " + push, map[string]int{page: 403, story: 200, "POST /api/v1/stories": 200, order: 403, "PUT /api/v1/stories": 403}},
		{"push, written in another way", some, Rules{}, true, "Bearer " + push, map[string]int{"POST /v1/%73tories": 403, "POST /v1//stories": 403, "POST /v1/stories/": 403}},
		{"edit", some, Rules{}, true, "Bearer " + edit, map[string]int{page: 403, story: 403, order: 200, "POST /edit": 200, "POST /edits/2/undo": 200, "DELETE /x": 200, "PATCH /x": 200}},
		{"edit, here", some, Rules{}, false, "Bearer " + edit, map[string]int{page: 200, story: 403, order: 200}},
		{"two scopes", some, Rules{}, true, "Bearer " + both, map[string]int{page: 200, story: 200, order: 403}},
		{"beside that of the config", some, Rules{Secret: secret}, true, "Bearer " + read, map[string]int{page: 200, order: 403}},
		{"a method of its own", some, Rules{}, true, "Bearer " + read, map[string]int{"BREW /": 403, "OPTIONS /": 200}},
		{"expired", some, Rules{}, true, "Bearer " + old, map[string]int{page: 401, story: 401, order: 401}},
		{"expired, here", some, Rules{}, false, "Bearer " + old, map[string]int{page: 200, order: 401}},
		{"revoked", emptied, Rules{}, true, "Bearer " + gone, map[string]int{page: 401, order: 401}},
		{"revoking the last opens nothing", emptied, Rules{}, false, "", map[string]int{page: 200, story: 401, order: 401}},
		{"no file of tokens", nil, Rules{}, true, "Bearer " + read, map[string]int{page: 401}},
		{"health", some, Rules{}, true, "", map[string]int{"GET /healthz": 200, "GET /readyz": 200, "HEAD /metrics": 200, "POST /healthz": 401, "GET /healthz/": 401}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := New(tt.tokens, tt.rules, (&clock{start.Add(2 * time.Hour)}).now, nil)
			got := map[string]int{}
			for what := range tt.want {
				method, path, _ := strings.Cut(what, " ")
				r := request(t, method, path)
				if tt.show != "" {
					r.Header.Set("Authorization", tt.show)
				}
				if tt.far {
					r = far(r)
				}
				got[what] = answer(t, g, r).StatusCode
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A request counts as one of this machine only if nothing says that somebody else has asked.
func TestLocal(t *testing.T) {
	for _, tt := range []struct {
		name    string
		proxies []netip.Prefix
		change  func(*http.Request)
		want    int
	}{
		{"itself", nil, func(*http.Request) {}, 200},
		{"in numbers", nil, func(r *http.Request) { r.Host = "127.0.0.1" }, 200},
		{"over IPv6", nil, func(r *http.Request) { r.RemoteAddr, r.Host = "[::1]:999", "[::1]:7319" }, 200},
		{"as IPv6 shows IPv4", nil, func(r *http.Request) { r.RemoteAddr = "[::ffff:127.0.0.1]:999" }, 200},
		{"under its public name", nil, func(r *http.Request) { r.Host = "news.example" }, 401},
		{"under the address of no machine", nil, func(r *http.Request) { r.Host = "0.0.0.0:7319" }, 401},
		{"under that of its network", nil, func(r *http.Request) { r.Host = "192.168.1.5:7319" }, 401},
		{"through a proxy", nil, func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1") }, 401},
		{"through one that says nothing", nil, func(r *http.Request) { r.Header["X-Forwarded-For"] = []string{""} }, 401},
		{"through another one", nil, func(r *http.Request) { r.Header.Set("Via", "1.1 cache") }, 401},
		{"through one that hides", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, func(*http.Request) {}, 401},
		{"from the network", nil, func(r *http.Request) { r.RemoteAddr = "192.168.1.9:1" }, 401},
		{"from nowhere", nil, func(r *http.Request) { r.RemoteAddr = "@" }, 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := New(nil, Rules{Hosts: []string{"news.example"}, Proxies: tt.proxies}, time.Now, nil)
			r := request(t, http.MethodGet, "/")
			tt.change(r)
			if got := answer(t, g, r).StatusCode; got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
}

// A page on the web that has its own name lead here is not answered, whatever it asks for.
func TestServerKnowsItsNames(t *testing.T) {
	g := New(nil, Rules{Hosts: []string{"news.example"}, Public: true}, time.Now, nil)
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:7319": 200, "[::1]:7319": 200, "[::1]": 200, "samestory.localhost": 200,
		"news.example": 200, "NEWS.example:80": 200, "192.168.1.5": 200,
		"rebound.evil.example": 421, "localhost.evil.com": 421, "": 421, "localhost@evil.com": 421, "127.0.0.1.evil.com": 421, "evil.com:localhost": 421,
	} {
		for _, path := range []string{"/", "/healthz", "/metrics"} {
			r := request(t, http.MethodGet, path)
			r.Host = host
			if got := answer(t, g, r).StatusCode; got != want {
				t.Errorf("%q %s: %d, want %d", host, path, got, want)
			}
		}
	}
	r := far(request(t, http.MethodGet, "/"))
	r.Host = "anything.example"
	if got := answer(t, g, r).StatusCode; got != 200 {
		t.Errorf("on other addresses names are the user's: %d", got)
	}
}

// What a browser sends because a page of another site has it do so changes nothing, whatever the browser shows along.
func TestOtherSitesChangeNothing(t *testing.T) {
	tokens := OpenTokens(t.TempDir())
	text := made(t, tokens, "all", "read,push,edit", time.Time{})
	g := New(tokens, Rules{Origins: []string{"https://desk.example"}}, time.Now, nil)
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"a program", nil, 200},
		{"a page of this server", []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://localhost:7319"}, 200},
		{"an address that was typed", []string{"Sec-Fetch-Site", "none"}, 200},
		{"a page of another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"a page of a neighbour", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://localhost:80"}, 403},
		{"an old browser", []string{"Origin", "https://evil.example"}, 403},
		{"an old browser, from here", []string{"Origin", "http://localhost:7319"}, 200},
		{"a page that hides", []string{"Origin", "null"}, 403},
		{"a page that may read", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://desk.example"}, 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, show := range []string{basic(text), "Bearer " + text} {
				for _, what := range []string{"/edit", "/v1/stories", "/api/v1/overrides", "/seen", "/api/v1/match"} {
					r := request(t, http.MethodPost, what, append([]string{"Authorization", show}, tt.headers...)...)
					if got := answer(t, g, r).StatusCode; got != tt.want {
						t.Errorf("%s: %d, want %d", what, got, tt.want)
					}
				}
				if got := answer(t, g, request(t, http.MethodGet, "/", append([]string{"Authorization", show}, tt.headers...)...)).StatusCode; got != 200 {
					t.Errorf("reading: %d", got)
				}
			}
		})
	}
}

// Refusals are problems as RFC 9457 describes them, say what to do, and ask for a token in both ways.
func TestRefusals(t *testing.T) {
	tokens := OpenTokens(t.TempDir())
	read, old := made(t, tokens, "reader", "read", time.Time{}), made(t, tokens, "old", "edit", start.Add(time.Minute))
	c := &clock{start.Add(time.Hour)}
	for _, tt := range []struct {
		name, show string
		status     int
		detail     string
		asks       []string
	}{
		{"nothing shown", "", 401, "needs a token with the scope edit", []string{`Bearer realm="samestory"`, `Basic realm="samestory: the token is the password", charset="UTF-8"`}},
		{"a wrong one", "Bearer x", 401, "is none, or was revoked", []string{`Bearer realm="samestory", error="invalid_token"`, `Basic realm="samestory: the token is the password", charset="UTF-8"`}},
		{"an expired one", "Bearer " + old, 401, `"old" expired at 2026-03-02T08:01:00Z`, []string{`Bearer realm="samestory", error="invalid_token"`, `Basic realm="samestory: the token is the password", charset="UTF-8"`}},
		{"another scope", "Bearer " + read, 403, `"reader" has not the scope edit`, []string{`Bearer realm="samestory", error="insufficient_scope", scope="edit"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := far(request(t, http.MethodPost, "/api/v1/overrides"))
			if tt.show != "" {
				r.Header.Set("Authorization", tt.show)
			}
			g, reason := New(tokens, Rules{}, c.now, nil), ""
			g.Count(func(why string) { reason += why })
			res := answer(t, g, r)
			if want := map[int]string{401: ByToken, 403: ByScope}[tt.status]; reason != want {
				t.Errorf("counted as %q, want %q", reason, want)
			}
			var p Problem
			if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != tt.status || p.Status != tt.status || p.Type != "about:blank" || p.Title != http.StatusText(tt.status) ||
				!strings.Contains(p.Detail, tt.detail) || !strings.Contains(p.Hint, "samestory token new --scope edit") {
				t.Errorf("%d %+v", res.StatusCode, p)
			}
			if diff := cmp.Diff(tt.asks, res.Header.Values("WWW-Authenticate")); diff != "" {
				t.Error(diff)
			}
			if res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Cache-Control") != "no-store" ||
				res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%v", res.Header)
			}
		})
	}
}

// Of two tokens in one request nobody knows which one was meant.
func TestTwoTokensAreNone(t *testing.T) {
	const secret = "a-secret-of-the-config"
	g := New(nil, Rules{Secret: secret}, time.Now, nil)
	r := far(request(t, http.MethodGet, "/", "Authorization", "Bearer "+secret, "Authorization", "Bearer x"))
	if got := answer(t, g, r).StatusCode; got != 401 {
		t.Errorf("%d", got)
	}
}

// A file that cannot be read lets nobody in, opens nothing, and is told once.
func TestUnreadableTokens(t *testing.T) {
	dir := t.TempDir()
	tokens := OpenTokens(dir)
	text := made(t, tokens, "all", "read,push,edit", time.Time{})
	whole, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	g := New(tokens, Rules{}, time.Now, slog.New(slog.NewTextHandler(&log, nil)))
	status := func(r *http.Request) int { return answer(t, g, r).StatusCode }
	for _, content := range []string{"", "{", `{"version":2,"tokens":[]}`, strings.Replace(string(whole), `"version"`, `"limits":1,"version"`, 1)} {
		if err := os.WriteFile(filepath.Join(dir, FileName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := tokens.List(); !errors.Is(err, ErrFile) {
			t.Errorf("%q: %v", content, err)
		}
		if got := status(far(request(t, http.MethodGet, "/", "Authorization", "Bearer "+text))); got != 503 {
			t.Errorf("%q: with the token %d", content, got)
		}
		if got := status(far(request(t, http.MethodGet, "/", "Authorization", "Bearer x"))); got != 503 {
			t.Errorf("%q: with what may be one %d", content, got)
		}
		if got := status(request(t, http.MethodPost, "/v1/stories")); got != 401 {
			t.Errorf("%q: without one, here, %d", content, got)
		}
		if _, _, err := tokens.New("more", AllScopes(), time.Time{}, start); !errors.Is(err, ErrFile) {
			t.Errorf("%q: a new one over it: %v", content, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := status(far(request(t, http.MethodGet, "/", "Authorization", "Bearer "+text))); got != 200 {
		t.Errorf("when it is back: %d", got)
	}
	if strings.Count(log.String(), `msg="tokens cannot be read`) != 1 || strings.Count(log.String(), "tokens are read again") != 1 {
		t.Errorf("told as:\n%s", &log)
	}
}

// Whatever is sent as Authorization, only a token that was made lets anybody in.
func FuzzAuthorization(f *testing.F) {
	tokens := OpenTokens(f.TempDir())
	text := made(f, tokens, "all", "read,push,edit", time.Time{})
	const secret = "a-secret-of-the-config"
	g := New(tokens, Rules{Secret: secret}, time.Now, nil)
	for _, seed := range []string{"", "Bearer", "Bearer " + text[:len(text)-1], "Bearer sst_aaaaaaaa_", "Basic Og==", basic("x"), "Basic " + text, "Digest username=\"a\"", "Bearer\t" + secret, "bearer \x00"} {
		f.Add(seed, "10.0.0.1, unknown", "news.example")
	}
	f.Fuzz(func(t *testing.T, shown, forwarded, host string) {
		r := far(request(t, http.MethodPost, "/api/v1/overrides"))
		r.Header["Authorization"], r.Header["X-Forwarded-For"], r.Host = []string{shown}, []string{forwarded}, host
		password := ""
		if _, p, ok := r.BasicAuth(); ok {
			password = p
		}
		right := func(s string) bool { return s == text || s == secret }
		_, bearer, _ := strings.Cut(shown, " ")
		want := 401
		if right(password) || right(strings.TrimSpace(bearer)) && strings.EqualFold(shown[:6], "bearer") {
			want = 200
		}
		if got := answer(t, g, r).StatusCode; got != want {
			t.Errorf("%q from %q at %q: %d, want %d", shown, forwarded, host, got, want)
		}
	})
}
