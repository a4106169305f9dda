package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs/webhook"
)

func TestEveryProblemOfAWebhook(t *testing.T) {
	_, err := Parse("x", []byte(`
[[webhook]]
[[webhook]]
name = "desk"
url = "gopher://example.org"
secret_env = "A"
secret_file = "b"
kinds = ["merged", "exploded"]
levels = ["event", "galaxy"]
min_sources = -1
follow = [""]
batch = 0
timeout = "1ms"
max_age = "2y"
retries = 5
[[webhook]]
name = "desk"
url = "https://me:password@example.org"
secret = "in the clear"
levels = ["thread"]
min_sources = 3
max_age = "2s"
[[webhook]]
name = "The Desk"
url = "https://example.org"
secret_env = "A"
`))
	want := []string{
		`x:2: webhook[0].name: a webhook needs a name`,
		`x:2: webhook[0].url: expected an address such as "https://example.org/hooks/news"`,
		`x:2: webhook[0].secret_env: deliveries are signed: name the variable of the environment with the secret, or its file in secret_file`,
		`x:5: webhook[1].url: expected an address such as "https://example.org/hooks/news"`,
		`x:7: webhook[1].secret_file: the secret cannot be in secret_env as well`,
		`x:8: webhook[1].kinds[1]: "exploded" is unknown, expected ` + quoted(webhook.Kinds()),
		`x:9: webhook[1].levels[1]: "galaxy" is unknown, expected ` + quoted(webhook.Levels()),
		`x:10: webhook[1].min_sources: expected 0 to 10000`,
		`x:11: webhook[1].follow: expected ids of events and threads, as report shows them`,
		`x:12: webhook[1].batch: expected 1 to 1000`,
		`x:13: webhook[1].timeout: expected 100ms to 10m`,
		`x:14: webhook[1].max_age: "2y" is no duration, expected one such as "14d", "36h" or "30s"`,
		`x:15: webhook[1].retries: unknown setting, expected one of name, url, secret_env, secret_file, kinds, levels, min_sources, follow, batch, timeout, max_age`,
		`x:16: webhook[2].secret_env: deliveries are signed: name the variable of the environment with the secret, or its file in secret_file`,
		`x:17: webhook[2].name: the name "desk" is taken by webhook[1]`,
		`x:18: webhook[2].url: a password does not belong into an address: deliveries are signed with the secret`,
		`x:19: webhook[2].secret: unknown setting, expected one of name, url, secret_env, secret_file, kinds, levels, min_sources, follow, batch, timeout, max_age`,
		`x:21: webhook[2].min_sources: only events reach a number of sources, and levels leaves them out`,
		`x:22: webhook[2].max_age: expected 1m to 365d`,
		`x:24: webhook[3].name: expected up to 64 of a-z, 0-9, - and _, beginning with a letter or digit`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func quoted(words []string) string { return `"` + strings.Join(words, `", "`) + `"` }

func TestWebhookBecomesAnEndpoint(t *testing.T) {
	c, err := Parse("x", []byte(`
[[webhook]]
name = "desk"
url = "https://example.org/hook"
secret_env = "DESK"
kinds = ["merged"]
min_sources = 3
follow = ["e1"]
`))
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Endpoints(func(name string) string {
		return map[string]string{"DESK": " the-first-secret\tthe-second-secret\n"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	e := all[0]
	secrets, err := e.Secrets()
	if diff := cmp.Diff([]string{"the-first-secret", "the-second-secret"}, secrets); diff != "" || err != nil {
		t.Error(diff, err)
	}
	e.Secrets = nil
	want := webhook.Endpoint{
		Name: "desk", URL: "https://example.org/hook", Filter: webhook.Filter{Kinds: []string{"merged"}, MinSources: 3, Follow: []string{"e1"}},
		Batch: 100, Timeout: 10 * time.Second, MaxAge: 24 * time.Hour,
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
}

// A file may change under a running daemon; a secret that is missing or weak is told without being shown.
func TestSecretInAFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "c.toml")
	if err := os.WriteFile(file, []byte("[[webhook]]\nname = \"desk\"\nurl = \"https://example.org\"\nsecret_file = \"key\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(folder, "key")
	if c.Webhooks[0].SecretFile != key {
		t.Fatalf("the file of the secret is %s", c.Webhooks[0].SecretFile)
	}
	e := c.Webhooks[0].Endpoint(os.Getenv)
	for _, x := range []struct {
		text string
		want []string // nil: an error
	}{
		{"0123456789abcdef\n", []string{"0123456789abcdef"}},
		{"0123456789abcdef\nfedcba9876543210\n", []string{"0123456789abcdef", "fedcba9876543210"}},
		{"", nil},
		{"hunter2", nil},
		{"0123456789abcdef fedcba9876543210 0123456789abcdee", nil},
	} {
		if err := os.WriteFile(key, []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := e.Secrets()
		if diff := cmp.Diff(x.want, got); diff != "" || (err == nil) != (x.want != nil) {
			t.Errorf("%q: %v %s", x.text, err, diff)
		}
		if x.want == nil && (!errors.Is(err, ErrSecret) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%q: %v", x.text, err)
		}
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Endpoints(os.Getenv); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
