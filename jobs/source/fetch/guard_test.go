package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestAddressesThatAreNotPublic(t *testing.T) {
	c := local(t, func(o *Options) { o.AllowPrivate = nil })
	for _, host := range []string{
		"127.0.0.1", "127.8.9.1:8080", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
		"224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fc00::1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost", "LOCALHOST.:80", "feeds.localhost",
	} {
		err := fails(t, c, Request{URL: "http://" + host + "/feed"}, ErrPrivate, "private")
		if strings.Contains(err.Error(), "dial") {
			t.Errorf("%s was dialled: %v", host, err)
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	c := local(t, nil)
	for _, one := range []struct {
		url  string
		want error
		kind string
	}{
		{"", ErrURL, "url"},
		{"news/feed.xml", ErrURL, "url"},
		{"http://", ErrURL, "url"},
		{"http:feed", ErrURL, "url"},
		{"http://a b/", ErrURL, "url"},
		{"http://127.0.0.1:99999/", ErrURL, "url"},
		{"file:///etc/passwd", ErrScheme, "scheme"},
		{"ftp://example.org/feed", ErrScheme, "scheme"},
		{"javascript:alert(1)", ErrScheme, "scheme"},
	} {
		fails(t, c, Request{URL: one.url}, one.want, one.kind)
	}
}

func TestGuard(t *testing.T) {
	g, err := newGuard([]string{"127.0.0.1:8081", "10.1.2.3", "192.168.7.9/16", "[::1]:8081", "fd00::5", "::ffff:10.9.9.9"})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		address string
		allowed bool
	}{
		{"127.0.0.1:8081", true},
		{"[::ffff:127.0.0.1]:8081", true},
		{"127.0.0.1:8082", false},
		{"127.0.0.2:8081", false},
		{"10.1.2.3:1", true},
		{"10.1.2.4:1", false},
		{"10.9.9.9:1", true},
		{"192.168.255.1:443", true},
		{"192.169.0.1:443", true}, // public
		{"[::1]:8081", true},
		{"[::1]:80", false},
		{"[fd00::5]:80", true},
		{"[fd00::6]:80", false},
		{"93.184.215.14:80", true},
		{"93.184.215.14:8000", true},
		{"[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443", true},
	} {
		if err := g.control("tcp", netip.MustParseAddrPort(one.address).String(), nil); (err == nil) != one.allowed || err != nil && !errors.Is(err, ErrPrivate) {
			t.Errorf("%s: %v, want allowed: %v", one.address, err, one.allowed)
		}
	}
	for _, broken := range []string{"", "localhost", "example.org:80", "10.0.0.0/33", "127.0.0.1:0", "127.0.0.1:x", "fe80::1%eth0"} {
		if CheckAllowPrivate(broken) == nil {
			t.Errorf("%q is taken", broken)
		}
		if _, err := New(Options{UserAgent: "x", AllowPrivate: []string{broken}}); err == nil {
			t.Errorf("a client takes %q", broken)
		}
	}
}

// names is a server of names on this machine. Each lookup of a name takes the next of its addresses, and the last again
// and again.
type names struct {
	mu        sync.Mutex
	addresses map[string][]string
	asked     int
}

// resolver runs the server until the test ends.
func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			k, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:k]) == nil && len(m.Questions) == 1 {
				if out, err := n.answer(&m); err == nil {
					_, _ = conn.WriteTo(out, from)
				}
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) answer(m *dnsmessage.Message) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	list := n.addresses[strings.TrimSuffix(q.Name.String(), ".")]
	if q.Type == dnsmessage.TypeA && len(list) > 0 {
		n.asked++
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(list[0]).As4()},
		})
		if len(list) > 1 {
			n.addresses[strings.TrimSuffix(q.Name.String(), ".")] = list[1:]
		}
	} else if len(list) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	return m.Pack()
}

func TestNamesThatLeadHome(t *testing.T) {
	port := ""
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/to-name":
			http.Redirect(w, r, "http://home.test:"+port+"/", http.StatusFound)
		case "/to-itself":
			w.Header().Set("Connection", "close") // so that the name is looked up again
			http.Redirect(w, r, "http://rebinds.test:"+port+"/", http.StatusFound)
		default:
			w.Header().Set("Connection", "close")
			_, _ = w.Write([]byte("inside"))
		}
	})
	_, port, _ = net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	n := &names{addresses: map[string][]string{
		"feeds.test":   {"127.0.0.1"},
		"home.test":    {"127.0.0.2"},
		"rebinds.test": {"127.0.0.1", "127.0.0.2"},
	}}
	c := local(t, func(o *Options) {
		o.AllowPrivate = []string{"127.0.0.1"} // stands for a public address; 127.0.0.2 is what must not be reached
		o.Resolver = n.resolver(t)
	})
	if res := get(t, c, Request{URL: "http://feeds.test:" + port + "/"}); string(res.Body) != "inside" {
		t.Errorf("%+v", res)
	}
	t.Run("at once", func(t *testing.T) {
		fails(t, c, Request{URL: "http://home.test:" + port + "/"}, ErrPrivate, "private")
	})
	t.Run("by a redirect", func(t *testing.T) {
		fails(t, c, Request{URL: "http://feeds.test:" + port + "/to-name"}, ErrPrivate, "private")
	})
	t.Run("on the second lookup", func(t *testing.T) {
		fails(t, c, Request{URL: "http://rebinds.test:" + port + "/to-itself"}, ErrPrivate, "private")
		n.mu.Lock()
		defer n.mu.Unlock()
		if len(n.addresses["rebinds.test"]) != 1 {
			t.Error("the name was looked up once only")
		}
	})
	t.Run("nowhere", func(t *testing.T) {
		fails(t, c, Request{URL: "http://unknown.test/"}, nil, "dns")
	})
}

func TestConnectionsOfAFakeNetworkAreChecked(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was reached") })
	c := local(t, func(o *Options) {
		o.AllowPrivate = nil
		o.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(url, "http://"))
		}
	})
	fails(t, c, Request{URL: "http://example.org/"}, ErrPrivate, "private")
}

func TestProxy(t *testing.T) {
	asked := ""
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = w.Write([]byte("by proxy"))
	})
	c := local(t, func(o *Options) { o.AllowPrivate, o.Proxy = nil, url })
	if res := get(t, c, Request{URL: "http://example.org/feed"}); string(res.Body) != "by proxy" || asked != "http://example.org/feed" {
		t.Errorf("%q, asked for %q", res.Body, asked)
	}
	fails(t, c, Request{URL: "http://10.0.0.1/"}, ErrPrivate, "private")

	t.Setenv("HTTP_PROXY", url)
	t.Setenv("NO_PROXY", "")
	c = local(t, func(o *Options) { o.AllowPrivate, o.Proxy = nil, "environment" })
	if res := get(t, c, Request{URL: "http://example.org/feed"}); string(res.Body) != "by proxy" {
		t.Errorf("%q", res.Body)
	}
	c = local(t, func(o *Options) {
		o.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("straight") }
	})
	if _, err := c.Get(t.Context(), Request{URL: "http://example.org/feed"}); err == nil || !strings.Contains(err.Error(), "straight") {
		t.Errorf("a proxy of the environment is used though nothing says so: %v", err)
	}
	for _, broken := range []string{"proxy:3128", "ftp://proxy", "http://", "none"} {
		if CheckProxy(broken) == nil {
			t.Errorf("%q is taken for a proxy", broken)
		}
	}
}
