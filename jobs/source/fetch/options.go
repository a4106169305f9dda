package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"
)

// Options steer a Client.
type Options struct {
	UserAgent string
	// Timeout is how long a Get may take with all of its redirects and its body; waiting for a turn does not count.
	Timeout time.Duration
	// Connect is how much of that one connection may take.
	Connect time.Duration
	// MaxBody is in bytes, decompressed, of requests that do not say.
	MaxBody int64
	// MaxHeader is in bytes.
	MaxHeader int64
	// MaxRatio is how many times its wire size a body of more than a megabyte may have. Feeds reach 30.
	MaxRatio int
	// MaxRedirects is how many are followed.
	MaxRedirects int
	// Rate is how many requests a second a host gets after the first Burst; 0 is any number.
	Rate  float64
	Burst int
	// Concurrent is how many requests a host gets at a time.
	Concurrent int
	// AllowPrivate names addresses that may be connected to though they are not public: "127.0.0.1:8081",
	// "[::1]:8081", "10.1.2.3", "192.168.0.0/16".
	AllowPrivate []string
	// Proxy is the address of a proxy, "environment" for what the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY say,
	// or empty for none. A proxy looks names up itself, and so has to keep private addresses away itself, too.
	Proxy string

	// Dial stands in for the network where it is not nil, as a net.Dialer's DialContext. It decides what names mean, and
	// so addresses are held to be public only where they are written in a URL or seen on the connection that it returns.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver
	// TLS is cloned; nil trusts what the system trusts.
	TLS *tls.Config
}

// DefaultOptions are polite and wide enough for any feed. version is the program's.
func DefaultOptions(version string) Options {
	return Options{
		UserAgent: UserAgent(version),
		Timeout:   time.Minute,
		Connect:   10 * time.Second,
		MaxBody:   10 << 20,
		MaxHeader: 64 << 10,
		MaxRatio:  100,

		MaxRedirects: 5,
		Rate:         1,
		Burst:        4,
		Concurrent:   2,
	}
}

// UserAgent identifies a version of the program to those who read the logs of a server.
func UserAgent(version string) string {
	if version == "" {
		version = "dev"
	}
	return "samestory/" + version + " (+https://github.com/samestory/samestory)"
}

// CheckUserAgent tells whether a text can be Options.UserAgent; empty can.
func CheckUserAgent(agent string) error {
	if len(agent) > 300 || !plain(agent) {
		return errors.New("expected up to 300 letters, digits and signs of ASCII on one line")
	}
	return nil
}

// environment is the word for a proxy that the variables of the environment name.
const environment = "environment"

// CheckProxy tells whether a text can be Options.Proxy.
func CheckProxy(proxy string) error {
	if proxy == "" || proxy == environment {
		return nil
	}
	u, err := url.Parse(proxy)
	if err == nil && u.Hostname() != "" {
		switch u.Scheme {
		case "http", "https", "socks5", "socks5h":
			return nil
		}
	}
	return fmt.Errorf("expected an address such as %q, or %q", "http://proxy.example.org:3128", environment)
}

func (o *Options) check() error {
	if o.Timeout <= 0 || o.Connect <= 0 || o.MaxBody < 1 || o.MaxHeader < 1 || o.MaxRatio < 1 || o.MaxRedirects < 0 ||
		!(o.Rate >= 0) || o.Rate > 0 && o.Burst < 1 || o.Concurrent < 1 {
		return fmt.Errorf("options out of range: %s, %s, %d bytes, %d bytes, ratio %d, %d redirects, %v a second after %d, %d at a time",
			o.Timeout, o.Connect, o.MaxBody, o.MaxHeader, o.MaxRatio, o.MaxRedirects, o.Rate, o.Burst, o.Concurrent)
	}
	if err := CheckUserAgent(o.UserAgent); err != nil {
		return fmt.Errorf("user agent: %w", err)
	}
	if err := CheckProxy(o.Proxy); err != nil {
		return fmt.Errorf("proxy: %w", err)
	}
	return nil
}
