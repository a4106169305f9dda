package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// What a Get fails with, beside *StatusError, the cause of a context that ended, and errors of the network.
var (
	// ErrURL reports an address that is none.
	ErrURL = errors.New("no address of a page or feed")
	// ErrScheme reports an address, or a redirect to one, that is neither http nor https.
	ErrScheme = errors.New("only http and https are fetched")
	// ErrPrivate reports an address of this machine or of a private network.
	ErrPrivate = errors.New("not a public address")
	// ErrRedirects reports redirects in a circle, too many of them, or one that leads nowhere.
	ErrRedirects = errors.New("redirects lead nowhere")
	// ErrTimeout reports a server that did not answer, or did not come to an end, in time.
	ErrTimeout = errors.New("out of time")
	// ErrTooLarge reports a body over Request.MaxBody.
	ErrTooLarge = errors.New("the answer is too large")
	// ErrRatio reports a body that grows so much by decompressing that it was made to do harm.
	ErrRatio = errors.New("the answer is a compression bomb")
	// ErrHeader reports an answer whose header is over Options.MaxHeader.
	ErrHeader = errors.New("the header of the answer is too large")
	// ErrEncoding reports a content encoding that was not asked for and cannot be undone.
	ErrEncoding = errors.New("unknown content encoding")
	// ErrTLS reports a certificate that does not hold or a handshake that failed.
	ErrTLS = errors.New("no secure connection")
	// ErrRobots reports a page that the robots.txt of its host asks not to be fetched.
	ErrRobots = errors.New("robots.txt does not allow it")
	// ErrBusy reports that other requests to the host have their turn for longer than the caller's context lasts.
	ErrBusy = errors.New("the host has no turn left in time")
)

// errReset is what syscall.ECONNRESET is, where several requests share a connection.
var errReset = errors.New("broken off")

// StatusError is an answer that is neither what was asked for nor a redirect.
type StatusError struct {
	Code int // of HTTP, 300 to 599 or what else the server made up
	// RetryAfter is how long the server asks to be left alone, at most MaxRetryAfter; 0 where it does not say.
	RetryAfter time.Duration
	// Held tells that nothing was asked, since an earlier answer of the host asked to be left alone and that time is not over.
	Held bool
}

// MaxRetryAfter bounds what a server may ask for: one that names a date in the next century is asked again the next day.
const MaxRetryAfter = 24 * time.Hour

func (e *StatusError) Error() string {
	s := fmt.Sprintf("the server answers %d", e.Code)
	if e.Held {
		s = fmt.Sprintf("the server answered %d before", e.Code)
	}
	if text := http.StatusText(e.Code); text != "" {
		s += " " + text
	}
	if e.RetryAfter > 0 {
		s += fmt.Sprintf(" and asks to wait for %s", e.RetryAfter.Round(time.Second))
	}
	return s
}

// Kind names what went wrong in one word that stays, for counting: busy, canceled, dns, encoding, header, private,
// ratio, redirects, refused, reset, robots, scheme, status, timeout, tls, too_large, url, and network for the rest. It is
// empty for no error.
func Kind(err error) string {
	if err == nil {
		return ""
	}
	if _, ok := errors.AsType[*StatusError](err); ok {
		return "status"
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.word
		}
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "dns"
	}
	return "network"
}

// kinds is in the order in which Kind looks: what says most comes first.
var kinds = []struct {
	err  error
	word string
}{
	{ErrURL, "url"},
	{ErrScheme, "scheme"},
	{ErrPrivate, "private"},
	{ErrRedirects, "redirects"},
	{ErrTimeout, "timeout"},
	{ErrTooLarge, "too_large"},
	{ErrRatio, "ratio"},
	{ErrHeader, "header"},
	{ErrEncoding, "encoding"},
	{ErrTLS, "tls"},
	{ErrRobots, "robots"},
	{ErrBusy, "busy"},
	{context.Canceled, "canceled"},
	{context.DeadlineExceeded, "canceled"},
	{syscall.ECONNREFUSED, "refused"},
	{syscall.ECONNRESET, "reset"},
	{errReset, "reset"},
	{io.EOF, "reset"},
	{io.ErrUnexpectedEOF, "reset"},
}

// classify puts the sentinel that callers branch on around an error of the transport. Some of its errors have no type
// of their own and are told by their words; a test holds each of them.
func classify(err error) error {
	said := err.Error()
	switch {
	case errors.Is(err, ErrPrivate), errors.Is(err, ErrTimeout), errors.Is(err, ErrEncoding):
		return err
	case strings.Contains(said, "server response headers exceeded"), strings.Contains(said, "response header list larger"):
		return ErrHeader
	case strings.Contains(said, "tls: "), strings.Contains(said, "x509: "), errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%w: %w", ErrTLS, err)
	case strings.Contains(said, "stream error: "), strings.Contains(said, "connection error: "): // of HTTP/2
		return fmt.Errorf("%w: %w", errReset, err)
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return err
}
