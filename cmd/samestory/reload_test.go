package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/newsroom"
)

// lockedBuffer is read while a process writes it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A daemon under a service manager: it tells when it is ready and when it reloads, refuses a config that is wrong and goes
// on as it was, reads a source that is new, says what needs a restart, and ends in order.
func TestReloadedDaemon(t *testing.T) {
	dir := t.TempDir()
	// In one of its own: a path for a socket must be short.
	socket := filepath.Join(shortDir(t), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Skipf("no datagram sockets here: %v", err)
	}
	defer manager.Close()
	daemon, _ := program(t, dir, "daemon", "--config", "daemon.toml")
	out := &lockedBuffer{}
	daemon.Stdout, daemon.Stderr = out, out
	daemon.Env = append(daemon.Env, "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=60000000")
	var passed []string // what came while something else was waited for: signs of life come when they like
	told := func(want string) string {
		t.Helper()
		is := func(said string) bool { return strings.HasPrefix(said, want+"=1\n") }
		if at := slices.IndexFunc(passed, is); at >= 0 {
			said := passed[at]
			passed = slices.Delete(passed, at, at+1)
			return said
		}
		if err := manager.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 4096)
		for {
			n, err := manager.Read(b)
			if err != nil {
				t.Fatalf("waited for %s: %v\n%s", want, err, out)
			}
			said := string(b[:n])
			if is(said) {
				return said
			}
			passed = append(passed, said)
		}
	}
	logged := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); !strings.Contains(out.String(), want); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the log does not say %q:\n%s", want, out)
			}
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const base = "[http]\nlisten = %q\n[daemon]\ntick = \"@every 1s\"\n[[source]]\nname = \"a\"\npaths = [\"a.jsonl\"]\n"
	write("a.jsonl", string(newsroom.SampleJSONL()))
	write("b.jsonl", `{"id":"late","title":"A bridge is closed","text":"The old bridge over the river is closed for repairs until May."}`+"\n")
	write("daemon.toml", fmt.Sprintf(base, "")+"[store]\ndir = \"db\"\n")
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	told("WATCHDOG")
	if got := told("READY"); !strings.Contains(got, "STATUS=1 source, 0 webhooks, store ") {
		t.Errorf("ready is told as %q", got)
	}
	hangUp := func() {
		t.Helper()
		if err := daemon.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		told("RELOADING")
	}

	write("daemon.toml", fmt.Sprintf(base, "")+"schedule = \"whenever\"\n")
	hangUp()
	if got := told("READY"); !strings.Contains(got, "refused") {
		t.Errorf("a config that is wrong is told as %q", got)
	}
	logged("config is refused, the daemon goes on as it was")
	logged("source[0].schedule")

	write("daemon.toml", fmt.Sprintf(base, "127.0.0.1:1")+"[[source]]\nname = \"b\"\npaths = [\"b.jsonl\"]\n"+
		"[store]\ndir = \"elsewhere\"\n[log]\nlevel = \"debug\"\n")
	hangUp()
	if got := told("READY"); !strings.Contains(got, "STATUS=2 sources") {
		t.Errorf("a reload is told as %q", got)
	}
	for _, want := range []string{"setting=store.dir", "setting=http.listen", "msg=reloaded", "level=DEBUG", "read=1 new=1"} {
		logged(want)
	}

	if err := daemon.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	told("STOPPING")
	if err := daemon.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "elsewhere")); err == nil {
		t.Error("a reload has made another store")
	}
	if got := strings.Count(finish(t, dir, 0, "export", "assignments", "--store", "db"), "\n"); got != len(newsroom.Sample())+1 {
		t.Errorf("%d stories placed, %d sent", got, len(newsroom.Sample())+1)
	}
}

// shortDir is a folder whose name leaves room for that of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestRestartNeeded(t *testing.T) {
	a, b := config.Default(), config.Default()
	if got := restartNeeded(&a, &b); got != nil {
		t.Errorf("nothing has changed, but %q", got)
	}
	b.Store.Dir, b.Log.Format, b.Log.Level, b.HTTP.Listen, b.HTTP.Hosts = "x", "json", "debug", "[::1]:1", []string{"news"}
	b.HTTP.Base, b.Feeds.Concurrent = "https://news.example", 3
	if diff := cmp.Diff([]string{"store.dir", "log.format", "http.listen", "http.base", "feeds.concurrent"}, restartNeeded(&a, &b)); diff != "" {
		t.Error(diff)
	}
}
