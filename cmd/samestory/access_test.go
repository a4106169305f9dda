package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hosted makes requests as they come through a proxy that hands on the name of the server: from elsewhere.
func hosted(t *testing.T, p *serving, method, path, body, token string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "news.example"
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	if err := res.Write(&b); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b.String()
}

// A daemon that runs learns of tokens as they are made and revoked, and of other rules by SIGHUP.
func TestAccessOfARunningDaemon(t *testing.T) {
	dir := t.TempDir()
	p := serveProgram(t, dir, "hosts = [\"news.example\"]\nrate = 0\n")
	const story = `{"id":"a","title":"Fire in Tolmere"}`
	expect := func(what string, want int, method, path, body, token string) {
		t.Helper()
		if status, answer := hosted(t, p, method, path, body, token); status != want {
			t.Errorf("%s: %d, want %d\n%s", what, status, want, answer)
		}
	}
	expect("reading without a token", 401, "GET", "/", "", "")
	expect("pushing without a token", 401, "POST", "/v1/stories", story, "")
	if status, answer := send(t, http.MethodPost, p.url+"/v1/stories", story, "Content-Type", "application/json"); status != 202 {
		t.Errorf("pushing from here: %d %s", status, answer)
	}
	reader := strings.Fields(finish(t, dir, 0, "token", "new", "--store", "db", "--scope", "read", "--name", "reader"))[0]
	pusher := strings.Fields(finish(t, dir, 0, "token", "new", "--store", "db", "--scope", "push", "--name", "pusher"))[0]
	expect("reading", 200, "GET", "/", "", reader)
	expect("pushing with the token of a reader", 403, "POST", "/v1/stories", story, reader)
	expect("pushing", 202, "POST", "/api/v1/stories", story, pusher)
	expect("reading with the token of a pusher", 403, "GET", "/api/v1/events", "", pusher)
	if status, _ := send(t, http.MethodPost, p.url+"/v1/stories", story, "Content-Type", "application/json"); status != 401 {
		t.Errorf("pushing from here, when there are tokens: %d", status)
	}
	finish(t, dir, 0, "token", "revoke", "--store", "db", "pusher")
	expect("pushing when it is revoked", 401, "POST", "/v1/stories", story, pusher)

	reload := func(settings, logged string) {
		t.Helper()
		before, err := os.ReadFile(p.log)
		if err != nil {
			t.Fatal(err)
		}
		config := "[store]\ndir = \"db\"\n[daemon]\ntick = \"@every 1s\"\n[http]\n" + settings
		if err := os.WriteFile(filepath.Join(dir, "daemon.toml"), []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := p.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			data, err := os.ReadFile(p.log)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data[len(before):]), logged) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the log does not say %q:\n%s", logged, data)
			}
		}
	}
	const secret = "0123456789abcdef"
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const reloaded = "msg=reloaded"
	reload("listen = \"127.0.0.1:0\"\nhosts = [\"news.example\"]\ntoken_file = \"secret\"\nbody = \"1KiB\"\nqueue = \"1MiB\"\ncors = [\"https://desk.example\"]\nrate = 0\n", reloaded)
	expect("with the token of the config", 202, "POST", "/v1/stories", story, secret)
	long := `{"id":"long","title":"Fire","text":"` + strings.Repeat("x", 2000) + `"}`
	expect("a body that is too large now", 413, "POST", "/v1/stories", long, secret)
	_, metrics := send(t, http.MethodGet, p.url+"/metrics", "")
	if !strings.Contains(metrics, "samestory_queue_limit_bytes 1.048576e+06") {
		t.Error("the queue has the bound of the start")
	}
	if !strings.Contains(metrics, `samestory_http_refused_total{reason="scope"} 2`) {
		t.Errorf("refusals are not counted:\n%s", metrics)
	}
	if _, answer := hosted(t, p, "GET", "/", "", reader); strings.Contains(answer, "Access-Control") {
		t.Errorf("a page that did not ask is answered\n%s", answer)
	}

	reload("listen = \"127.0.0.1:0\"\ntoken_file = \"missing\"\nbody = \"8MiB\"\n", "the daemon goes on as it was")
	expect("a config that is refused changes nothing", 413, "POST", "/v1/stories", long, secret)

	reload("listen = \"127.0.0.1:1\"\nhosts = [\"news.example\"]\npublic = true\nrate = 0.1\nburst = 2\n", reloaded)
	expect("the secret that is gone", 401, "POST", "/v1/stories", story, secret)
	expect("reading, when everybody may", 200, "GET", "/", "", "")
	status, answer := hosted(t, p, "GET", "/", "", "")
	var problem struct {
		Status       int
		Detail, Hint string
	}
	_, body, _ := strings.Cut(answer, "\r\n\r\n")
	if err := json.NewDecoder(strings.NewReader(body)).Decode(&problem); status != 429 || err != nil || problem.Status != 429 || problem.Hint == "" ||
		!strings.Contains(answer, "Retry-After: ") {
		t.Errorf("%d, %v\n%s", status, err, answer)
	}
	data, err := os.ReadFile(p.log)
	if err != nil || !strings.Contains(string(data), "setting=http.listen") || strings.Contains(string(data), "setting=http.body") {
		t.Errorf("what needs a restart is told wrongly: %v\n%s", err, data)
	}
	for _, secret := range []string{secret, reader, pusher} {
		if strings.Contains(string(data), secret) {
			t.Errorf("a secret is in the log:\n%s", data)
		}
	}
	p.terminate(t)
}
