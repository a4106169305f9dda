package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRobotsRules(t *testing.T) {
	for _, one := range []struct {
		name, file, path string
		allowed          bool
	}{
		{"empty", "", "/a", true},
		{"a page that says not found", "<html><body>No such page</body></html>", "/a", true},
		{"for all", "User-agent: *\nDisallow: /a\n", "/a/b", false},
		{"for all, another path", "User-agent: *\nDisallow: /a\n", "/b/a", true},
		{"for others", "User-agent: other\nDisallow: /\n", "/a", true},
		{"for us", "User-agent: SameStory\nDisallow: /a\n", "/a", false},
		{"for us with a version", "User-agent: samestory/1.0\nDisallow: /a\n", "/a", false},
		{"for the beginning of our name", "User-agent: same\nDisallow: /\n", "/a", true},
		{"ours goes before all", "User-agent: *\nDisallow: /\nUser-agent: samestory\nDisallow: /b\n", "/a", true},
		{"ours in two groups", "User-agent: samestory\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: samestory\nDisallow: /b\n", "/b", false},
		{"a group of several", "User-agent: x\nUser-agent: samestory\nSitemap: http://a/b\nUser-agent: y\nDisallow: /a\n", "/a", false},
		{"nothing is forbidden", "User-agent: *\nDisallow:\n", "/a", true},
		{"all is forbidden", "User-agent: *\nDisallow: /\n", "/", false},
		{"robots.txt itself", "User-agent: *\nDisallow: /\n", "/robots.txt", true},
		{"the longer one decides", "User-agent: *\nDisallow: /\nAllow: /news/\n", "/news/a", true},
		{"whichever comes first", "User-agent: *\nAllow: /news/\nDisallow: /\n", "/news/a", true},
		{"and forbids", "User-agent: *\nAllow: /news/\nDisallow: /news/private\n", "/news/private/a", false},
		{"of two alike the kind one", "User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
		{"wildcard", "User-agent: *\nDisallow: /*/print/\n", "/news/2026/print/7", false},
		{"wildcard that is not there", "User-agent: *\nDisallow: /*/print/\n", "/news/2026/print", true},
		{"the end", "User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf.pdf", false},
		{"not the end", "User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf?x", true},
		{"nothing but the path", "User-agent: *\nDisallow: /a$\n", "/a", false},
		{"the path and more", "User-agent: *\nDisallow: /a$\n", "/ab", true},
		{"the front page only", "User-agent: *\nAllow: /$\nDisallow: /\n", "/", true},
		{"stars without end", "User-agent: *\nDisallow: " + strings.Repeat("/*a", 600) + "b\n", "/" + strings.Repeat("a/", 1000), true},
		{"a query", "User-agent: *\nDisallow: /*?session=\n", "/a?session=1", false},
		{"escaped", "User-agent: *\nDisallow: /caf%c3%a9\n", "/café", false},
		{"not escaped", "User-agent: *\nDisallow: /café\n", "/caf%C3%A9", false},
		{"escaped for nothing", "User-agent: *\nDisallow: /%61\n", "/a", false},
		{"an escaped slash is none", "User-agent: *\nDisallow: /a%2Fb\n", "/a/b", true},
		{"old line ends", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"a byte order mark", "\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", "/a", false},
		{"comments", "# hello\nUser-agent: * # all\nDisallow: /a # not this\n", "/a", false},
		{"no colons", "User-agent *\nDisallow /a\n", "/a", false},
		{"a rule of nobody", "Disallow: /a\nUser-agent: *\nDisallow: /b\n", "/a", true},
		{"after a rule of nobody", "Disallow: /a\nUser-agent: *\nDisallow: /b\n", "/b", false},
		{"a broken delay", "User-agent: *\nCrawl-delay: soon\nDisallow: /a\n", "/a", false},
		{"no end of line", "User-agent: *\nDisallow: /a", "/a", false},
	} {
		u, err := url.Parse("http://example.org" + one.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := parseRobots([]byte(one.file), "samestory").allows(u); got != one.allowed {
			t.Errorf("%s: allowed %v, want %v", one.name, got, one.allowed)
		}
	}
}

func TestRobotsDelay(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"2": 2 * time.Second, "0.5": 500 * time.Millisecond, "86400": longestDelay, "-1": 0, "NaN": 0, "soon": 0, "": 0,
	} {
		if got := parseRobots([]byte("User-agent: *\nCrawl-delay: "+value), "samestory").delay; got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*.pdf$\nAllow: /%7e\nCrawl-delay: 1", "/a.pdf?x=%41")
	f.Fuzz(func(t *testing.T, file, path string) {
		u, err := url.Parse("http://example.org/" + path)
		if err != nil {
			return
		}
		r := parseRobots([]byte(file), "samestory")
		r.allows(u)
		if once := canonicalPath(path); canonicalPath(once) != once {
			t.Errorf("%q becomes %q and then %q", path, once, canonicalPath(once))
		}
		if r.delay < 0 || r.delay > longestDelay {
			t.Error(r.delay)
		}
	})
}

// site is a host whose robots.txt does what a test wants.
type site struct {
	mu     sync.Mutex
	robots http.HandlerFunc
	asked  atomic.Int64 // for robots.txt
}

func (s *site) set(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.robots = h
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/robots.txt" {
		if rest, ok := strings.CutPrefix(r.URL.Path, "/to/"); ok {
			http.Redirect(w, r, "http://"+rest, http.StatusFound)
		}
		return
	}
	s.mu.Lock()
	s.asked.Add(1)
	h := s.robots
	s.mu.Unlock()
	h(w, r)
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

func code(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func TestRobotsAreAsked(t *testing.T) {
	page := func(c *Client, url string) error {
		_, err := c.Get(context.Background(), Request{URL: url, Robots: true})
		return err
	}
	for _, one := range []struct {
		name    string
		robots  http.HandlerFunc
		allowed bool
		age     time.Duration // for how long it is not asked again
	}{
		{"says yes", text("User-agent: *\nDisallow: /private"), true, robotsAge},
		{"says no", text("User-agent: samestory\nDisallow: /"), false, robotsAge},
		{"is not there", code(404), true, robotsAge},
		{"is forbidden itself", code(403), true, robotsAge},
		{"is on a host that is down", code(503), false, robotsRetry},
		{"is too much to ask for", code(429), false, robotsRetry},
		{"is somewhere else", http.RedirectHandler("http://other.test/elsewhere", http.StatusMovedPermanently).ServeHTTP, true, robotsAge},
		{"is nowhere", http.RedirectHandler("/robots.txt", http.StatusMovedPermanently).ServeHTTP, false, robotsRetry},
		{"never comes", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, robotsRetry},
		{"is huge", text("User-agent: *\nDisallow: /\n" + strings.Repeat("Disallow: /x\n", 100_000)), false, robotsAge},
		{"is huge and says yes", text(strings.Repeat("# nothing\n", 60_000) + "User-agent: *\nDisallow: /"), true, robotsAge},
	} {
		t.Run(one.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &site{robots: one.robots}
				c, end := network(t, s.serve, nil)
				defer end()
				for range 3 {
					if err := page(c, "http://a.test/news"); (err == nil) != one.allowed || err != nil && !errors.Is(err, ErrRobots) {
						t.Fatalf("%v, want allowed: %v", err, one.allowed)
					}
					if s.asked.Load() != 1 {
						t.Fatalf("asked %d times", s.asked.Load())
					}
					time.Sleep(one.age / 4)
				}
				s.set(text("")) // once it has changed
				time.Sleep(one.age / 2)
				if err := page(c, "http://a.test/news"); err != nil || s.asked.Load() != 2 {
					t.Errorf("%v, asked %d times", err, s.asked.Load())
				}
			})
		})
	}
	t.Run("on every host of the way", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &site{robots: func(w http.ResponseWriter, r *http.Request) {
				if r.Host == "b.test" {
					text("User-agent: *\nDisallow: /secret")(w, r)
				}
			}}
			c, end := network(t, s.serve, nil)
			defer end()
			if err := page(c, "http://a.test/to/b.test/secret"); !errors.Is(err, ErrRobots) {
				t.Error(err)
			}
			if err := page(c, "http://a.test/to/b.test/open"); err != nil {
				t.Error(err)
			}
			if s.asked.Load() != 2 {
				t.Errorf("asked %d times", s.asked.Load())
			}
			if _, err := c.Get(t.Context(), Request{URL: "http://b.test/secret"}); err != nil {
				t.Errorf("a feed is not asked about: %v", err)
			}
		})
	})
	t.Run("once for many at a time, and not by one who gives up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &site{robots: func(http.ResponseWriter, *http.Request) { time.Sleep(20 * time.Second) }}
			c, end := network(t, s.serve, nil)
			defer end()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := c.Get(ctx, Request{URL: "http://a.test/", Robots: true}); Kind(err) != "canceled" {
				t.Error(err)
			}
			var wait sync.WaitGroup
			for i := range 5 {
				wait.Go(func() {
					if err := page(c, "http://a.test/"+strconv.Itoa(i)); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if s.asked.Load() != 2 {
				t.Errorf("asked %d times", s.asked.Load())
			}
		})
	})
	t.Run("for a delay", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &site{robots: text("User-agent: *\nCrawl-delay: 7")}
			c, end := network(t, s.serve, nil)
			defer end()
			begun := time.Now()
			for range 4 {
				if err := page(c, "http://a.test/"); err != nil {
					t.Error(err)
				}
			}
			if took := time.Since(begun); took < 21*time.Second || took > 28*time.Second {
				t.Errorf("four pages took %s", took)
			}
		})
	})
	t.Run("of few hosts at a time", func(t *testing.T) {
		r := newRobots("samestory")
		for i := range 3 * robotsKept {
			r.file("http://host" + strconv.Itoa(i) + ".test")
		}
		if len(r.byHost) != robotsKept {
			t.Errorf("%d are kept", len(r.byHost))
		}
	})
}
