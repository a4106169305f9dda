package access

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// decoded is a body without its coding.
func decoded(t *testing.T, res *http.Response) string {
	t.Helper()
	var body io.Reader = res.Body
	switch coding := res.Header.Get("Content-Encoding"); coding {
	case "":
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	case "zstd":
		z, err := zstd.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		body = z
	default:
		t.Fatalf("coding %q", coding)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// through sends a request through a guard to h.
func through(t *testing.T, h http.HandlerFunc, r *http.Request) *http.Response {
	t.Helper()
	guarded, err := New(nil, Rules{}, time.Now, nil).Wrap(h)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	guarded.ServeHTTP(w, r)
	return w.Result()
}

func TestCompressedAnswers(t *testing.T) {
	long := strings.Repeat("The old bridge over the river is closed for repairs. ", 200)
	for _, tt := range []struct {
		name, accepts, kind, body string
		method                    string
		want                      string // coding
	}{
		{"gzip", "gzip", "text/html; charset=utf-8", long, "GET", "gzip"},
		{"zstd", "zstd", "application/json; charset=utf-8", long, "GET", "zstd"},
		{"as browsers ask", "gzip, deflate, br, zstd", "text/html; charset=utf-8", long, "GET", "zstd"},
		{"by liking", "gzip;q=1, zstd;q=0.5", "text/html", long, "GET", "gzip"},
		{"refused", "gzip;q=0, identity", "text/html", long, "GET", ""},
		{"another one", "br", "text/html", long, "GET", ""},
		{"nothing", "", "text/html", long, "GET", ""},
		{"nonsense", ";;q=,gzip;q=x", "text/html", long, "GET", ""},
		{"small", "gzip", "text/html", "small", "GET", ""},
		{"empty", "gzip", "text/html", "", "GET", ""},
		{"only the head", "gzip", "text/html", "", "HEAD", ""},
		{"a problem", "gzip", "application/problem+json", long, "GET", "gzip"},
		{"Atom", "gzip", "application/atom+xml; charset=utf-8", long, "GET", "gzip"},
		{"JSON Feed", "gzip", "application/feed+json", long, "GET", "gzip"},
		{"a picture of lines", "gzip", "image/svg+xml", long, "GET", "gzip"},
		{"a picture", "gzip", "image/png", long, "GET", ""},
		{"Parquet", "gzip", "application/vnd.apache.parquet", long, "GET", ""},
		{"an answer to a push", "gzip", "application/json", long, "POST", "gzip"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := through(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.kind)
				w.WriteHeader(201)
				_, _ = io.WriteString(w, tt.body)
			}, request(t, tt.method, "/", "Accept-Encoding", tt.accepts))
			if got := res.Header.Get("Content-Encoding"); got != tt.want || res.StatusCode != 201 {
				t.Errorf("%d in %q, want %q", res.StatusCode, got, tt.want)
			}
			if got := res.Header.Values("Vary"); len(got) != 1 || got[0] != "Accept-Encoding" {
				t.Errorf("varies by %q", got)
			}
			if got := decoded(t, res); got != tt.body {
				t.Errorf("%d bytes, want %d", len(got), len(tt.body))
			}
		})
	}
}

// What is compressed already, or a part, stays as it is.
func TestLeftAsItIs(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 10_000)
	for name, set := range map[string]func(http.Header){
		"compressed": func(h http.Header) { h.Set("Content-Encoding", "br") },
		"a part":     func(h http.Header) { h.Set("Content-Range", "bytes 0-9999/20000") },
	} {
		res := through(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			set(w.Header())
			_, _ = w.Write(long)
		}, request(t, http.MethodGet, "/", "Accept-Encoding", "gzip"))
		if got, _ := io.ReadAll(res.Body); res.Header.Get("Content-Encoding") == "gzip" || !bytes.Equal(got, long) {
			t.Errorf("%s: %v, %d bytes", name, res.Header, len(got))
		}
	}
}

// A tag holds for one coding. The handler compares its own tags, and a client is told of the one that it knows.
func TestTagsOfCodings(t *testing.T) {
	long := strings.Repeat("long ", 1000)
	handler := func(tag string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", tag)
			w.Header().Set("Content-Type", "application/json")
			for shown := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
				if strings.TrimSpace(shown) == tag {
					w.WriteHeader(http.StatusNotModified)
					return
				}
			}
			_, _ = io.WriteString(w, long)
		}
	}
	for _, tag := range []string{`"s17"`, `W/"s17"`} {
		for _, coding := range []string{"gzip", "zstd", ""} {
			res := through(t, handler(tag), request(t, http.MethodGet, "/", "Accept-Encoding", coding))
			known := res.Header.Get("ETag")
			if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != coding || (known == tag) != (coding == "") {
				t.Errorf("%s in %q: %d, %v", tag, coding, res.StatusCode, res.Header)
			}
			for _, shown := range []string{known, `"other-gzip", ` + known, known + `,"x"`} {
				res = through(t, handler(tag), request(t, http.MethodGet, "/", "Accept-Encoding", coding, "If-None-Match", shown))
				if got := res.Header.Get("ETag"); res.StatusCode != 304 || shown == known && got != known {
					t.Errorf("%s in %q, shown %s: %d %q", tag, coding, shown, res.StatusCode, got)
				}
			}
			for _, shown := range []string{`"s16"`, `"s16-gzip"`, `"s17-br"`, `"-gzip"`, `s17-gzip`} {
				res = through(t, handler(tag), request(t, http.MethodGet, "/", "Accept-Encoding", coding, "If-None-Match", shown))
				if res.StatusCode != 200 {
					t.Errorf("%s in %q, shown %s: %d", tag, coding, shown, res.StatusCode)
				}
			}
		}
	}
}

