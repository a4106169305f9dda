package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// serving is the program as a daemon with a server.
type serving struct {
	*exec.Cmd
	url string
	log string // file
}

var addressLine = regexp.MustCompile(`address=(http://\S+)`)

// serveProgram starts a daemon over the store "db" in dir, with further settings of [http].
func serveProgram(t *testing.T, dir, settings string) *serving {
	t.Helper()
	config := "[store]\ndir = \"db\"\n[daemon]\ntick = \"@every 1s\"\n[http]\nlisten = \"127.0.0.1:0\"\n" + settings
	if err := os.WriteFile(filepath.Join(dir, "daemon.toml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd, _ := program(t, dir, "daemon", "--config", "daemon.toml")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &serving{Cmd: cmd, log: log.Name()}
	for deadline := time.Now().Add(30 * time.Second); p.url == ""; time.Sleep(10 * time.Millisecond) {
		data, err := os.ReadFile(p.log)
		if err != nil {
			t.Fatal(err)
		}
		if m := addressLine.FindSubmatch(data); m != nil {
			p.url = string(m[1])
		} else if time.Now().After(deadline) {
			t.Fatalf("the daemon does not serve:\n%s", data)
		}
	}
	return p
}

// terminate ends the daemon as a service manager does.
func (p *serving) terminate(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		data, _ := os.ReadFile(p.log)
		t.Fatalf("%v\n%s", err, data)
	}
}

// send makes a request; headers are pairs. Status 0 stands for a connection that broke.
func send(t *testing.T, method, url, body string, headers ...string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(data)
}

// A daemon that is killed again and again while stories are pushed loses none that it has acknowledged, and doubles none.
func TestKilledWhileStoriesArePushed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 0))
	told := map[string]bool{}
	var mu sync.Mutex
	for round := range 4 {
		p := serveProgram(t, dir, "")
		var pushers sync.WaitGroup
		for g := range 3 {
			pushers.Go(func() {
				for i := 0; ; i++ {
					var ids []string
					var body strings.Builder
					for k := range 5 {
						id := fmt.Sprintf("%d-%d-%d-%d", round, g, i, k)
						ids = append(ids, id)
						fmt.Fprintf(&body, "{\"id\":%q,\"title\":\"Report %s of the day\",\"text\":%q}\n", id, id, strings.Repeat(id+" ", 20))
					}
					status, answer := send(t, http.MethodPost, p.url+"/v1/stories", body.String(), "Content-Type", "application/x-ndjson")
					switch {
					case status == 0:
						return // it was killed
					case status != http.StatusAccepted:
						t.Errorf("%d %s", status, answer)
						return
					}
					mu.Lock()
					for _, id := range ids {
						told[id] = true
					}
					mu.Unlock()
					time.Sleep(2 * time.Millisecond)
				}
			})
		}
		time.Sleep(time.Duration(300+rng.IntN(1500)) * time.Millisecond)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
		pushers.Wait()
	}
	p := serveProgram(t, dir, "")
	inbox := filepath.Join(dir, "db", "inbox")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if entries, err := os.ReadDir(inbox); err == nil && len(entries) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the inbox is not swept")
		}
	}
	p.terminate(t)
	finish(t, dir, 0, "check", "--store", "db")
	found := map[string]int{}
	for line := range strings.Lines(finish(t, dir, 0, "export", "assignments", "--store", "db")) {
		var a struct{ ID string }
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		found[a.ID]++
	}
	for id := range told {
		if found[id] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", id, found[id])
		}
	}
	t.Logf("%d stories acknowledged, %d found", len(told), len(found))
}

// With a token only who shows it may change something; this machine may read without.
func TestToken(t *testing.T) {
	dir := t.TempDir()
	const token = "0123456789abcdef0123"
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serveProgram(t, dir, "token_file = \"token\"\nhosts = [\"news.example\"]\n")
	const story, order = `{"id":"a","title":"Fire in Tolmere"}`, `{"kind":"rename","objects":["e1"],"title":"x"}`
	bearer := "Bearer " + token
	for _, tt := range []struct {
		what, method, path, body, authorization string
		status                                  int
	}{
		{"a push without it", "POST", "/v1/stories", story, "", 401},
		{"with another", "POST", "/v1/stories", story, "Bearer 0123456789abcdef0124", 401},
		{"in another way", "POST", "/v1/stories", story, "Basic " + token, 401},
		{"a part of it", "POST", "/v1/stories", story, "Bearer 0123456789abcdef", 401},
		{"with it", "POST", "/v1/stories", story, bearer, 202},
		{"the scheme is a word", "POST", "/api/v1/stories", story, "bearer " + token, 202},
		{"an order without it", "POST", "/api/v1/overrides", order, "", 401},
		{"an order about nothing", "POST", "/api/v1/overrides", order, bearer, 404},
		{"the page", "GET", "/", "", "", 200},
		{"the API", "GET", "/api/v1/events", "", "", 200},
		{"reading where stories are pushed", "GET", "/v1/stories", "", "", 405},
	} {
		headers := []string{"Content-Type", "application/json"}
		if tt.authorization != "" {
			headers = append(headers, "Authorization", tt.authorization)
		}
		if status, answer := send(t, tt.method, p.url+tt.path, tt.body, headers...); status != tt.status {
			t.Errorf("%s: %d %s", tt.what, status, answer)
		}
	}
	p.terminate(t)
	data, err := os.ReadFile(p.log)
	if err != nil || strings.Contains(string(data), token) {
		t.Errorf("%v, or the token is in the log:\n%s", err, data)
	}
}

// An editor's order over HTTP is carried out while the daemon runs.
func TestOrderOverHTTP(t *testing.T) {
	dir := t.TempDir()
	p := serveProgram(t, dir, "")
	if status, answer := send(t, http.MethodPost, p.url+"/v1/stories", `[{"id":"a","title":"Fire in Tolmere"},{"id":"b","title":"Rovers lose the final"}]`,
		"Content-Type", "application/json"); status != http.StatusAccepted {
		t.Fatalf("%d %s", status, answer)
	}
	var events struct{ Events []struct{ ID string } }
	for deadline := time.Now().Add(30 * time.Second); len(events.Events) < 2; time.Sleep(50 * time.Millisecond) {
		_, answer := send(t, http.MethodGet, p.url+"/api/v1/events", "")
		if err := json.Unmarshal([]byte(answer), &events); err != nil || time.Now().After(deadline) {
			t.Fatalf("%v: %s", err, answer)
		}
	}
	merge := fmt.Sprintf(`{"kind":"merge","objects":[%q,%q],"author":"ada"}`, events.Events[0].ID, events.Events[1].ID)
	if status, answer := send(t, http.MethodPost, p.url+"/api/v1/overrides", merge, "Content-Type", "application/json"); status != http.StatusCreated {
		t.Fatalf("%d %s", status, answer)
	}
	time.Sleep(1500 * time.Millisecond) // a tick goes on from there
	events.Events = nil
	_, answer := send(t, http.MethodGet, p.url+"/api/v1/events", "")
	if err := json.Unmarshal([]byte(answer), &events); err != nil || len(events.Events) != 1 {
		t.Errorf("%v: %s", err, answer)
	}
	p.terminate(t)
	finish(t, dir, 0, "check", "--store", "db")
}
