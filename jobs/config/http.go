package config

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// HTTP says where the daemon serves its page and API, and what it takes in there.
type HTTP struct {
	Listen    string   `toml:"listen"`        // address; empty: nothing is served
	Hosts     []string `toml:"hosts"`         // names that clients may use beside localhost and addresses in numbers
	Base      string   `toml:"base"`          // what addresses in feeds begin with; empty: as a request names the server
	Proxies   []string `toml:"proxies"`       // addresses and networks of proxies, whose word about the client's address counts
	Public    bool     `toml:"public"`        // everybody who reaches the address may read
	CORS      []string `toml:"cors"`          // origins whose pages may read
	Rate      float64  `toml:"rate"`          // requests a second of each token or address; 0: any number
	Burst     int      `toml:"burst"`         // requests that are free of the rate after a rest
	TokenEnv  string   `toml:"token_env"`     // variable of the environment that holds a token with every scope, or
	TokenFile string   `toml:"token_file"`    // file that holds nothing else
	Body      Size     `toml:"body"`          // of one delivery of stories, decompressed
	Queue     Size     `toml:"queue"`         // that pushed stories may take until a tick has placed them
	Stories   int      `toml:"queue_stories"` // likewise, in stories
}

// minToken is how short a token may be: what is shorter can be guessed.
const minToken = 16

// ErrToken reports a token that is named and not there, or too short.
var ErrToken = errors.New("no token")

func defaultHTTP() HTTP {
	return HTTP{Listen: "127.0.0.1:7319", Rate: 50, Burst: 250, Body: 8 << 20, Queue: 256 << 20, Stories: 100_000}
}

// checkHTTP reports what is wrong in the settings of the server.
func (p *problems) checkHTTP(h *HTTP) {
	if h.Listen != "" {
		p.checkListen(h)
	}
	for i, name := range h.Hosts {
		if name == "" || strings.ContainsAny(name, "/:@ ") {
			p.add(fmt.Sprintf("http.hosts[%d]", i), "expected a name such as \"news.example.org\", without scheme and port")
		}
	}
	if _, err := h.ProxyNetworks(); err != nil {
		p.add("http.proxies", "%v", err)
	}
	for i, origin := range h.CORS {
		if err := checkOrigin(origin); err != nil {
			p.add(fmt.Sprintf("http.cors[%d]", i), "%v", err)
		}
	}
	if math.IsNaN(h.Rate) || h.Rate != 0 && h.Rate < 0.1 || h.Rate > 1e6 {
		p.add("http.rate", "expected 0.1 to 1000000 requests a second, or 0 for any number")
	}
	if h.Burst < 1 || h.Burst > 1_000_000 {
		p.add("http.burst", "expected 1 to 1000000")
	}
	if u, err := url.Parse(h.Base); h.Base != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		p.add("http.base", "expected what addresses of the server begin with, such as \"https://news.example.org\"")
	}
	if h.TokenEnv != "" && h.TokenFile != "" {
		p.add("http.token_file", "the token cannot be in token_env as well")
	}
	if h.Body < 1<<10 || h.Body > 256<<20 {
		p.add("http.body", "expected 1KiB to 256MiB")
	}
	if h.Queue < h.Body || h.Queue > 1<<40 {
		p.add("http.queue", "expected as much as http.body at least, and at most 1TiB")
	}
	if h.Stories < 1000 || h.Stories > 100_000_000 {
		p.add("http.queue_stories", "expected 1000 to 100000000")
	}
}

func (p *problems) checkListen(h *HTTP) {
	_, port, err := net.SplitHostPort(h.Listen)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || n > 65535 {
		p.add("http.listen", "expected an address and a port, such as \"127.0.0.1:7319\", or \"\" for none")
	}
}

// Local tells whether only this machine reaches the address, or nobody.
func (h *HTTP) Local() bool {
	if h.Listen == "" {
		return true
	}
	host, _, err := net.SplitHostPort(h.Listen)
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return err == nil && host == "localhost" // a name may lead anywhere, but for this one
}

// ProxyNetworks are the proxies as networks.
func (h *HTTP) ProxyNetworks() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range h.Proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil || addr.Zone() != "" {
				return nil, fmt.Errorf(`%q is no address, expected one such as "127.0.0.1", or a network such as "10.0.0.0/8"`, text)
			}
			network = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		all = append(all, network.Masked())
	}
	return all, nil
}

// checkOrigin wants an origin in the form in which browsers send it. There is no word for all origins: http.public lets
// everybody read, but not through the browser of somebody who has a token or sits on this machine.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Scheme+"://"+strings.ToLower(u.Host) != origin ||
		strings.Contains(u.Host, "*") {
		return fmt.Errorf(`%q is no origin, expected one such as "https://desk.example.org", in small letters and without a path`, origin)
	}
	return nil
}

// Token reads the token that the config names, which allows everything; empty where it names none. Its errors wrap ErrToken
// or are the file system's.
func (h *HTTP) Token(getenv func(string) string) (string, error) {
	var token, key string
	switch {
	case h.TokenEnv != "":
		token, key = strings.TrimSpace(getenv(h.TokenEnv)), "http.token_env: "+h.TokenEnv
	case h.TokenFile != "":
		f, err := os.Open(h.TokenFile)
		if err != nil {
			return "", fmt.Errorf("http.token_file: %w", err)
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxKey))
		if err != nil {
			return "", fmt.Errorf("http.token_file: %w", err)
		}
		token, key = strings.TrimSpace(string(data)), "http.token_file: "+h.TokenFile
	default:
		return "", nil
	}
	switch {
	case token == "":
		return "", fmt.Errorf("%s: %w", key, ErrToken)
	case len(token) < minToken:
		return "", fmt.Errorf("%s: %w: what is there has fewer than %d characters", key, ErrToken, minToken)
	case strings.ContainsAny(token, " \t\r\n\x00"):
		return "", fmt.Errorf("%s: %w: what is there has several words or lines", key, ErrToken)
	}
	return token, nil
}
