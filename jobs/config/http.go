package config

import (
	"errors"
	"fmt"
	"io"
	"net"
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
	TokenEnv  string   `toml:"token_env"`     // variable of the environment that holds the token, or
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
	return HTTP{Listen: "127.0.0.1:7319", Body: 8 << 20, Queue: 256 << 20, Stories: 100_000}
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
	host, port, err := net.SplitHostPort(h.Listen)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || n > 65535 {
		p.add("http.listen", "expected an address and a port, such as \"127.0.0.1:7319\", or \"\" for none")
		return
	}
	// A name may lead anywhere, but for this one.
	here := host == "localhost"
	if ip := net.ParseIP(host); ip != nil {
		here = ip.IsLoopback()
	}
	if !here && h.TokenEnv == "" && h.TokenFile == "" {
		p.add("http.listen", "others than this machine reach %q: set token_env or token_file, so that not everybody may push stories and "+
			"give orders, or listen on 127.0.0.1", h.Listen)
	}
}

// Token reads what a client has to show that pushes stories or gives orders; empty where none is asked for. Its errors wrap
// ErrToken or are the file system's.
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
