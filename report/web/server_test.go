package web

import (
	"iter"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// broken is a snapshot that fails at the first row.
type broken struct {
	*fixture.Reader
	err error
}

func (b broken) EventHeads(time.Time, time.Time) iter.Seq2[store.EventHead, error] {
	return func(yield func(store.EventHead, error) bool) { yield(store.EventHead{}, b.err) }
}

func (b broken) Runs() iter.Seq2[store.Run, error] {
	return func(yield func(store.Run, error) bool) { yield(store.Run{}, b.err) }
}

func TestServerHasTimeouts(t *testing.T) {
	s := NewServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("%+v", s)
	}
	if host, _, err := net.SplitHostPort(DefaultAddress); err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("the default address is %s", DefaultAddress)
	}
}
