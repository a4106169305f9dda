package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/control"
	"github.com/samestory/samestory/store"
)

// A daemon that starts has the store before it answers. A verb that comes in between waits for the answer.
func TestVerbWhileADaemonStarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	s, err := store.Open(t.Context(), dir, store.Options{
		Create: true, Params: store.Header{Features: cluster.FeaturesVersion, Params: cluster.Fingerprint()}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v := &verbs{t: t, now: time.Now()}
	c := config.Default()
	c.Store.Dir = dir
	opened := make(chan error, 1)
	go func() {
		_, err := v.app(&bytes.Buffer{}).openStore(t.Context(), &c, store.Options{ReadOnly: true})
		opened <- err
	}()
	time.Sleep(500 * time.Millisecond)
	server, err := control.Start(dir, control.Options{
		Log: slog.New(slog.DiscardHandler), Run: func(context.Context, *control.Session) int { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	var h *heldError
	if err := <-opened; !errors.As(err, &h) {
		t.Errorf("the verb ended with %v", err)
	}
	if err := server.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
