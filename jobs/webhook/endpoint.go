package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// Endpoint is an address that deliveries go to.
type Endpoint struct {
	Name   string // unique; part of the ids of its deliveries and of the name of its record in the store
	URL    string
	Filter Filter
	// Secrets returns what signs: one secret, or two while one is being replaced. It is asked before each attempt, so that
	// a file may change under a running daemon.
	Secrets func() ([]string, error)
	Batch   int           // most entries in a delivery
	Timeout time.Duration // of one attempt, its answer included
	MaxAge  time.Duration // how long an endpoint may fail before its deliveries are buried
}

// What an endpoint has that says nothing else.
const (
	DefaultBatch   = 100
	DefaultTimeout = 10 * time.Second
	DefaultMaxAge  = 24 * time.Hour
)

// MinSecret is the least length of a secret: a shorter one can be guessed from a delivery and its signature.
const MinSecret = 16

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// Errors of settings.
var (
	ErrName = errors.New("expected up to 64 of a-z, 0-9, - and _, beginning with a letter or digit")
	ErrURL  = errors.New(`expected an address such as "https://example.org/hooks/news"`)
)

// CheckName tells whether a name can be that of an endpoint.
func CheckName(name string) error {
	if !nameForm.MatchString(name) {
		return ErrName
	}
	return nil
}

// CheckURL tells whether requests can be sent to an address.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return ErrURL
	case u.User != nil:
		return errors.New("a password does not belong into an address: deliveries are signed with the secret")
	case u.Fragment != "":
		return errors.New("what stands behind # is never sent")
	}
	return nil
}

// Host is the part of an endpoint's address that may be shown: what follows it is a secret with many services.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (e *Endpoint) check() error {
	if err := CheckName(e.Name); err != nil {
		return fmt.Errorf("webhook %q: name: %w", e.Name, err)
	}
	if err := CheckURL(e.URL); err != nil {
		return fmt.Errorf("webhook %s: url: %w", e.Name, err)
	}
	if e.Secrets == nil || e.Batch < 1 || e.Timeout <= 0 || e.MaxAge <= 0 || e.Filter.MinSources < 0 {
		return fmt.Errorf("webhook %s: options out of range: %d entries, %s, %s, %d sources", e.Name, e.Batch, e.Timeout, e.MaxAge,
			e.Filter.MinSources)
	}
	return nil
}

// client sends requests to one endpoint.
func client(transport http.RoundTripper) *http.Client {
	if transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 1
		t.MaxResponseHeaderBytes = 64 << 10
		transport = t
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
