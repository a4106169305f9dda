package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// answer is how a hop ended: with a response, or with the address to go on at.
type answer struct {
	res     *Response
	to      *url.URL
	forGood bool // a redirect that is to be remembered
	wire    int64
}

// hop makes one request when it is its turn. left is what remains of the time of the Get.
func (c *Client) hop(ctx context.Context, u *url.URL, r *Request, left *time.Duration) (*answer, error) {
	host := hostName(u)
	done, err := c.hosts.turn(ctx, host)
	if err != nil {
		return nil, err
	}
	defer done()
	if *left <= 0 {
		return nil, c.late()
	}
	begun := time.Now()
	defer func() { *left -= time.Since(begun) }()
	timed, cancel := context.WithTimeoutCause(ctx, *left, c.late())
	defer cancel()
	a, err := c.ask(timed, u, r)
	if status, ok := errors.AsType[*StatusError](err); ok && status.Code == http.StatusTooManyRequests {
		c.hosts.hold(host, status.RetryAfter)
	}
	if err != nil && timed.Err() != nil {
		return nil, context.Cause(timed) // ours, or the caller's
	}
	return a, err
}

func (c *Client) late() error {
	return fmt.Errorf("%w: not all of an answer within %s", ErrTimeout, c.o.Timeout)
}

// skipped is what of a body that nobody wants is read so that its connection can be used again.
const skipped = 4 << 10

func (c *Client) ask(ctx context.Context, u *url.URL, r *Request) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, ErrURL
	}
	c.header(req, u, r)
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, classify(err)
	}
	defer res.Body.Close() //nolint:errcheck // there is nothing left to do with it
	after := retryAfter(res.Header, time.Now())
	switch {
	case res.StatusCode/100 == 2:
		return c.take(ctx, res, r, after)
	case res.StatusCode == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		return &answer{res: &Response{
			Status: res.StatusCode, Header: res.Header, NotModified: true, RetryAfter: after,
			ETag: or(validator(res.Header, "ETag"), r.ETag), LastModified: or(validator(res.Header, "Last-Modified"), r.LastModified),
		}}, nil
	}
	n, _ := io.CopyN(io.Discard, res.Body, skipped)
	if location := res.Header.Get("Location"); location != "" && redirects(res.StatusCode) {
		to, err := target(u, location)
		if err != nil {
			return nil, err
		}
		forGood := res.StatusCode == http.StatusMovedPermanently || res.StatusCode == http.StatusPermanentRedirect
		return &answer{to: to, forGood: forGood, wire: n}, nil
	}
	return nil, &StatusError{Code: res.StatusCode, RetryAfter: after}
}

// header says who asks, for what, and what is known already.
func (c *Client) header(req *http.Request, u *url.URL, r *Request) {
	set := func(key, value string) {
		if value != "" && plain(value) {
			req.Header.Set(key, value)
		}
	}
	set("User-Agent", c.o.UserAgent)
	set("Accept", or(r.Accept, "*/*"))
	set("Accept-Encoding", "gzip, deflate")
	set("If-None-Match", r.ETag)
	set("If-Modified-Since", r.LastModified)
	if u.User != nil {
		password, _ := u.User.Password()
		req.SetBasicAuth(u.User.Username(), password)
	}
}

// take reads the body of an answer.
func (c *Client) take(ctx context.Context, res *http.Response, r *Request, after time.Duration) (*answer, error) {
	b, err := read(res, r, c.o.MaxRatio)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, classify(err)
	}
	out := &Response{Status: res.StatusCode, Header: res.Header, Body: b.data, Truncated: b.truncated, RetryAfter: after}
	if !b.truncated {
		out.ETag, out.LastModified = validator(res.Header, "ETag"), validator(res.Header, "Last-Modified")
	}
	return &answer{res: out, wire: b.wire}, nil
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// target is where a redirect leads. A name and password stay where the server stays; they are never handed on to another.
func target(from *url.URL, location string) (*url.URL, error) {
	ref, err := url.Parse(strings.TrimSpace(location))
	if err != nil {
		return nil, fmt.Errorf("%w: to %.200q", ErrRedirects, location)
	}
	to := from.ResolveReference(ref)
	if to.User == nil && to.Scheme == from.Scheme && to.Host == from.Host {
		to.User = from.User
	}
	return to, nil
}

// longestValidator bounds what is kept of a server's word for a version, in bytes.
const longestValidator = 1 << 10

// validator is a header that can be sent back; a broken one is as good as none.
func validator(h http.Header, key string) string {
	v := strings.TrimSpace(h.Get(key))
	if len(v) > longestValidator || !plain(v) {
		return ""
	}
	return v
}

// plain tells whether a text can be the value of a header.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// retryAfter reads seconds or a date; 0 where there is neither. A date is compared with that of the answer where it has
// one: the two clocks need not agree.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, MaxRetryAfter.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(at.Sub(now), 0), MaxRetryAfter)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
