package control

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The HTTP server lingers for half a second after it has refused a long request.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// verbs starts a server that runs do, in a folder with a short name.
func verbs(t *testing.T, do func(ctx context.Context, s *Session) int) (dir string, s *Server, log *bytes.Buffer) {
	t.Helper()
	dir, err := os.MkdirTemp("", "control")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	log = &bytes.Buffer{}
	s, err = Start(dir, Options{Release: "1", Run: do, Log: slog.New(slog.NewTextHandler(&guarded{w: log}, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return dir, s, log
}

type guarded struct {
	mu sync.Mutex
	w  io.Writer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.w.Write(p)
}

// call asks for a verb and returns what a person would see.
func call(ctx context.Context, dir string, r Request, in io.Reader) (code int, out, errs string, err error) {
	conn, err := Dial(ctx, dir)
	if err != nil {
		return 0, "", "", err
	}
	if r.Release == "" {
		r.Release = "1"
	}
	var stdout, stderr bytes.Buffer
	code, err = Call(ctx, conn, r, Streams{
		Stdin: in, Stdout: &stdout, Stderr: &stderr, Getenv: func(name string) string { return "value of " + name },
	})
	return code, stdout.String(), stderr.String(), err
}

// A verb has what a process of the caller's would have had.
func TestSession(t *testing.T) {
	dir, _, _ := verbs(t, func(_ context.Context, s *Session) int {
		in, err := io.ReadAll(s.Stdin)
		width, ok := s.Stdout.Terminal()
		_, far := s.Stderr.Terminal()
		fmt.Fprintf(s.Stdout, "%q in %s by %s: %d bytes, %v; %d %t %t; %s", s.Args, s.Dir, s.User, len(in), err, width, ok, far, s.Getenv("KEY"))
		fmt.Fprint(s.Stderr, "beside it")
		return 130
	})
	code, out, errs, err := call(t.Context(), dir, Request{
		Args: []string{"report", "events"}, Dir: "/here", User: "ada", Out: Terminal{Is: true, Width: 99},
	}, strings.NewReader(strings.Repeat("x", 3<<20)))
	if want := `["report" "events"] in /here by ada: 3145728 bytes, <nil>; 99 true false; value of KEY`; out != want || code != 130 || err != nil {
		t.Errorf("%d %q %v", code, out, err)
	}
	if errs != "beside it" {
		t.Errorf("standard error %q", errs)
	}
}

// Standard input is the caller's own as long as the verb does not read it, and its errors are the verb's.
func TestStdinIsReadOnDemand(t *testing.T) {
	dir, _, _ := verbs(t, func(_ context.Context, s *Session) int {
		if s.Args[0] == "read" {
			_, err := io.ReadAll(s.Stdin)
			fmt.Fprint(s.Stdout, err)
		}
		return 0
	})
	in := strings.NewReader("a line of the loop that calls verbs")
	if _, _, _, err := call(t.Context(), dir, Request{Args: []string{"leave"}}, in); err != nil || in.Len() == 0 {
		t.Errorf("%d bytes are left, %v", in.Len(), err)
	}
	if _, out, _, _ := call(t.Context(), dir, Request{Args: []string{"read"}}, broken{}); out != "the disk is on fire" {
		t.Errorf("%q", out)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is on fire") }

// Much output arrives whole and in order, whatever the caller's pace.
func TestMuchOutput(t *testing.T) {
	dir, _, _ := verbs(t, func(_ context.Context, s *Session) int {
		for i := range 200_000 {
			fmt.Fprintf(s.Stdout, "line %d of many\n", i)
		}
		_, _ = s.Stdout.Write(bytes.Repeat([]byte("z"), 3*maxFrame))
		return 0
	})
	_, out, _, err := call(t.Context(), dir, Request{}, nil)
	lines := strings.Split(out, "\n")
	if err != nil || len(lines) != 200_001 || lines[199_999] != "line 199999 of many" || len(lines[200_000]) != 3*maxFrame {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

// The end of the caller's context ends the verb, which still says how it ended; a caller that goes away ends it too.
func TestCallerLeaves(t *testing.T) {
	begun, ended := make(chan bool, 2), make(chan error, 2)
	dir, _, _ := verbs(t, func(ctx context.Context, s *Session) int {
		begun <- true
		<-ctx.Done()
		fmt.Fprint(s.Stdout, "what was done is done")
		ended <- context.Cause(ctx)
		return 130
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if code, out, _, err := call(ctx, dir, Request{}, nil); code != 130 || out != "what was done is done" || err != nil {
		t.Errorf("%d %q %v", code, out, err)
	}
	if err := <-ended; !errors.Is(err, ErrLeft) {
		t.Error(err)
	}
	conn, err := Dial(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := request(conn, Request{Release: "1"}); err != nil {
		t.Fatal(err)
	}
	<-begun
	_ = conn.Close()
	if err := <-ended; !errors.Is(err, ErrLeft) {
		t.Error(err)
	}
}

// A caller that reads nothing does not hold up a verb that says little, nor the end of the daemon.
func TestCallerThatDoesNotRead(t *testing.T) {
	little, much := make(chan bool), make(chan error, 1)
	dir, s, _ := verbs(t, func(_ context.Context, s *Session) int {
		if s.Args[0] == "little" {
			_, _ = s.Stdout.Write(make([]byte, maxWaiting/2))
			close(little)
			return 0
		}
		for {
			if _, err := s.Stdout.Write(make([]byte, 4096)); err != nil {
				much <- err
				return 1
			}
		}
	})
	for _, what := range []string{"little", "much"} {
		conn, err := Dial(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := request(conn, Request{Release: "1", Args: []string{what}}); err != nil {
			t.Fatal(err)
		}
	}
	<-little
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-much; !errors.Is(err, ErrLeft) {
		t.Error(err)
	}
}

// A panic of a verb ends the verb.
func TestPanicOfAVerb(t *testing.T) {
	dir, _, log := verbs(t, func(_ context.Context, s *Session) int {
		if s.Args[0] == "bad" {
			panic("out of cheese")
		}
		return 0
	})
	code, _, errs, err := call(t.Context(), dir, Request{Args: []string{"bad"}}, nil)
	if code != 1 || err != nil || !strings.Contains(errs, "samestory: error: the daemon met a fault of its own: out of cheese") {
		t.Errorf("%d %q %v", code, errs, err)
	}
	if code, _, errs, err := call(t.Context(), dir, Request{Args: []string{"good"}}, nil); code != 0 || errs != "" || err != nil {
		t.Errorf("%d %q %v", code, errs, err)
	}
	if !strings.Contains(log.String(), "out of cheese") || !strings.Contains(log.String(), "control_test.go") {
		t.Errorf("log: %s", log)
	}
}

// Who calls with another version is told so, and gets the answer.
func TestAnotherRelease(t *testing.T) {
	dir, _, _ := verbs(t, func(_ context.Context, s *Session) int {
		fmt.Fprint(s.Stdout, "an answer")
		return 0
	})
	_, out, errs, err := call(t.Context(), dir, Request{Release: "2"}, nil)
	if out != "an answer" || err != nil || !strings.Contains(errs, "this is samestory 2, and the daemon that answers is 1") {
		t.Errorf("%q %q %v", out, errs, err)
	}
}

// The end of the daemon asks verbs to end and waits for them, but not for ever; then there is no socket.
func TestStop(t *testing.T) {
	begun := make(chan bool)
	stubborn := make(chan bool)
	dir, s, _ := verbs(t, func(ctx context.Context, s *Session) int {
		begun <- true
		<-ctx.Done()
		if s.Args[0] == "stubborn" {
			<-stubborn
		}
		fmt.Fprint(s.Stdout, context.Cause(ctx))
		return 130
	})
	said := make(chan string)
	for _, what := range []string{"willing", "stubborn"} {
		go func() {
			code, out, _, err := call(context.Background(), dir, Request{Args: []string{what}}, nil)
			said <- fmt.Sprint(code, out, errors.Is(err, ErrLost))
		}()
		<-begun
	}
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Stop(soon); err == nil || !strings.Contains(err.Error(), "1 verb(s)") {
		t.Errorf("stopped with %v", err)
	}
	first, second := <-said, <-said
	if all := first + " " + second; !strings.Contains(all, "130the daemon is stoppingfalse") || !strings.Contains(all, "0true") {
		t.Errorf("callers saw %q and %q", first, second)
	}
	close(stubborn)
	if _, err := Dial(t.Context(), dir); !errors.Is(err, ErrNobody) {
		t.Errorf("afterwards: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// Only the owner may connect, and a socket of a process that is gone is replaced, half-made ones too.
func TestSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "control")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	old, err := listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = old.Close() // the socket stays, as after kill -9
	if err := os.MkdirAll(filepath.Join(dir, Name+".new", "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Dial(t.Context(), dir); !errors.Is(err, ErrNobody) {
		t.Errorf("a stale socket: %v", err)
	}
	s, err := Start(dir, Options{Log: slog.New(slog.DiscardHandler), Run: func(context.Context, *Session) int { return 7 }})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(filepath.Join(dir, Name))
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if code, _, _, err := call(t.Context(), dir, Request{}, nil); code != 7 || err != nil {
		t.Errorf("%d, %v", code, err)
	}
	// A daemon that took the place of this one keeps its socket.
	if err := os.Remove(filepath.Join(dir, Name)); err != nil {
		t.Fatal(err)
	}
	heir, err := listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer heir.Close()
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, Name)); err != nil {
		t.Errorf("the heir's socket: %v", err)
	}
	if err := os.WriteFile(filepath.Join(t.TempDir(), Name), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, none := range []string{t.TempDir(), filepath.Join(dir, "missing")} {
		if _, err := Dial(t.Context(), none); !errors.Is(err, ErrNobody) {
			t.Errorf("%s: %v", none, err)
		}
	}
}

// A store may lie deeper than the path of a socket may be long.
func TestDeepSocket(t *testing.T) {
	base, err := os.MkdirTemp("", "control")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	dir := filepath.Join(base, strings.Repeat("very/deep/", 30))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Start(dir, Options{Release: "1", Log: slog.New(slog.DiscardHandler), Run: func(context.Context, *Session) int { return 7 }})
	if errors.Is(err, ErrPathTooLong) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if code, _, _, err := call(t.Context(), dir, Request{}, nil); code != 7 || err != nil {
		t.Errorf("%d, %v", code, err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := Dial(t.Context(), dir); !errors.Is(err, ErrNobody) {
		t.Error(err)
	}
}

// The profiler is reached, and what is no verb is refused.
func TestHTTP(t *testing.T) {
	dir, _, _ := verbs(t, func(context.Context, *Session) int { return 0 })
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return Dial(ctx, dir) }}
	defer transport.CloseIdleConnections()
	for _, tt := range []struct {
		method, path, upgrade, body string
		status                      int
	}{
		{http.MethodGet, "/debug/pprof/goroutine?debug=1", "", "", 200},
		{http.MethodGet, "/debug/pprof/", "", "", 200},
		{http.MethodGet, "/v1/verb", "", "", 405},
		{http.MethodGet, "/", "", "", 404},
		{http.MethodPost, "/v1/verb", "", "{}", 426},
		{http.MethodPost, "/v1/verb", "samestory-verb/9", "{}", 426},
		{http.MethodPost, "/v1/verb", upgrade, "no JSON", 400},
		{http.MethodPost, "/v1/verb", upgrade, strings.Repeat(" ", maxRequest+1), 400},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, "http://samestory"+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		if tt.upgrade != "" {
			r.Header.Set("Upgrade", tt.upgrade)
		}
		answer, err := transport.RoundTrip(r)
		if err != nil {
			t.Errorf("%s %s: %v", tt.method, tt.path, err)
			continue
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != tt.status {
			t.Errorf("%s %s: %s, want %d", tt.method, tt.path, answer.Status, tt.status)
		}
	}
}

// A daemon that speaks otherwise, or ends in the middle, is told from one that answers.
func TestStrangeDaemons(t *testing.T) {
	const hello = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: samestory-verb/1\r\n\r\n"
	for _, tt := range []struct {
		name, says string
		want       error
	}{
		{"ends at once", "", ErrLost},
		{"knows no verbs", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ErrVersion},
		{"has too many callers", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", ErrBusy},
		{"ends before the exit code", hello + "o\x00\x00\x00\x02hi", ErrLost},
		{"ends in a frame", hello + "o\x00\x00\x00\x09hi", ErrLost},
		{"sends what is no frame", hello + "o\xff\xff\xff\xff", ErrLost},
		{"sends frames of a later version", hello + "?\x00\x00\x00\x00", ErrVersion},
		{"sends half an exit code", hello + "x\x00\x00\x00\x00", ErrVersion},
	} {
		here, there := net.Pipe()
		go func() {
			_, _ = http.ReadRequest(bufio.NewReader(there))
			_, _ = io.WriteString(there, tt.says)
			_ = there.Close()
		}()
		if _, err := Call(t.Context(), here, Request{}, Streams{Stdout: io.Discard, Stderr: io.Discard}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// No more than so many callers are served at a time.
func TestTooManyCallers(t *testing.T) {
	begun, leave := make(chan bool), make(chan bool)
	dir, _, _ := verbs(t, func(context.Context, *Session) int {
		begun <- true
		<-leave
		return 0
	})
	var wait sync.WaitGroup
	for range maxSessions {
		wait.Go(func() { _, _, _, _ = call(context.Background(), dir, Request{}, nil) })
		<-begun
	}
	if _, _, _, err := call(t.Context(), dir, Request{}, nil); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	close(leave)
	wait.Wait()
}

// Output that cannot be printed ends the call with the reason.
func TestCallerCannotPrint(t *testing.T) {
	ended := make(chan bool, 1)
	dir, _, _ := verbs(t, func(ctx context.Context, s *Session) int {
		fmt.Fprint(s.Stdout, "words")
		<-ctx.Done()
		ended <- true
		return 0
	})
	conn, err := Dial(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	_, err = Call(t.Context(), conn, Request{Release: "1"}, Streams{Stdout: failing{full}, Stderr: io.Discard})
	if !errors.Is(err, full) {
		t.Error(err)
	}
	<-ended
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
