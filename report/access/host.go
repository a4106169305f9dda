package access

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// onLoopback tells whether the connection came in on an address that only this machine reaches.
func onLoopback(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

// hostOf is the name or address in a Host header, without its port.
func hostOf(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// thisMachine tells whether a name can only mean this machine.
func thisMachine(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// known tells whether the server is asked under a name that it has. On loopback it has no others than these, so that no
// page on the web can have its own name lead here and read through its visitor's browser.
func (r *rules) known(q *http.Request) bool {
	host := hostOf(q.Host)
	return !onLoopback(q) || thisMachine(host) || net.ParseIP(host) != nil ||
		slices.ContainsFunc(r.Hosts, func(name string) bool { return strings.EqualFold(name, host) })
}

// peer is who holds the other end of the connection; invalid where nobody can say.
func peer(q *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(q.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// forwarding is what proxies add to a request. Its presence is enough to know that there was one.
var forwarding = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"}

// local tells whether a request comes from this machine and is meant for it. What a proxy on this machine hands on is not,
// whoever asked it.
func (r *rules) local(q *http.Request) bool {
	at := peer(q)
	if !at.IsLoopback() || r.isProxy(at) || !thisMachine(hostOf(q.Host)) {
		return false
	}
	return !slices.ContainsFunc(forwarding, func(name string) bool { return len(q.Header.Values(name)) > 0 })
}

func (r *rules) isProxy(at netip.Addr) bool {
	return slices.ContainsFunc(r.Proxies, func(p netip.Prefix) bool { return p.Contains(at) })
}

// client is the address that a request is counted for: that of the connection, or what a proxy of ours says of it. Each
// proxy adds the address that it was asked from at the end; what stands before the first one that is none of ours may be
// anything. A network of IPv6 that one household has counts as one client.
func (r *rules) client(q *http.Request) netip.Addr {
	at := peer(q)
	if r.isProxy(at) {
		said := strings.Split(strings.Join(q.Header.Values("X-Forwarded-For"), ","), ",")
		for _, word := range slices.Backward(said) {
			next, err := netip.ParseAddr(strings.TrimSpace(word))
			if err != nil {
				break
			}
			if at = next.Unmap().WithZone(""); !r.isProxy(at) {
				break
			}
		}
	}
	if at.Is6() {
		if p, err := at.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return at
}
