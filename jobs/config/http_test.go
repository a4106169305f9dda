package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Who can be reached from elsewhere needs a token; whoever cannot does not.
func TestListen(t *testing.T) {
	const need = "set token_env or token_file"
	const malformed = "expected an address and a port"
	for _, tt := range []struct{ listen, problem string }{
		{"", ""},
		{"127.0.0.1:7319", ""},
		{"127.0.0.1:0", ""},
		{"127.8.8.8:80", ""},
		{"[::1]:7319", ""},
		{"localhost:7319", ""},
		{":7319", need},
		{"0.0.0.0:7319", need},
		{"[::]:7319", need},
		{"192.168.1.5:7319", need},
		{"news.example.org:7319", need},
		{"localhost.example.org:80", need},
		{"7319", malformed},
		{"localhost", malformed},
		{"localhost:http", malformed},
		{"localhost:70000", malformed},
		{"http://localhost:7319", malformed},
	} {
		for _, token := range []string{"", "\ntoken_env = \"T\"", "\ntoken_file = \"t\""} {
			want := tt.problem
			if token != "" && want == need {
				want = ""
			}
			_, err := Parse("x", []byte("[http]\nlisten = \""+tt.listen+"\""+token))
			switch {
			case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), "x:2: http.listen: ") || !strings.Contains(err.Error(), want)):
				t.Errorf("%q%s: %v, want %q", tt.listen, token, err, want)
			}
		}
	}
}

func TestProblemsOfHTTP(t *testing.T) {
	_, err := Parse("x", []byte(`[http]
hosts = ["news.example.org", "http://news.example.org"]
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
	const want = "http.hosts[1] http.token_file http.body http.queue http.queue_stories http.port"
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
