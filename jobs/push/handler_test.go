package push

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/source"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// box keeps what it is given, or fails.
type box struct {
	mu      sync.Mutex
	lines   []byte
	stories int
	err     error
	block   chan struct{} // Append waits until it is closed
}

func (b *box) Append(ctx context.Context, lines []byte, stories int) error {
	if b.block != nil {
		select {
		case <-b.block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	b.lines = append(b.lines, lines...)
	b.stories += stories
	return nil
}

func handler(t *testing.T, b Inbox, change func(*Options)) *Handler {
	t.Helper()
	o := Options{Clock: func() time.Time { return now }, Source: source.Options{Name: "push"}}
	if change != nil {
		change(&o)
	}
	h, err := New(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// post sends a body; headers are pairs.
func post(t *testing.T, h http.Handler, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/stories", body)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	one     = `{"id":"a","title":"Fire in Tolmere","published":"2026-05-01T10:00:00Z"}`
	lines   = "application/x-ndjson"
	kindKey = "Content-Type"
)

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func zstandard(s string) string {
	z, _ := zstd.NewWriter(nil)
	return string(z.EncodeAll([]byte(s), nil))
}

func TestDeliveries(t *testing.T) {
	full := fmt.Errorf("%w: 5 stories wait", inbox.ErrFull)
	for name, tt := range map[string]struct {
		body    string
		headers []string
		err     error // of the inbox
		status  int
		answer  string // a part of it
		kept    int
		after   string // Retry-After
	}{
		"one story":              {body: one, status: 202, answer: `{"version":1,"accepted":1,"rejected":0,"stories":[{"item":1,"line":1,"id":"a"}]}`, kept: 1},
		"laid out for people":    {body: "{\"id\": \"a\",\n  \"title\": \"Fire\",\n \"published\": \"2026-05-01\"\n}\n", status: 202, answer: `"id":"a"`, kept: 1},
		"an array":               {body: "[" + one + ",\n" + `{"id":"b","title":"B"}` + "]", status: 202, answer: `{"item":2,"line":2,"id":"b","notes":["no date"]}`, kept: 2},
		"lines":                  {body: one + "\n" + `{"url":"https://n.example/b","title":"B"}`, headers: []string{kindKey, lines}, status: 202, answer: `"id":"u`, kept: 2},
		"with a charset":         {body: one, headers: []string{kindKey, "application/json; charset=utf-8"}, status: 202, answer: `"accepted":1`, kept: 1},
		"gzip":                   {body: gzipped(one), headers: []string{"Content-Encoding", "gzip"}, status: 202, answer: `"accepted":1`, kept: 1},
		"zstd":                   {body: zstandard(one), headers: []string{"Content-Encoding", "zstd"}, status: 202, answer: `"accepted":1`, kept: 1},
		"of this page":           {body: one, headers: []string{"Sec-Fetch-Site", "same-origin"}, status: 202, kept: 1},
		"some are no stories":    {body: one + "\nnonsense\n{\"foo\":1}\n{\"id\":\"b\",\"title\":\"B\"}", headers: []string{kindKey, lines}, status: 202, answer: `"accepted":2,"rejected":2`, kept: 2},
		"a reason":               {body: one + "\nnonsense", headers: []string{kindKey, lines}, status: 202, answer: `{"item":2,"line":2,"reason":"no JSON: `, kept: 1},
		"unknown names":          {body: `{"foo":1}`, status: 422, answer: `(found: foo;`},
		"none is a story":        {body: "[1,2]", status: 422, answer: `"accepted":0,"rejected":2`},
		"nothing":                {body: " ", status: 400, answer: "holds no story"},
		"an empty array":         {body: "[]", status: 400, answer: "holds no story"},
		"a form":                 {body: "title=x", headers: []string{kindKey, "application/x-www-form-urlencoded"}, status: 415, answer: "application/x-ndjson"},
		"text":                   {body: one, headers: []string{kindKey, "text/plain"}, status: 415},
		"another site":           {body: one, headers: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, answer: "other sites"},
		"brotli":                 {body: one, headers: []string{"Content-Encoding", "br"}, status: 415, answer: "gzip, zstd"},
		"no gzip":                {body: one, headers: []string{"Content-Encoding", "gzip"}, status: 400, answer: "damaged"},
		"half of a gzip":         {body: gzipped(strings.Repeat(one, 50))[:80], headers: []string{"Content-Encoding", "gzip"}, status: 400, answer: "broke off"},
		"half of a zstd":         {body: zstandard(strings.Repeat(one, 50))[:40], headers: []string{"Content-Encoding", "zstd"}, status: 400, answer: "broke off"},
		"too large":              {body: strings.Repeat(one+"\n", 3000), headers: []string{kindKey, lines}, status: 413, answer: "send several"},
		"a bomb of gzip":         {body: gzipped(strings.Repeat(" ", 10<<20)), headers: []string{"Content-Encoding", "gzip"}, status: 413, answer: "send several"},
		"a bomb of zstd":         {body: zstandard(strings.Repeat(" ", 10<<20)), headers: []string{"Content-Encoding", "zstd"}, status: 413, answer: "send several"},
		"a line too long":        {body: `{"id":"a","title":"` + strings.Repeat("x", 50_000) + `"}` + "\n" + one, headers: []string{kindKey, lines}, status: 202, answer: "limits.line", kept: 1},
		"the inbox is full":      {body: one, err: full, status: 429, answer: "None of this delivery", after: "90"},
		"larger than the inbox":  {body: one, err: inbox.ErrTooLarge, status: 413},
		"the disk is full":       {body: one, err: fmt.Errorf("%w: write", inbox.ErrSpace), status: 507, after: "60"},
		"the disk fails":         {body: one, err: fmt.Errorf("%w: write", inbox.ErrDisk), status: 503, answer: "again", after: "60"},
		"the disk is slow":       {body: one, err: context.DeadlineExceeded, status: 503, answer: "slow", after: "1"},
		"the process ends":       {body: one, err: inbox.ErrClosed, status: 503, answer: "stopping", after: "90"},
		"nothing for a full box": {body: "[1]", err: full, status: 422},
	} {
		t.Run(name, func(t *testing.T) {
			b := &box{err: tt.err}
			h := handler(t, b, func(o *Options) {
				o.Body = 200_000
				o.Source.Limits.Line = 40_000
				o.Wait = func() time.Duration { return 90 * time.Second }
			})
			w := post(t, h, strings.NewReader(tt.body), tt.headers...)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.answer) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if got := w.Header().Get("Retry-After"); got != tt.after {
				t.Errorf("Retry-After %q, want %q", got, tt.after)
			}
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("no JSON: %s", w.Body)
			}
			if b.stories != tt.kept || bytes.Count(b.lines, []byte("\n")) != tt.kept {
				t.Errorf("%d kept, want %d: %s", b.stories, tt.kept, b.lines)
			}
			if held := h.held.Load(); held != 0 {
				t.Errorf("%d bytes of the budget are still held", held)
			}
		})
	}
}

// What is in the answer is what the tick will find: the same ids, and no item that it would refuse.
func TestAnswerIsWhatTheTickFinds(t *testing.T) {
	const body = `{"title":"No id","text":"at all"}
{"url":"https://www.news.example/a?utm_source=x","title":"By its address"}
{"id":" spaced ","title":"Given"}
{"title":"<b>Markup</b>","html":"<p>One</p><p>Two</p>","date":"1777600000"}
{"title":"` + "caf\xe9" + `"}
`
	limits := source.Limits{Line: 2000, Text: 500}
	edge := `{"id":"edge","title":"x","text":"` + strings.Repeat("y", 450) + `","more":"`
	edge += strings.Repeat("z", 2000-len(edge)-source.StampLen-2) + `"}`
	b := &box{}
	h := handler(t, b, func(o *Options) { o.Source.Limits = limits })
	w := post(t, h, strings.NewReader(body+edge+"\n"+edge[:len(edge)-2]+"z\"}\n"), kindKey, lines)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != http.StatusAccepted {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	if a.Accepted != 6 || a.Rejected != 1 {
		t.Fatalf("%+v", a)
	}
	tick, err := source.NewDecoder(source.Options{Name: "push", Limits: limits, Arrived: now.Add(time.Hour), Stamped: true})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, s := range a.Stories {
		if s.Reason == "" {
			want = append(want, s.ID)
		}
	}
	for line := range bytes.Lines(b.lines) {
		s, _, err := tick.Decode(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if !s.Arrived.Equal(now) {
			t.Errorf("%s arrived %s", s.ID, s.Arrived)
		}
		got = append(got, s.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyPost(t *testing.T) {
	w := httptest.NewRecorder()
	handler(t, &box{}, nil).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/stories", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
		t.Errorf("%d %q", w.Code, w.Header())
	}
}

func TestMoreItemsThanAnAnswerHolds(t *testing.T) {
	b := &box{}
	w := post(t, handler(t, b, nil), strings.NewReader(strings.Repeat("{\"title\":\"x\"}\n", maxItems+1)), kindKey, lines)
	if w.Code != http.StatusRequestEntityTooLarge || b.stories > 0 {
		t.Errorf("%d, %d kept", w.Code, b.stories)
	}
}

// broken is a body whose connection breaks.
type broken struct{ r io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestBrokenConnectionKeepsNothing(t *testing.T) {
	b := &box{}
	w := post(t, handler(t, b, nil), broken{strings.NewReader(one + "\n" + one + "\n")}, kindKey, lines)
	if w.Code != http.StatusBadRequest || b.stories > 0 {
		t.Errorf("%d, %d kept", w.Code, b.stories)
	}
}

// endless drips a story that has no end.
type endless struct{ sent int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	if e.sent == 0 {
		copy(p, `{"title":"`)
	}
	e.sent += int64(len(p))
	return len(p), nil
}

// However many push however much at once, memory has a bound: who finds none is told to come again, and who has found some
// is served.
func TestMemoryHasABound(t *testing.T) {
	const pushers, body = 200, 4 << 20
	b := &box{block: make(chan struct{})} // the disk stands still
	h := handler(t, b, func(o *Options) { o.Body, o.Budget = body, 96<<20 })
	story := `{"title":"` + strings.Repeat("x", 3000) + "\"}\n"
	delivery := strings.Repeat(story, body/len(story))
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	codes := make(chan int, pushers+1)
	var wg sync.WaitGroup
	for range pushers {
		wg.Go(func() { codes <- post(t, h, strings.NewReader(delivery), kindKey, lines).Code })
	}
	refused := 0
	for refused < pushers/2 {
		if code := <-codes; code != http.StatusTooManyRequests {
			t.Fatalf("%d", code)
		}
		refused++
	}
	var during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&during)
	if grown := int64(during.HeapAlloc) - int64(before.HeapAlloc); grown > h.bounds.Load().budget {
		t.Errorf("%d MiB are held, of a budget of %d", grown>>20, h.bounds.Load().budget>>20)
	}
	close(b.block)
	wg.Wait()
	close(codes)
	served := 0
	for code := range codes {
		switch code {
		case http.StatusAccepted:
			served++
		case http.StatusTooManyRequests:
		default:
			t.Errorf("%d", code)
		}
	}
	if served == 0 {
		t.Error("nobody was served")
	}
	if got := h.held.Load(); got != 0 {
		t.Errorf("%d bytes are held after the last one", got)
	}
	e := &endless{}
	if w := post(t, h, e, kindKey, lines); w.Code != http.StatusRequestEntityTooLarge || e.sent > 2*body {
		t.Errorf("%d after %d bytes of a body without an end", w.Code, e.sent)
	}
}

// Limits may be changed while deliveries come.
func TestLimitsAreChanged(t *testing.T) {
	b := &box{}
	h := handler(t, b, func(o *Options) { o.Body = 4096 })
	long := `{"title":"x","text":"` + strings.Repeat("x", 2000) + `"}`
	for _, tt := range []struct {
		name   string
		body   int64
		limits source.Limits
		want   int
	}{
		{"as at first", 4096, source.Limits{}, http.StatusAccepted},
		{"shorter bodies", 1024, source.Limits{}, http.StatusRequestEntityTooLarge},
		{"shorter texts", 4096, source.Limits{Text: 1024}, http.StatusUnprocessableEntity},
		{"the defaults", 0, source.Limits{}, http.StatusAccepted},
	} {
		h.Bound(tt.body, tt.limits)
		if w := post(t, h, strings.NewReader(long), kindKey, lines); w.Code != tt.want {
			t.Errorf("%s: %d, want %d: %s", tt.name, w.Code, tt.want, w.Body)
		}
	}
}
