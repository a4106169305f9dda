package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Client fetches. There should be one for all sources, so that a host is spared whoever asks.
type Client struct {
	o         Options
	guard     *guard
	hosts     *hosts
	robots    *robots
	transport *http.Transport
}

// New makes a client; it asks nothing yet. Call Close when it is not needed any more.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	g, err := newGuard(o.AllowPrivate)
	if err != nil {
		return nil, fmt.Errorf("fetch: allow private: %w", err)
	}
	p, err := newProxy(o.Proxy)
	if err != nil {
		return nil, fmt.Errorf("fetch: proxy: %w", err)
	}
	config := o.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	return &Client{o: o, guard: g, hosts: newHosts(&o), robots: newRobots(o.UserAgent), transport: &http.Transport{
		Proxy:                  p.choose,
		DialContext:            dialer(&o, g, p),
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    o.Connect,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // undone here, within limits
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    o.Concurrent,
		IdleConnTimeout:        30 * time.Second, // a poll comes every few minutes, and pages of one host one after the other
		MaxResponseHeaderBytes: o.MaxHeader,
		ReadBufferSize:         16 << 10,
	}}, nil
}

// dialer connects to public addresses.
func dialer(o *Options, g *guard, p *proxy) func(context.Context, string, string) (net.Conn, error) {
	direct := &net.Dialer{Timeout: o.Connect, Resolver: o.Resolver}
	guarded := *direct
	guarded.Control = g.control
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dial := guarded.DialContext
		switch {
		case o.Dial != nil:
			dial = o.Dial
		case p.is(address):
			return direct.DialContext(ctx, network, address) // the user named it
		}
		ctx, cancel := context.WithTimeoutCause(ctx, o.Connect, fmt.Errorf("%w: no connection within %s", ErrTimeout, o.Connect))
		defer cancel()
		conn, err := dial(ctx, network, address)
		if err != nil {
			if errors.Is(context.Cause(ctx), ErrTimeout) {
				err = context.Cause(ctx)
			}
			return nil, err
		}
		if err := g.remote(conn); err != nil && !p.is(address) {
			conn.Close() //nolint:errcheck // nothing was written to it
			return nil, err
		}
		return conn, nil
	}
}

// Close ends the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Request is what to get.
type Request struct {
	URL string
	// ETag and LastModified are of the answer that the caller has; a server that has no other answers NotModified.
	ETag, LastModified string
	// Accept is the header of that name; empty takes anything.
	Accept string
	// MaxBody is in bytes, decompressed; 0 is Options.MaxBody.
	MaxBody int64
	// Robots asks the robots.txt of every host on the way. It is for pages that nobody offered to programs.
	// It may take Options.Timeout for each of them as well.
	Robots bool

	cut bool // takes the first MaxBody bytes of more
}

// Response is what there was to get.
type Response struct {
	Status int    // 200 to 299, or 304 where NotModified
	Body   []byte // decompressed; empty where NotModified
	Header http.Header
	// Wire is how many bytes of bodies came, redirects included.
	Wire int64
	// FinalURL is the address that answered.
	FinalURL string
	// Permanent is the address that the requested one has moved to for good: the last one reached through 301 and 308
	// only. Empty where it has not moved.
	Permanent   string
	NotModified bool
	// Truncated tells that the body ended before the server said it would, or is damaged where it is compressed; what
	// came before is there. Such an answer has no ETag and no LastModified: the rest would never be seen.
	Truncated bool
	// ETag and LastModified are for the next Request.
	ETag, LastModified string
	// RetryAfter is how long the server asks to be left alone though it answered; 0 mostly.
	RetryAfter time.Duration
}

// Get asks for what is at an address, following redirects. Errors say "get", the address without its password, and why.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	if r.MaxBody <= 0 {
		r.MaxBody = c.o.MaxBody
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", Redact(r.URL), ErrURL)
	}
	res, err := c.follow(ctx, u, &r)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", u.Redacted(), err)
	}
	return res, nil
}

// follow makes one hop after the other.
func (c *Client) follow(ctx context.Context, u *url.URL, r *Request) (*Response, error) {
	left := c.o.Timeout
	seen := map[string]bool{}
	var wire int64
	permanent, moved := true, ""
	for hops := 0; ; hops++ {
		u = bare(u)
		if err := c.check(u); err != nil {
			return nil, via(hops, u, err)
		}
		if seen[u.String()] {
			return nil, fmt.Errorf("%w: in a circle back to %s", ErrRedirects, u.Redacted())
		}
		seen[u.String()] = true
		if hops > c.o.MaxRedirects {
			return nil, fmt.Errorf("%w: more than %d of them", ErrRedirects, c.o.MaxRedirects)
		}
		if r.Robots {
			if err := c.allowed(ctx, u); err != nil {
				return nil, via(hops, u, err)
			}
		}
		a, err := c.hop(ctx, u, r, &left)
		if err != nil {
			return nil, via(hops, u, err)
		}
		wire += a.wire
		if a.to == nil {
			a.res.Wire, a.res.FinalURL, a.res.Permanent = wire, u.String(), moved
			return a.res, nil
		}
		if permanent = permanent && a.forGood; permanent {
			moved = bare(a.to).String()
		}
		u = a.to
	}
}

// via tells where an error came from if redirects led there.
func via(hops int, u *url.URL, err error) error {
	if hops == 0 {
		return err
	}
	return fmt.Errorf("redirected to %s: %w", u.Redacted(), err)
}

// bare is the address without what is never sent.
func bare(u *url.URL) *url.URL {
	v := *u
	v.Fragment, v.RawFragment = "", ""
	if v.Path == "" {
		v.Path = "/"
	}
	return &v
}

// check refuses what can be told from the address alone.
func (c *Client) check(u *url.URL) error {
	switch {
	case u.Scheme == "" && u.Host == "":
		return ErrURL
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w, not %.20q", ErrScheme, u.Scheme)
	case u.Opaque != "" || u.Hostname() == "":
		return ErrURL
	}
	return c.guard.literal(u)
}

// Redact is an address without its password, to be shown.
func Redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Sprintf("%.200q", address)
	}
	return u.Redacted()
}
