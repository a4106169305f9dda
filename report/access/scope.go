package access

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Scope is what a token allows its bearer to do.
type Scope string

// The scopes. None includes another: who may give orders on the page has to read it too.
const (
	Read Scope = "read" // pages, API and feeds
	Push Scope = "push" // POST of stories
	Edit Scope = "edit" // whatever else changes something
)

// AllScopes lists the scopes in the order in which they are shown.
func AllScopes() []Scope { return []Scope{Read, Push, Edit} }

// ErrScope reports a word that is no scope, or a list without any.
var ErrScope = errors.New("no such scope")

// ParseScopes reads a list such as "read,push". The result is in the order of AllScopes, each once.
func ParseScopes(text string) ([]Scope, error) {
	named := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	for _, word := range named {
		if !slices.Contains(AllScopes(), Scope(word)) {
			return nil, fmt.Errorf("%w: %q", ErrScope, word)
		}
	}
	if len(named) == 0 {
		return nil, fmt.Errorf("%w: none is named", ErrScope)
	}
	return slices.DeleteFunc(AllScopes(), func(s Scope) bool { return !slices.Contains(named, string(s)) }), nil
}

// pushPaths are where stories are sent to.
var pushPaths = []string{"/v1/stories", "/api/v1/stories"}

// harmlessPosts change nothing here: they carry a text to be compared, or have a browser remember something.
var harmlessPosts = []string{"/api/v1/match", "/seen"}

// probes are open to everybody who reaches the server, at any rate: a limiter must not make a supervisor restart it.
var probes = []string{"/healthz", "/readyz", "/metrics"}

// needs are the scopes that a request needs, all of them. A path that is written in another way than it is known here may
// lead to either of two handlers, and so needs both.
func needs(r *http.Request) []Scope {
	special := Edit
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return []Scope{Read}
	case http.MethodPost:
		switch {
		case slices.Contains(pushPaths, r.URL.Path):
			special = Push
		case slices.Contains(harmlessPosts, r.URL.Path):
			special = Read
		}
	}
	if special != Edit && r.URL.EscapedPath() != r.URL.Path {
		return []Scope{special, Edit}
	}
	return []Scope{special}
}

// isProbe tells whether a request only asks how the daemon is.
func isProbe(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && slices.Contains(probes, r.URL.EscapedPath())
}
