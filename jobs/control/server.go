package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"
)

// upgrade is the protocol that a connection changes to.
const upgrade = "samestory-verb/1"

// The bounds of a server.
const (
	maxRequest  = 1 << 20 // bytes of a Request
	maxSessions = 64      // at a time
)

// Options are what a Server needs.
type Options struct {
	Release string // of the program, see Request.Release
	// Run carries out a verb and returns its exit code. ctx ends when the caller leaves or the daemon stops.
	Run func(ctx context.Context, s *Session) (code int)
	Log *slog.Logger
}

// Server answers at the control socket of a store.
type Server struct {
	o      Options
	dir    string
	http   *http.Server
	socket fs.FileInfo
	served chan struct{}

	mu       sync.Mutex
	sessions map[*Session]bool
	stopping bool
	wait     sync.WaitGroup // of sessions
}

// Start makes the socket of the store in dir, whose lock the caller holds, and answers until Stop.
func Start(dir string, o Options) (*Server, error) {
	dir, err := filepath.Abs(dir) // the place is the same wherever the process goes
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	l, err := listen(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, dir: dir, sessions: make(map[*Session]bool), served: make(chan struct{})}
	if s.socket, err = os.Lstat(filepath.Join(dir, Name)); err != nil {
		return nil, fmt.Errorf("control socket: %w", errors.Join(err, l.Close()))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/verb", s.verb)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	s.http = &http.Server{
		Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
	}
	go func() {
		defer close(s.served)
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			o.Log.Error("control socket", "error", err)
		}
	}()
	return s, nil
}

// Stop takes the socket away, asks all verbs to end and waits for them. When ctx ends first, their connections are cut,
// and the error says that verbs still run.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	for session := range s.sessions {
		session.cancel(ErrStopping)
		session.box.hasten(session.conn) // a caller that does not read is not waited for
	}
	s.mu.Unlock()
	path := filepath.Join(s.dir, Name)
	if now, err := os.Lstat(path); err == nil && os.SameFile(now, s.socket) {
		_ = os.Remove(path) // the next daemon replaces it in any case
	}
	_ = s.http.Close() // profiles are cut off; sessions are no concern of it
	<-s.served
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.wait.Wait()
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	n := len(s.sessions)
	for session := range s.sessions {
		_ = session.conn.Close()
	}
	s.mu.Unlock()
	return fmt.Errorf("%d verb(s) asked for over the control socket still run", n)
}

// verb is POST /v1/verb.
func (s *Server) verb(w http.ResponseWriter, r *http.Request) {
	var request Request
	if r.Header.Get("Upgrade") != upgrade {
		http.Error(w, "expected an upgrade to "+upgrade, http.StatusUpgradeRequired)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	if err != nil {
		http.Error(w, "read the request: "+err.Error(), http.StatusBadRequest)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = conn.SetDeadline(time.Time{})
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
	defer cancel(nil)
	session, status := s.admit(request, conn, cancel)
	if session == nil {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status, http.StatusText(status))
		_ = conn.Close()
		return
	}
	defer s.dismiss(session)
	go session.listen(buffered.Reader)
	session.end(s.run(ctx, session))
}

// admit begins a session, or says by a status why not.
func (s *Server) admit(r Request, conn net.Conn, cancel context.CancelCauseFunc) (*Session, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping || len(s.sessions) >= maxSessions {
		return nil, http.StatusServiceUnavailable
	}
	// Before anything else is sent.
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", upgrade)
	session := newSession(r, conn, cancel)
	s.sessions[session] = true
	s.wait.Add(1)
	return session, http.StatusSwitchingProtocols
}

func (s *Server) dismiss(session *Session) {
	s.mu.Lock()
	delete(s.sessions, session)
	s.mu.Unlock()
	s.wait.Done()
}

// run carries out the verb. A panic ends it, and nothing else.
func (s *Server) run(ctx context.Context, session *Session) (code int) {
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("verb panicked", "args", session.Args, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			fmt.Fprintf(session.Stderr, "samestory: error: the daemon met a fault of its own: %v\nsamestory: hint: its log has more; it goes on\n", p)
			code = 1
		}
	}()
	if session.Release != s.o.Release {
		fmt.Fprintf(session.Stderr, "samestory: warning: this is samestory %s, and the daemon that answers is %s: restart it to have one version\n",
			session.Release, s.o.Release)
	}
	return s.o.Run(ctx, session)
}
