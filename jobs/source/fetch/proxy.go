package fetch

import (
	"net"
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// proxy chooses what stands between us and a server.
type proxy struct {
	choose    func(*http.Request) (*url.URL, error)
	addresses map[string]bool // host:port of those that may be chosen
}

func newProxy(setting string) (*proxy, error) {
	p := &proxy{addresses: map[string]bool{}}
	switch setting {
	case "":
		return p, nil
	case environment:
		env := httpproxy.FromEnvironment()
		for _, text := range []string{env.HTTPProxy, env.HTTPSProxy} {
			if u, err := url.Parse(text); err == nil && u.Host == "" { // "proxy:3128", as many write it
				text = "http://" + text
			}
			if u, err := url.Parse(text); err == nil {
				p.add(u)
			}
		}
		choose := env.ProxyFunc()
		p.choose = func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
		return p, nil
	}
	u, err := url.Parse(setting)
	if err != nil {
		return nil, err
	}
	p.add(u)
	p.choose = http.ProxyURL(u)
	return p, nil
}

// is tells whether an address to be connected to is that of a proxy.
func (p *proxy) is(address string) bool { return p.addresses[address] }

func (p *proxy) add(u *url.URL) {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	if u.Hostname() != "" {
		p.addresses[net.JoinHostPort(u.Hostname(), port)] = true
	}
}
