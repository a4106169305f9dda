package access

import (
	"net/http"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRate(t *testing.T) {
	tokens := OpenTokens(t.TempDir())
	one, other := made(t, tokens, "one", "read", time.Time{}), made(t, tokens, "other", "read", time.Time{})
	c := &clock{start}
	g := New(tokens, Rules{Public: true, Rate: 2, Burst: 3}, c.now, nil)
	ask := func(from string, headers ...string) (int, string) {
		r := far(request(t, http.MethodGet, "/", headers...))
		r.RemoteAddr = from
		res := answer(t, g, r)
		return res.StatusCode, res.Header.Get("Retry-After")
	}
	for i, want := range []int{200, 200, 200, 429, 429} {
		status, after := ask("203.0.113.7:1000")
		if status != want || want == 429 && after != "1" {
			t.Errorf("request %d: %d, again in %q s", i+1, status, after)
		}
	}
	for _, from := range []string{"203.0.113.8:1000", "[2001:db8:1:1::1]:1"} {
		if status, _ := ask(from); status != 200 {
			t.Errorf("%s pays for another one: %d", from, status)
		}
	}
	if status, _ := ask("203.0.113.7:1000", "Authorization", "Bearer "+one); status != 200 {
		t.Errorf("who shows a token is counted for the address: %d", status)
	}
	for range 2 {
		ask("203.0.113.9:1000", "Authorization", "Bearer "+one)
	}
	if status, _ := ask("203.0.113.9:1000", "Authorization", "Bearer "+one); status != 429 {
		t.Errorf("a token from another address is another one: %d", status)
	}
	if status, _ := ask("203.0.113.9:1000", "Authorization", "Bearer "+other); status != 200 {
		t.Errorf("a token pays for another one: %d", status)
	}
	if status, _ := ask("203.0.113.7:1000", "Authorization", "Bearer guess"); status != 429 {
		t.Errorf("who guesses is not counted: %d", status)
	}
	for range 20 {
		if status := answer(t, g, request(t, http.MethodGet, "/")).StatusCode; status != 200 {
			t.Errorf("this machine is counted: %d", status)
		}
		if status := answer(t, g, far(request(t, http.MethodGet, "/healthz"))).StatusCode; status != 200 {
			t.Errorf("probes are counted: %d", status)
		}
	}
	c.at = c.at.Add(500 * time.Millisecond)
	if status, _ := ask("203.0.113.7:1"); status != 200 {
		t.Errorf("half a second later: %d", status)
	}
	if status, _ := ask("203.0.113.7:1"); status != 429 {
		t.Errorf("and at once again: %d", status)
	}
	g.Set(Rules{Public: true, Rate: 2, Burst: 3, Hosts: []string{"x"}})
	if status, _ := ask("203.0.113.7:1"); status != 429 {
		t.Errorf("other rules with the same rate begin anew: %d", status)
	}
	g.Set(Rules{Public: true})
	if status, _ := ask("203.0.113.7:1"); status != 200 {
		t.Errorf("without a rate: %d", status)
	}
}

// The address that is counted is the last one that a proxy of ours has seen; what a client writes itself counts for nothing.
func TestClientBehindProxies(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		name, from string
		said       []string
		proxies    []netip.Prefix
		want       string
	}{
		{"no proxy", "203.0.113.7:1", []string{"198.51.100.1"}, ours, "203.0.113.7"},
		{"one that is none of ours", "127.0.0.1:1", []string{"198.51.100.1"}, nil, "127.0.0.1"},
		{"ours", "127.0.0.1:1", []string{"198.51.100.1"}, ours, "198.51.100.1"},
		{"ours, twice", "127.0.0.1:1", []string{"198.51.100.1, 10.1.2.3"}, ours, "198.51.100.1"},
		{"a client that pretends", "127.0.0.1:1", []string{"8.8.8.8, 198.51.100.1"}, ours, "198.51.100.1"},
		{"in two headers", "127.0.0.1:1", []string{"8.8.8.8", "198.51.100.1"}, ours, "198.51.100.1"},
		{"a client that pretends to be one of ours", "127.0.0.1:1", []string{"10.1.1.1, 198.51.100.1"}, ours, "198.51.100.1"},
		{"nonsense", "127.0.0.1:1", []string{"unknown"}, ours, "127.0.0.1"},
		{"nonsense before", "127.0.0.1:1", []string{"<b>, 10.0.0.1"}, ours, "10.0.0.1"},
		{"nothing", "127.0.0.1:1", nil, ours, "127.0.0.1"},
		{"IPv6", "[2001:db8:1:2:3:4:5:6]:1", nil, nil, "2001:db8:1:2::"},
		{"IPv4 as IPv6", "[::ffff:203.0.113.7]:1", nil, nil, "203.0.113.7"},
		{"with a zone", "[fe80::1%eth0]:1", nil, nil, "fe80::"},
		{"nobody", "", nil, ours, "invalid IP"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request(t, http.MethodGet, "/")
			r.RemoteAddr, r.Header["X-Forwarded-For"] = tt.from, tt.said
			if got := (&rules{Rules: Rules{Proxies: tt.proxies}}).client(r).String(); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// However clients come, none makes more than burst and rate allow while it is remembered, one that was refused may come
// when it was told to, and never are more than two generations kept.
func TestLimiterHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perSecond := rapid.Float64Range(0.5, 20).Draw(t, "rate")
		burst, most := rapid.IntRange(1, 10).Draw(t, "burst"), rapid.IntRange(1, 8).Draw(t, "most")
		l := newLimiter(perSecond, burst, most)
		now := start
		passed := 0
		steady := client{token: "steady"} // asks every time, and so is never forgotten
		for i := range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "ms")) * time.Millisecond)
			wait := l.take(steady, now)
			if wait <= 0 {
				passed++
			} else if again := l.take(steady, now.Add(wait+time.Microsecond)); again > 0 {
				t.Fatalf("told to come in %s, and then in %s", wait, again)
			} else {
				passed++
				now = now.Add(wait + time.Microsecond)
			}
			if allowed := float64(burst) + now.Sub(start).Seconds()*perSecond + 1e-3*float64(i+1); float64(passed) > allowed {
				t.Fatalf("%d requests in %s", passed, now.Sub(start))
			}
			l.take(client{token: strconv.Itoa(rapid.IntRange(0, 30).Draw(t, "other"))}, now)
			if kept := len(l.young) + len(l.old); kept > 2*most {
				t.Fatalf("%d clients are kept", kept)
			}
		}
	})
}
