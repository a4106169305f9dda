package push

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// drip is a body that yields one byte of a story a second.
type drip struct{ left string }

func (d *drip) Read(b []byte) (int, error) {
	time.Sleep(time.Second)
	if d.left == "" {
		return 0, io.EOF
	}
	b[0], d.left = d.left[0], d.left[1:]
	return 1, nil
}

// An upload that drips is taken if it is at its end in time, and ends after a minute if not. Meanwhile it holds what it has
// sent, and others are served.
func TestDrippingUpload(t *testing.T) {
	const short, long = `{"id":"a","title":"short"}`, `{"id":"b","title":"so long that it takes more than a minute at one byte a second"}`
	synctest.Test(t, func(t *testing.T) {
		b := &box{}
		h := handler(t, b, func(o *Options) { o.Clock = time.Now })
		listener := &pipes{make(chan net.Conn), make(chan struct{})}
		server := &http.Server{Handler: h, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
		served := make(chan error, 1)
		go func() { served <- server.Serve(listener) }()
		transport := &http.Transport{DialContext: listener.dial}
		client := &http.Client{Transport: transport}
		push := func(body io.Reader) (int, time.Duration) {
			begun := time.Now()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://samestory/v1/stories", body)
			if err != nil {
				t.Error(err)
				return 0, 0
			}
			r.Header.Set("Content-Type", "application/json")
			res, err := client.Do(r)
			if err != nil {
				return 0, time.Since(begun)
			}
			defer res.Body.Close()
			_, _ = io.Copy(io.Discard, res.Body)
			return res.StatusCode, time.Since(begun)
		}
		slow := make(chan time.Duration, 1)
		go func() {
			code, took := push(&drip{long})
			if code == http.StatusAccepted {
				t.Errorf("an upload of %s was taken", took)
			}
			slow <- took
		}()
		time.Sleep(5 * time.Second)
		if held := h.held.Load(); held <= 0 || held > 100<<10 {
			t.Errorf("%d bytes are held by an upload of five", held)
		}
		if code, took := push(strings.NewReader(short)); code != http.StatusAccepted || took > time.Second {
			t.Errorf("another one: %d after %s", code, took)
		}
		if code, took := push(&drip{short}); code != http.StatusAccepted {
			t.Errorf("a slow one: %d after %s", code, took)
		}
		if took := <-slow; took < uploadTime || took > uploadTime+5*time.Second {
			t.Errorf("the upload without an end was cut off after %s", took)
		}
		synctest.Wait()
		if h.held.Load() != 0 || b.stories != 2 {
			t.Errorf("%d bytes are held, %d stories kept", h.held.Load(), b.stories)
		}
		transport.CloseIdleConnections()
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		time.Sleep(5 * time.Second) // the client finds out with the next byte
	})
}
