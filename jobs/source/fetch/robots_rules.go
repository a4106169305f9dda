package fetch

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// rules are what the robots.txt of a host says to one program, as RFC 9309 reads it.
type rules struct {
	list  []rule
	delay time.Duration // between two requests; 0 where it does not say
}

// rule allows or forbids the paths that begin with a pattern.
type rule struct {
	pattern string // percent-encoded the one way; * is any bytes, $ at the end is the end
	allow   bool
}

const (
	// longestPattern and mostRules bound what a file can make a check cost.
	longestPattern = 2 << 10
	mostRules      = 10_000
	// longestDelay bounds a crawl delay, which is no standard and at times means never.
	longestDelay = 30 * time.Second
)

// parseRobots takes from a file what it says to a program, else to all. Lines that make no sense are skipped.
func parseRobots(data []byte, product string) *rules {
	own, all := &rules{}, &rules{}
	named := false      // whether any group is for this program
	var into [2]*rules  // the groups that the current lines belong to
	agentsOpen := false // whether the next user-agent joins the group
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for _, raw := range bytes.FieldsFunc(data, func(r rune) bool { return r == '\n' || r == '\r' }) {
		key, value := robotsLine(string(raw))
		switch key {
		case "user-agent":
			if !agentsOpen {
				into = [2]*rules{}
			}
			agentsOpen = true
			switch {
			case value == "*":
				into[0] = all
			case product != "" && strings.EqualFold(robotsProduct(value), product):
				into[1], named = own, true
			}
		case "allow", "disallow", "crawl-delay":
			agentsOpen = false
			for _, r := range into {
				r.add(key, value)
			}
		}
	}
	if named {
		return own
	}
	return all
}

// robotsLine is what a line says, its key in lower case. Some forget the colon.
func robotsLine(line string) (key, value string) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok := strings.Cut(line, ":")
	if fields := strings.Fields(line); !ok && len(fields) == 2 {
		key, value = fields[0], fields[1]
	}
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// robotsProduct is the name of a program without its version.
func robotsProduct(agent string) string {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '-' || r == '_')
	})
	if end < 0 {
		return agent
	}
	return agent[:end]
}

func (r *rules) add(key, value string) {
	switch {
	case r == nil:
	case key == "crawl-delay":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			r.delay = time.Duration(min(seconds, longestDelay.Seconds()) * float64(time.Second))
		}
	case value == "" || len(value) > longestPattern || len(r.list) >= mostRules:
	default:
		r.list = append(r.list, rule{canonicalPath(value), key == "allow"})
	}
}

// allows tells whether a page may be fetched: the longest pattern that matches decides, and of two of one length the one
// that allows.
func (r *rules) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "/robots.txt" {
		return true
	}
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = canonicalPath(path)
	longest, allow := -1, true
	for _, one := range r.list {
		if n := len(one.pattern); (n > longest || n == longest && one.allow) && one.matches(path) {
			longest, allow = n, one.allow
		}
	}
	return allow
}

func (r *rule) matches(path string) bool {
	pattern, anchored := strings.CutSuffix(r.pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	parts = parts[1:]
	if anchored && len(parts) == 0 {
		return rest == ""
	}
	for i, part := range parts {
		if anchored && i == len(parts)-1 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

// canonicalPath writes the same path the same way: what needs no percent sign has none, and what does has upper case.
func canonicalPath(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				i += 2
				if c = byte(n); unreserved(c) {
					b.WriteByte(c)
				} else {
					b.Write([]byte{'%', hex[c>>4], hex[c&15]})
				}
				continue
			}
		}
		if c <= ' ' || c >= 0x7f {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
