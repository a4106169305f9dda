package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// feed is a body with a little of everything.
var feed = []byte("<?xml version=\"1.0\"?>\n<rss><channel><title>Aurich – Nachrichten</title>" + strings.Repeat("<item><title>Fähre</title></item>", 50) + "</channel></rss>")

func pack(t testing.TB, data []byte, make func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var b bytes.Buffer
	w := make(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func zlibbed(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
}

func deflated(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) io.WriteCloser { z, _ := flate.NewWriter(w, 9); return z })
}

func zstded(t testing.TB, data []byte) []byte {
	return pack(t, data, func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z })
}

func TestEncodings(t *testing.T) {
	zipped := gzipped(t, feed)
	long := bytes.Clone(feed) // over several blocks of zstd
	for i := range 100_000 {
		long = strconv.AppendInt(long, int64(i)*int64(i), 10)
	}
	half := zipped[:len(zipped)/2]
	damaged := bytes.Clone(zipped)
	damaged[len(damaged)-6] ^= 0xff // in the checksum
	for _, one := range []struct {
		name, said string
		body       []byte
		want       string // how much of the feed: all, some, nothing; or the kind of the error
	}{
		{"as it is", "", feed, "all"},
		{"identity", "identity", feed, "all"},
		{"gzip", "gzip", zipped, "all"},
		{"gzip by its old name", "x-gzip", zipped, "all"},
		{"in capitals", " GZIP ", zipped, "all"},
		{"zlib", "deflate", zlibbed(t, feed), "all"},
		{"deflate without zlib", "deflate", deflated(t, feed), "all"},
		{"zstd", "zstd", zstded(t, feed), "all"},
		{"twice", "gzip, gzip", gzipped(t, zipped), "all"},
		{"of two kinds", "deflate, gzip", gzipped(t, zlibbed(t, feed)), "all"},
		{"twice, said once", "gzip", gzipped(t, zipped), "all"},
		{"a gzip file", "", zipped, "all"},
		{"in two members", "gzip", append(gzipped(t, feed[:100]), gzipped(t, feed[100:])...), "all"},
		{"padded with zeros", "gzip", append(bytes.Clone(zipped), make([]byte, 100)...), "all"},

		{"says gzip, is plain", "gzip", feed, "all"},
		{"says deflate, is plain", "deflate", feed, "all"},
		{"says zstd, is plain", "zstd", feed, "all"},
		{"says br, is plain", "br", feed, "all"},
		{"says a charset", "utf-8", feed, "all"},
		{"says deflate, is gzip", "deflate", zipped, "all"},
		{"says a charset, is gzip", "utf-8", zipped, "all"},
		{"br", "br", []byte("\x0b\x02\x80feed\x03"), "encoding"},
		{"in too many layers", "gzip, gzip, gzip, gzip", zipped, "encoding"},
		{"nothing", "gzip", nil, "nothing"},

		{"half of gzip", "gzip", half, "some"},
		{"gzip with a wrong checksum", "gzip", damaged, "some"},
		{"half of zstd", "zstd", zstded(t, long)[:100<<10], "some"},
		{"a gzip header and nothing", "gzip", zipped[:10], "reset"},
		{"zlib that is none", "deflate", []byte{0x78, 0x9c, 0xff, 0xff, 0xff}, "network"},
	} {
		t.Run(one.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if one.said != "" {
					w.Header().Set("Content-Encoding", one.said)
				}
				w.Header().Set("ETag", `"a"`)
				_, _ = w.Write(one.body)
			})
			res, err := local(t, nil).Get(t.Context(), Request{URL: url})
			if err != nil {
				if Kind(err) != one.want {
					t.Errorf("%s: %v, want %s", Kind(err), err, one.want)
				}
				return
			}
			if res.Wire != int64(len(one.body)) {
				t.Errorf("%d bytes came, want %d", res.Wire, len(one.body))
			}
			switch one.want {
			case "all":
				if diff := cmp.Diff(string(feed), string(res.Body)); diff != "" || res.Truncated || res.ETag == "" {
					t.Errorf("truncated %v, etag %q, %s", res.Truncated, res.ETag, diff)
				}
			case "some":
				if len(res.Body) == 0 || !bytes.HasPrefix(long, res.Body) || !res.Truncated || res.ETag != "" {
					t.Errorf("truncated %v, etag %q, %d bytes", res.Truncated, res.ETag, len(res.Body))
				}
			case "nothing":
				if len(res.Body) != 0 || res.Truncated {
					t.Errorf("%+v", res)
				}
			default:
				t.Errorf("%d bytes, want an error of kind %s", len(res.Body), one.want)
			}
		})
	}
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestBodiesThatAreTooLarge(t *testing.T) {
	bomb := pack(t, nil, func(w io.Writer) io.WriteCloser {
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, 16<<20)
		return z
	})
	var sent atomic.Int64
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/200MB":
			n, _ := io.CopyN(w, zeros{}, 200<<20)
			sent.Store(n)
		case "/200MB-said":
			w.Header().Set("Content-Length", strconv.Itoa(200<<20))
			n, _ := io.CopyN(w, zeros{}, 200<<20)
			sent.Store(n)
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		case "/bomb-in-bomb":
			w.Header().Set("Content-Encoding", "gzip, gzip")
			_, _ = w.Write(gzipped(t, bomb))
		case "/empty-members":
			w.Header().Set("Content-Encoding", "gzip, gzip")
			_, _ = w.Write(gzipped(t, bytes.Repeat(gzipped(t, nil), 200_000)))
		case "/just-fits":
			_, _ = io.CopyN(w, zeros{}, 3<<20)
		case "/grows":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gzipped(t, bytes.Repeat(feed, 2))) // small, and so free to grow as it likes
		}
	})
	c := local(t, func(o *Options) { o.MaxBody = 3 << 20 })
	for _, one := range []struct {
		path string
		want error
		kind string
	}{
		{"/200MB", ErrTooLarge, "too_large"},
		{"/200MB-said", ErrTooLarge, "too_large"},
		{"/bomb", ErrRatio, "ratio"},
		{"/bomb-in-bomb", ErrRatio, "ratio"},
		{"/empty-members", ErrTooLarge, "too_large"},
	} {
		sent.Store(0)
		fails(t, c, Request{URL: url + one.path}, one.want, one.kind)
		if n := sent.Load(); n > 32<<20 {
			t.Errorf("%s: the server got rid of %d bytes", one.path, n)
		}
	}
	if res := get(t, c, Request{URL: url + "/just-fits"}); len(res.Body) != 3<<20 {
		t.Errorf("%d bytes", len(res.Body))
	}
	get(t, c, Request{URL: url + "/grows"})
	fails(t, c, Request{URL: url + "/just-fits", MaxBody: 1 << 10}, ErrTooLarge, "too_large")
}

func FuzzDecode(f *testing.F) {
	f.Add(gzipped(f, feed), "gzip")
	f.Add(zlibbed(f, feed), "deflate")
	f.Add(deflated(f, feed), "deflate")
	f.Add(zstded(f, feed), "zstd")
	f.Add(gzipped(f, gzipped(f, feed)), "gzip,gzip")
	f.Add(feed, "br")
	f.Fuzz(func(t *testing.T, data []byte, said string) {
		res := &http.Response{ContentLength: -1, Header: http.Header{"Content-Encoding": {said}}, Body: io.NopCloser(bytes.NewReader(data))}
		const most = 1 << 16
		b, err := read(res, &Request{MaxBody: most}, 100)
		if err != nil {
			return
		}
		if len(b.data) > most || b.wire > int64(len(data)) {
			t.Errorf("%d bytes of %d, at most %d", len(b.data), b.wire, most)
		}
	})
}
