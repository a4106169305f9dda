package web

import (
	"net/http"
	"time"
)

// DefaultAddress is where the page is served unless something else is asked for: on this machine only.
const DefaultAddress = "127.0.0.1:7319"

// The limits of a request. Answers come from a local store, so that a slow client is the only reason for any of them.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
)

// NewServer makes a server for the handler, with timeouts. Whom it lets in is package access's to say.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
	}
}
