package web

import (
	"net"
	"net/http"
	"strings"
	"time"
)

// DefaultAddress is where the page is served unless something else is asked for: on this machine only, since the page
// has no login.
const DefaultAddress = "127.0.0.1:7319"

// The limits of a request. Answers come from a local store, so that a slow client is the only reason for any of them.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
)

// NewServer makes a server for the handler, with timeouts. hosts are the names that clients may address it by beside
// localhost and addresses in numbers; requests under any other name are refused while the server listens on loopback,
// so that a page on the web cannot have its own name point here and read the store through a visitor's browser.
func NewServer(h http.Handler, hosts ...string) *http.Server {
	return &http.Server{
		Handler:           guard(h, hosts),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
	}
}

func guard(next http.Handler, hosts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if onLoopback(r) && !known(r.Host, hosts) {
			http.Error(w, "this server is not known by that name", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

func known(host string, hosts []string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host) != nil {
		return true
	}
	for _, h := range hosts {
		if strings.EqualFold(h, host) {
			return true
		}
	}
	return false
}
