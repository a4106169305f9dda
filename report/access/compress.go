package access

import (
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

const (
	// minCompressed is the size in bytes below which an answer fits into a packet or two as it is.
	minCompressed = 1400
	// streamPath answers as long as somebody listens.
	streamPath = "/api/v1/stream"
)

// compressed answers in gzip or zstd, whichever the client likes better. A stream of events stays as it is: it would wait in
// the buffers of the encoder.
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(minCompressed), gzhttp.SuffixETag("-gzip"), gzhttp.ContentTypeFilter(worthCompressing),
	)
	if err != nil {
		return nil, fmt.Errorf("compress answers: %w", err)
	}
	wrapped := wrap(plainTags(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lasts(r) {
			next.ServeHTTP(w, r)
			return
		}
		wrapped.ServeHTTP(w, r)
	}), nil
}

// lasts tells whether a request may be one for a stream of events.
func lasts(r *http.Request) bool {
	return r.URL.Path == streamPath || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// worthCompressing tells whether a content type is text of some kind, and no stream.
func worthCompressing(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch media {
	case "text/event-stream":
		return false
	case "application/json", "application/xml", "application/x-ndjson", "application/jsonl", "application/javascript", "application/yaml":
		return true
	}
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml") ||
		strings.HasSuffix(media, "+yaml")
}

// codedTag is the end of a tag of an answer that was compressed.
var codedTag = regexp.MustCompile(`-(gzip|zstd)"`)

// plainTags lets handlers compare tags as they gave them. What is compressed is another representation and so has a tag of
// its own, which ends with the name of the coding; a client shows that one again, and is told in an answer of 304 that it is
// that one which still holds.
func plainTags(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown := strings.Join(r.Header.Values("If-None-Match"), ", ")
		coding := codedTag.FindStringSubmatch(shown)
		if coding == nil {
			next.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		r.Header.Set("If-None-Match", codedTag.ReplaceAllString(shown, `"`))
		next.ServeHTTP(&tagWriter{w, "-" + coding[1], shown}, r)
	})
}

// tagWriter gives the tag of a 304 the end that the client knows it by.
type tagWriter struct {
	http.ResponseWriter
	end   string
	shown string // tags, as the client sent them
}

// WriteHeader implements http.ResponseWriter.
func (t *tagWriter) WriteHeader(code int) {
	h := t.Header()
	if tag := h.Get("ETag"); code == http.StatusNotModified && strings.HasSuffix(tag, `"`) {
		coded := strings.TrimSuffix(tag, `"`) + t.end + `"`
		if opaque := strings.TrimPrefix(coded, "W/"); strings.Contains(t.shown, opaque) {
			h.Set("ETag", coded)
		}
	}
	t.ResponseWriter.WriteHeader(code)
}

// Flush implements http.Flusher.
func (t *tagWriter) Flush() { _ = http.NewResponseController(t.ResponseWriter).Flush() }

// Unwrap lets an http.ResponseController reach the connection.
func (t *tagWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }
