package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// raw runs a server that does what it likes with a connection once it has read the request.
func raw(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					do(conn)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func say(conn io.Writer, text string) { _, _ = io.WriteString(conn, text) }

func TestServersThatBreakOff(t *testing.T) {
	reset := func(conn net.Conn) {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	const ok = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n"
	for _, one := range []struct {
		name string
		do   func(net.Conn)
		want error
		kind string
	}{
		{"reset at once", reset, nil, "reset"},
		{"close at once", func(net.Conn) {}, nil, "reset"},
		{"reset in the header", func(c net.Conn) { say(c, ok); reset(c) }, nil, "reset"},
		{"close in the header", func(c net.Conn) { say(c, ok) }, nil, "reset"},
		{"no HTTP", func(c net.Conn) { say(c, "220 mail.example.org ESMTP\r\n") }, nil, "network"},
		{"a huge header", func(c net.Conn) {
			say(c, ok)
			for range 200 {
				say(c, "X-Big: "+strings.Repeat("x", 1000)+"\r\n")
			}
			say(c, "\r\nfeed")
		}, ErrHeader, "header"},
		{"a header without end", func(c net.Conn) {
			say(c, ok+"X-Big: ")
			for range 200 {
				say(c, strings.Repeat("x", 1000))
			}
		}, ErrHeader, "header"},
		{"early hints for ever", func(c net.Conn) {
			for range 10_000 {
				say(c, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
			}
		}, ErrHeader, "header"},
		{"a wrong length", func(c net.Conn) { say(c, "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nfeed") }, nil, "network"},
		{"a status that is none", func(c net.Conn) { say(c, "HTTP/1.1 0 \r\n\r\n") }, nil, "network"},
		{"a status of its own", func(c net.Conn) { say(c, "HTTP/1.1 999 No\r\n\r\n") }, nil, "status"},
		{"not modified though nobody asked", func(c net.Conn) { say(c, "HTTP/1.1 304 Not Modified\r\n\r\n") }, nil, "status"},
	} {
		t.Run(one.name, func(t *testing.T) {
			fails(t, local(t, nil), Request{URL: raw(t, one.do)}, one.want, one.kind)
		})
	}
	for _, one := range []struct{ name, answer string }{
		{"a length that is not reached", ok + "Content-Length: 100\r\n\r\n<rss>"},
		{"chunks without an end", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"},
	} {
		t.Run(one.name, func(t *testing.T) {
			res := get(t, local(t, nil), Request{URL: raw(t, func(c net.Conn) { say(c, one.answer) })})
			if string(res.Body) != "<rss>" || !res.Truncated || res.ETag != "" {
				t.Errorf("%+v", res)
			}
		})
	}
	t.Run("reset in the body", func(t *testing.T) {
		fails(t, local(t, nil), Request{URL: raw(t, func(c net.Conn) {
			say(c, ok+"Content-Length: 100\r\n\r\n<rss>")
			time.Sleep(20 * time.Millisecond)
			reset(c)
		})}, nil, "reset")
	})
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		fails(t, local(t, nil), Request{URL: "http://" + l.Addr().String()}, nil, "refused")
	})
}

func TestTLS(t *testing.T) {
	good := httptest.NewUnstartedServer(http.HandlerFunc(signposts))
	good.Config.ErrorLog = log.New(io.Discard, "", 0) // of those who do not trust it
	good.StartTLS()
	t.Cleanup(good.Close)
	trust := x509.NewCertPool()
	trust.AddCert(good.Certificate())
	trusting := func(now time.Time) func(*Options) {
		return func(o *Options) { o.TLS = &tls.Config{RootCAs: trust, Time: func() time.Time { return now }} }
	}
	inTime := good.Certificate().NotBefore.Add(time.Hour)
	if res := get(t, local(t, trusting(inTime)), Request{URL: good.URL + "/301/feed"}); !strings.HasPrefix(string(res.Body), "the end") {
		t.Errorf("%+v", res)
	}
	for _, one := range []struct {
		name, url string
		change    func(*Options)
	}{
		{"unknown authority", good.URL, nil},
		{"expired", good.URL, trusting(good.Certificate().NotAfter.Add(time.Hour))},
		{"another name", strings.Replace(good.URL, "127.0.0.1", "localhost", 1), trusting(inTime)},
		{"plain HTTP behind https", strings.Replace(serve(t, signposts), "http:", "https:", 1), nil},
		{"noise behind https", strings.Replace(noise(t), "http:", "https:", 1), nil},
		{"an old version", good.URL, func(o *Options) {
			trusting(inTime)(o)
			o.TLS.MaxVersion = tls.VersionTLS11
			o.TLS.MinVersion = tls.VersionTLS10
		}},
	} {
		t.Run(one.name, func(t *testing.T) {
			fails(t, local(t, one.change), Request{URL: one.url}, ErrTLS, "tls")
		})
	}
	t.Run("a redirect away from https is followed", func(t *testing.T) {
		plain := serve(t, signposts)
		away := httptest.NewTLSServer(http.RedirectHandler(plain+"/feed", http.StatusFound))
		t.Cleanup(away.Close)
		if res := get(t, local(t, trusting(inTime)), Request{URL: away.URL}); res.FinalURL != plain+"/feed" {
			t.Errorf("%+v", res)
		}
	})
}

// noise is a server that talks first, and no TLS.
func noise(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			say(conn, "220 mail.example.org ESMTP ready when you are\r\n")
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

// pipes is a network in memory, for bubbles of synctest: every name leads to one server.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

// network serves in memory until the end of the bubble, which is ended by the function that comes back.
func network(t *testing.T, h http.HandlerFunc, change func(*Options)) (c *Client, end func()) {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	var busy sync.WaitGroup
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		busy.Add(1)
		defer busy.Done()
		h(w, r)
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(p) }()
	o := DefaultOptions("1.2.3")
	o.Dial = p.dial
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, func() { c.Close(); _ = server.Close(); <-done; synctest.Wait(); busy.Wait() }
}

func (p *pipes) dial(ctx context.Context, _, address string) (net.Conn, error) {
	if strings.HasPrefix(address, "deaf.") {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

func TestServersThatTakeTheirTime(t *testing.T) {
	for _, one := range []struct {
		name, url string
		after     time.Duration
		want      error
	}{
		{"never connects", "http://deaf.example.org/", 10 * time.Second, ErrTimeout},
		{"never answers", "http://example.org/hang", time.Minute, ErrTimeout},
		{"stops in the header", "http://example.org/hang-in-body", time.Minute, ErrTimeout},
		{"drips a byte a second", "http://example.org/drip", time.Minute, ErrTimeout},
		{"drips through redirects", "http://example.org/slow/slow/slow/slow/drip", time.Minute, ErrTimeout},
		{"is slow and done in time", "http://example.org/slow/slow/slow/feed", 45 * time.Second, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, end := network(t, func(w http.ResponseWriter, r *http.Request) {
					w.WriteHeader(answerOf(w, r))
					switch r.URL.Path {
					case "/hang-in-body":
						_, _ = w.Write([]byte("<rss"))
						w.(http.Flusher).Flush()
						<-r.Context().Done()
					case "/drip":
						for r.Context().Err() == nil {
							_, _ = w.Write([]byte(" "))
							w.(http.Flusher).Flush()
							time.Sleep(time.Second)
						}
					}
				}, nil)
				defer end()
				begun := time.Now()
				_, err := c.Get(t.Context(), Request{URL: one.url})
				if took := time.Since(begun); took != one.after {
					t.Errorf("it took %s, want %s", took, one.after)
				}
				if (err == nil) != (one.want == nil) || one.want != nil && Kind(err) != "timeout" {
					t.Errorf("%v, want %v", err, one.want)
				}
			})
		})
	}
}

// answerOf is the status for a path of the slow server, after the time that it takes.
func answerOf(w http.ResponseWriter, r *http.Request) int {
	switch rest, slow := strings.CutPrefix(r.URL.Path, "/slow"); {
	case slow:
		time.Sleep(15 * time.Second)
		w.Header().Set("Location", rest)
		return http.StatusFound
	case r.URL.Path == "/hang":
		<-r.Context().Done()
	}
	return http.StatusOK
}

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		header := http.Header{}
		code := 0
		c, end := network(t, func(w http.ResponseWriter, _ *http.Request) {
			for key, values := range header {
				w.Header()[key] = values
			}
			w.WriteHeader(code)
		}, nil)
		defer end()
		date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
		for i, one := range []struct {
			code  int
			after string
			date  string // the server's clock; empty: none
			want  time.Duration
		}{
			{code: 400},
			{code: 404},
			{code: 410},
			{code: 429},
			{code: 429, after: "120", want: 2 * time.Minute},
			{code: 429, after: " 1.5 ", want: 1500 * time.Millisecond},
			{code: 429, after: "-5"},
			{code: 429, after: "NaN"},
			{code: 429, after: "soon"},
			{code: 503, after: "99999999999999999999", want: MaxRetryAfter},
			{code: 503, after: date(90 * time.Second), want: 90 * time.Second},
			{code: 503, after: date(-time.Hour)},
			{code: 503, after: date(90 * 24 * time.Hour), want: MaxRetryAfter},
			{code: 503, after: date(2*time.Hour + time.Minute), date: date(2 * time.Hour), want: time.Minute},
			{code: 500},
			{code: 300},
			{code: 204},
			{code: 200, after: "60", want: time.Minute},
		} {
			code, header = one.code, http.Header{"Date": nil}
			if one.after != "" {
				header.Set("Retry-After", one.after)
			}
			if one.date != "" {
				header.Set("Date", one.date)
			}
			res, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("http://host%d.example.org/", i)})
			if one.code/100 == 2 {
				if err != nil || res.Status != one.code || res.RetryAfter != one.want {
					t.Errorf("%+v: %+v, %v", one, res, err)
				}
				continue
			}
			want := &StatusError{Code: one.code, RetryAfter: one.want}
			if got := statusOf(err); got == nil || *got != *want || Kind(err) != "status" {
				t.Errorf("%+v: %v, want %v", one, err, want)
			}
		}
	})
}

func TestA500ForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := time.Now().Add(24 * time.Hour)
		c, end := network(t, func(w http.ResponseWriter, _ *http.Request) {
			if time.Now().Before(back) {
				http.Error(w, "the database is gone", http.StatusInternalServerError)
			}
		}, nil)
		defer end()
		failed := 0
		for ; ; failed++ {
			if _, err := c.Get(t.Context(), Request{URL: "http://example.org/feed"}); err == nil {
				break
			} else if got := statusOf(err); got == nil || got.Code != 500 || got.Held {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
		}
		if want := 24 * 6; failed != want {
			t.Errorf("it failed %d times, want %d", failed, want)
		}
	})
}
