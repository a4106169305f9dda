package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard tells public addresses from those that a stranger's feed must not lead us to.
type guard struct {
	public  *ssrf.Guardian
	allowed []allowance
}

// allowance is an exception.
type allowance struct {
	prefix netip.Prefix
	port   uint16 // 0: any
}

func newGuard(exceptions []string) (*guard, error) {
	g := &guard{public: ssrf.New(ssrf.WithAnyPort(), ssrf.WithAnyNetwork())}
	for _, text := range exceptions {
		a, err := parseAllowance(text)
		if err != nil {
			return nil, err
		}
		g.allowed = append(g.allowed, a)
	}
	return g, nil
}

// CheckAllowPrivate tells whether a text can be one of Options.AllowPrivate.
func CheckAllowPrivate(text string) error {
	_, err := parseAllowance(text)
	return err
}

func parseAllowance(text string) (allowance, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return allowance{prefix: p.Masked()}, nil
	}
	if a, err := netip.ParseAddrPort(text); err == nil && a.Port() != 0 && a.Addr().Zone() == "" {
		return allowance{netip.PrefixFrom(a.Addr().Unmap(), a.Addr().Unmap().BitLen()), a.Port()}, nil
	}
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil && a.Zone() == "" {
		return allowance{prefix: netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())}, nil
	}
	return allowance{}, fmt.Errorf("%q is no address, expected one such as \"127.0.0.1:8081\", \"10.1.2.3\" or \"192.168.0.0/16\"", text)
}

// control is asked by the dialer between the lookup and the connection.
func (g *guard) control(network, address string, _ syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return fmt.Errorf("%w: %s", ErrPrivate, network)
	}
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPrivate, address)
	}
	return g.check(a)
}

// literal checks a host that is written as a number, so that nothing has to be dialled to know. It is the only check
// where a proxy looks names up.
func (g *guard) literal(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	var addresses []netip.Addr
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		addresses = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}
	} else if a, err := netip.ParseAddr(host); err == nil {
		addresses = []netip.Addr{a}
	}
	port, err := uint64(80), error(nil)
	if u.Scheme == "https" {
		port = 443
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.ParseUint(text, 10, 16); err != nil {
			return ErrURL
		}
	}
	for _, a := range addresses {
		if err = g.check(netip.AddrPortFrom(a, uint16(port))); err == nil {
			return nil
		}
	}
	return err
}

// remote checks where a connection leads, as far as it knows.
func (g *guard) remote(conn net.Conn) error {
	if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return g.check(a.AddrPort())
	}
	return nil
}

func (g *guard) check(a netip.AddrPort) error {
	ip := a.Addr().Unmap()
	for _, one := range g.allowed {
		if one.prefix.Contains(ip) && (one.port == 0 || one.port == a.Port()) {
			return nil
		}
	}
	if g.public.SafeAddr(ip) != nil {
		return fmt.Errorf("%w: %s (fetch.allow_private in the config names exceptions)", ErrPrivate, ip)
	}
	return nil
}
