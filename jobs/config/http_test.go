package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An address that others than this machine reach is one that a daemon asks a token for.
func TestListen(t *testing.T) {
	const here, elsewhere, malformed = "here", "elsewhere", "expected an address and a port"
	for _, tt := range []struct{ listen, want string }{
		{"", here},
		{"127.0.0.1:7319", here},
		{"127.0.0.1:0", here},
		{"127.8.8.8:80", here},
		{"[::1]:7319", here},
		{"localhost:7319", here},
		{":7319", elsewhere},
		{"0.0.0.0:7319", elsewhere},
		{"[::]:7319", elsewhere},
		{"192.168.1.5:7319", elsewhere},
		{"news.example.org:7319", elsewhere},
		{"localhost.example.org:80", elsewhere},
		{"7319", malformed},
		{"localhost", malformed},
		{"localhost:http", malformed},
		{"localhost:70000", malformed},
		{"http://localhost:7319", malformed},
	} {
		c, err := Parse("x", []byte("[http]\nlisten = \""+tt.listen+"\""))
		switch {
		case tt.want == malformed:
			if err == nil || !strings.Contains(err.Error(), "x:2: http.listen: ") || !strings.Contains(err.Error(), malformed) {
				t.Errorf("%q: %v", tt.listen, err)
			}
		case err != nil:
			t.Errorf("%q: %v", tt.listen, err)
		case c.HTTP.Local() != (tt.want == here):
			t.Errorf("%q is not %s", tt.listen, tt.want)
		}
	}
}

func TestProxiesAndOrigins(t *testing.T) {
	c, err := Parse("x", []byte(`[http]
proxies = ["127.0.0.1", "10.1.2.3/8", "::1", "::ffff:192.0.2.1"]
cors = ["https://desk.example.org", "http://localhost:3000", "http://[::1]:3000"]
`))
	if err != nil {
		t.Fatal(err)
	}
	networks, err := c.HTTP.ProxyNetworks()
	if got, want := fmt.Sprint(networks), "[127.0.0.1/32 10.0.0.0/8 ::1/128 192.0.2.1/32]"; got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	for _, origin := range []string{
		"", "*", "https://*", "https://*.example.org", "desk.example.org", "https://desk.example.org/", "https://desk.example.org/x", "https://Desk.example.org",
		"ftp://desk.example.org", "https://ada@desk.example.org", "null", "https://", "https://:80", "https://a?b", "https://a#b", "https://a b",
	} {
		if _, err := Parse("x", []byte("[http]\ncors = [\""+origin+"\"]\n")); err == nil || !strings.Contains(err.Error(), "x:2: http.cors[0]: ") {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

func TestProblemsOfHTTP(t *testing.T) {
	_, err := Parse("x", []byte(`[http]
hosts = ["news.example.org", "http://news.example.org"]
proxies = ["proxy.example.org"]
cors = ["*"]
rate = 0.01
burst = 0
token_env = "A"
token_file = "b"
body = "1GiB"
queue = "1MiB"
queue_stories = 10
port = 80
`))
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatal(err)
	}
	var keys []string
	for _, p := range e.Problems {
		keys = append(keys, p.Key)
	}
	const want = "http.hosts[1] http.proxies http.cors[0] http.rate http.burst http.token_file http.body http.queue http.queue_stories http.port"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("%s, want %s\n%v", got, want, err)
	}
}

func TestToken(t *testing.T) {
	dir := t.TempDir()
	const good = "0123456789abcdef"
	write := func(content string) string {
		path := filepath.Join(dir, "token")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	env := func(value string) func(string) string {
		return func(name string) string {
			if name == "T" {
				return value
			}
			return ""
		}
	}
	for _, tt := range []struct {
		what   string
		http   HTTP
		getenv func(string) string
		want   string
		err    error
	}{
		{"none", HTTP{}, env(""), "", nil},
		{"a variable", HTTP{TokenEnv: "T"}, env(good), good, nil},
		{"a file", HTTP{TokenFile: write(" " + good + "\n")}, env(""), good, nil},
		{"no variable", HTTP{TokenEnv: "U"}, env(good), "", ErrToken},
		{"a short one", HTTP{TokenEnv: "T"}, env(good[1:]), "", ErrToken},
		{"two words", HTTP{TokenEnv: "T"}, env(good + " " + good), "", ErrToken},
		{"no file", HTTP{TokenFile: filepath.Join(dir, "gone")}, env(""), "", fs.ErrNotExist},
	} {
		if got, err := tt.http.Token(tt.getenv); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %q, %v", tt.what, got, err)
		}
	}
	h := HTTP{TokenFile: write("\n")}
	if _, err := h.Token(env("")); !errors.Is(err, ErrToken) {
		t.Errorf("an empty file: %v", err)
	}
}