// A stream of events reaches its reader line by line, uncompressed, also one that has sent no more than its head; its
// handler can move the deadlines of the connection.
func TestStreamsPass(t *testing.T) {
	next := make(chan struct{})
	guarded, err := New(nil, Rules{Public: true}, time.Now, nil).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		if err := c.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		if r.URL.Path == streamPath {
			w.WriteHeader(200)
			if err := c.Flush(); err != nil {
				t.Error(err)
			}
			<-next
		}
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			w.(http.Flusher).Flush()
			<-next
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(guarded)
	defer server.Close()
	for _, path := range []string{streamPath, "/feeds/other"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip, zstd")
		r.Header.Set("If-None-Match", `"x-gzip"`)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if path == streamPath {
			next <- struct{}{}
		}
		b := make([]byte, 100)
		for i := range 3 {
			n, err := res.Body.Read(b)
			if want := fmt.Sprintf("data: %d\n\n", i); string(b[:n]) != want || err != nil || res.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s: %q, %v, want %q", path, b[:n], err, want)
			}
			next <- struct{}{}
		}
		_ = res.Body.Close()
	}
}

// Large and small, in pieces of any size, with and without flushing: what goes in comes out.
func TestPiecesStayWhole(t *testing.T) {
	text := strings.Repeat("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ", 3000)
	for _, piece := range []int{1, 100, minCompressed - 1, minCompressed, 50_000} {
		for _, size := range []int{0, 1, minCompressed - 1, minCompressed, minCompressed + 1, len(text)} {
			if piece == 1 && size > 10_000 {
				continue
			}
			for _, flush := range []bool{false, true} {
				res := through(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/plain; charset=utf-8")
					for rest := text[:size]; rest != ""; {
						n := min(piece, len(rest))
						if _, err := io.WriteString(w, rest[:n]); err != nil {
							t.Error(err)
						}
						if rest = rest[n:]; flush {
							w.(http.Flusher).Flush()
						}
					}
				}, request(t, http.MethodGet, "/", "Accept-Encoding", "zstd"))
				if got := decoded(t, res); got != text[:size] {
					t.Errorf("%d bytes by %d: %d", size, piece, len(got))
				}
			}
		}
	}
}

func BenchmarkCompressed(b *testing.B) {
	var page strings.Builder
	for i := range 300 {
		fmt.Fprintf(&page, "<li><a href=\"/event/e%d\">Event %d of the harbour of Tolmere</a> <span>%d stories</span></li>\n", i*7919, i, i%9)
	}
	for _, coding := range []string{"", "gzip", "zstd"} {
		b.Run(coding+"coding", func(b *testing.B) {
			h, err := New(nil, Rules{}, time.Now, nil).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, page.String())
			}))
			if err != nil {
				b.Fatal(err)
			}
			r := request(b, http.MethodGet, "/", "Accept-Encoding", coding)
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// A stream ends when its token is revoked or has expired, and goes on while others come and go.
func TestStreamsEndWithTheirToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := OpenTokens(t.TempDir())
		now := time.Now()
		list := func(name string, expires time.Time) string {
			_, text, err := tokens.New(name, []Scope{Read}, expires, now)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		g := New(tokens, Rules{}, time.Now, nil)
		h, err := g.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan time.Duration, 1)
		follow := func(text string) {
			r := far(request(t, http.MethodGet, streamPath, "Authorization", "Bearer "+text))
			begun := time.Now()
			go func() {
				h.ServeHTTP(httptest.NewRecorder(), r)
				ended <- time.Since(begun)
			}()
		}
		follow(list("one", time.Time{}))
		list("other", time.Time{})
		time.Sleep(time.Hour)
		if _, err := tokens.Revoke("other"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		select {
		case <-ended:
			t.Fatal("it ended by itself")
		default:
		}
		if _, err := tokens.Revoke("one"); err != nil {
			t.Fatal(err)
		}
		if lasted := <-ended - 2*time.Hour; lasted > askAgain {
			t.Errorf("a revoked token has a stream for %s", lasted)
		}
		follow(list("short", time.Now().Add(time.Minute)))
		if lasted := <-ended; lasted < time.Minute || lasted > time.Minute+askAgain {
			t.Errorf("one that expires after a minute has it for %s", lasted)
		}
		r := far(request(t, http.MethodGet, streamPath))
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
			t.Errorf("without one: %d", w.Code)
		}
	})
}
