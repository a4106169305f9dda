package push

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/source"
)

// Inbox keeps stories; *inbox.Inbox is one, and its errors are the ones that are told apart here.
type Inbox interface {
	Append(ctx context.Context, lines []byte, stories int) error
}

// Options steer a Handler.
type Options struct {
	// Source says how stories are read; arrival and stamps are the handler's.
	Source source.Options
	// Body is at most how many bytes a delivery has, decompressed; default 8 MiB.
	Body int64
	// Budget is at most how many bytes the deliveries under way hold together; default 64 MiB, and enough for two bodies at
	// least.
	Budget int64
	// Wait is when an inbox that is full may have room again; nil: in a minute.
	Wait  func() time.Duration
	Clock func() time.Time
	Log   *slog.Logger // nil: nothing is logged
}

const (
	defaultBody   = 8 << 20
	defaultBudget = 64 << 20
	// maxItems bounds the results of one answer.
	maxItems = 10_000
	// patience is how long a delivery waits for its turn at the disk. It is below the time in which a server answers.
	patience = 20 * time.Second
	// uploadTime is how long a delivery may be on its way, however slowly it drips.
	uploadTime = time.Minute
	// busy is after how long one that found no memory may come again.
	busy = time.Second
)

// Handler is the endpoint.
type Handler struct {
	inbox  Inbox
	o      Options                // but for what bounds holds
	bounds atomic.Pointer[bounds] // a delivery begins under one and may end under the next
	held   atomic.Int64           // bytes of deliveries under way
	failed atomic.Bool            // the disk did, at the last delivery
}

// New makes a handler over an inbox. It fails for a mapping that cannot be.
func New(box Inbox, o Options) (*Handler, error) {
	if o.Wait == nil {
		o.Wait = func() time.Duration { return time.Minute }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	// The language decides on nothing here, and the tick finds it out anyway.
	o.Source.Language = func(string, string, string) string { return "" }
	if _, err := source.NewDecoder(o.Source); err != nil {
		return nil, err
	}
	h := &Handler{inbox: box, o: o}
	h.Bound(o.Body, o.Source.Limits)
	return h, nil
}

// bounds are what a delivery may be and take.
type bounds struct {
	body, budget int64
	source       source.Options
}

// Bound changes how many bytes a delivery may have, decompressed, and the limits under which its stories are judged. The
// tick that reads them has to have limits as wide. Zero values are the defaults.
func (h *Handler) Bound(body int64, limits source.Limits) {
	b := &bounds{body: cmp.Or(max(body, 0), defaultBody), budget: cmp.Or(max(h.o.Budget, 0), defaultBudget), source: h.o.Source}
	b.budget = max(b.budget, 2*(byteCost*b.body+zstdCost+maxItems*resultCost))
	// A line is longer by its stamp when the tick reads it.
	b.source.Limits = limits.OrDefault()
	b.source.Limits.Line -= int64(source.StampLen)
	h.bounds.Store(b)
}

// answer is the body of 202 and 422.
type answer struct {
	Version  int      `json:"version"`
	Accepted int      `json:"accepted"`
	Rejected int      `json:"rejected"`
	Stories  []result `json:"stories"`
}

type result struct {
	Item   int      `json:"item"` // from 1
	Line   int64    `json:"line"`
	ID     string   `json:"id,omitempty"`
	Notes  []string `json:"notes,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// refusal is an answer to a delivery of which nothing was kept.
type refusal struct {
	status int
	detail string
	after  time.Duration // when to come again, 0: not as it is
}

func (r *refusal) Error() string { return r.detail }

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	// Not every writer of a test has deadlines; those of the server hold then.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * uploadTime))
	a, err := h.deliver(w, r)
	if err != nil {
		refuse(w, err)
		return
	}
	status := http.StatusAccepted
	if a.Accepted == 0 {
		status = http.StatusUnprocessableEntity
	}
	send(w, status, "application/json; charset=utf-8", a)
}

// deliver keeps what a request brings.
func (h *Handler) deliver(w http.ResponseWriter, r *http.Request) (*answer, error) {
	kind, err := admit(r)
	if err != nil {
		return nil, err
	}
	hold := &hold{h: h}
	defer hold.release()
	body, err := h.open(w, r, hold)
	if err != nil {
		return nil, err
	}
	defer body.close()
	now := h.o.Clock()
	o := h.bounds.Load().source
	o.Arrived = now
	decoder, err := source.NewDecoder(o)
	if err != nil {
		return nil, err
	}
	d := delivery{handler: h, hold: hold, decoder: decoder, now: now, answer: &answer{Version: 1, Stories: []result{}}}
	if err := d.read(body, kind == jsonValues); err != nil {
		return nil, h.unreadable(err)
	}
	if d.answer.Accepted == 0 {
		if d.answer.Rejected == 0 {
			return nil, &refusal{status: http.StatusBadRequest, detail: "The body holds no story."}
		}
		return d.answer, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if err := h.inbox.Append(ctx, d.lines, d.answer.Accepted); err != nil {
		return nil, h.unkept(err)
	}
	if h.failed.CompareAndSwap(true, false) {
		h.o.Log.Info("pushed stories are kept again")
	}
	return d.answer, nil
}

// The ways in which a body holds stories.
const (
	jsonLines  = "lines"  // one object a line
	jsonValues = "values" // one object, or an array, however it is laid out
)

// admit looks at what a request says of itself. Browsers may not send deliveries from other pages: a form cannot make a
// JSON body, and a script of another origin would have to ask first, which nothing here answers.
func admit(r *http.Request) (kind string, err error) {
	if r.Method != http.MethodPost {
		return "", &refusal{status: http.StatusMethodNotAllowed, detail: "Stories are sent with POST."}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return "", &refusal{status: http.StatusForbidden, detail: "Stories are not taken from other sites."}
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil {
		switch media {
		case "application/json":
			return jsonValues, nil
		case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines":
			return jsonLines, nil
		}
	}
	return "", &refusal{
		status: http.StatusUnsupportedMediaType,
		detail: "The body has to be application/json, for one story or an array of them, or application/x-ndjson, for one a line.",
	}
}

// unreadable is what a body means that could not be read to its end.
func (h *Handler) unreadable(err error) error {
	var known *refusal
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &large):
		return h.tooLarge()
	}
	return &refusal{status: http.StatusBadRequest, detail: "The body broke off or is damaged: " + err.Error()}
}

func (h *Handler) tooLarge() error {
	return &refusal{
		status: http.StatusRequestEntityTooLarge,
		detail: fmt.Sprintf("A delivery has at most %d bytes and %d stories: send several.", h.bounds.Load().body, maxItems),
	}
}

// unkept is what an error of the inbox means to a client, without telling it about the inside of this machine.
func (h *Handler) unkept(err error) error {
	switch {
	case errors.Is(err, inbox.ErrFull):
		return &refusal{
			status: http.StatusTooManyRequests, after: h.o.Wait(),
			detail: "As many stories wait as there is room for. None of this delivery was kept.",
		}
	case errors.Is(err, inbox.ErrTooLarge):
		return h.tooLarge()
	case errors.Is(err, inbox.ErrClosed):
		return &refusal{status: http.StatusServiceUnavailable, after: h.o.Wait(), detail: "The server is stopping."}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &refusal{
			status: http.StatusServiceUnavailable, after: busy,
			detail: "The disk is slow. None of this delivery was kept.",
		}
	}
	if h.failed.CompareAndSwap(false, true) { // once, not for every delivery of a day
		h.o.Log.Error("pushed stories cannot be kept", "error", err)
	}
	if errors.Is(err, inbox.ErrSpace) {
		return &refusal{
			status: http.StatusInsufficientStorage, after: time.Minute,
			detail: "The disk is full. None of this delivery was kept.",
		}
	}
	return &refusal{
		status: http.StatusServiceUnavailable, after: time.Minute,
		detail: "The disk fails. Send this delivery again.",
	}
}

// problem is an error as RFC 9457 describes it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func refuse(w http.ResponseWriter, err error) {
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{status: http.StatusInternalServerError, detail: "The delivery could not be taken."}
	}
	if r.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((r.after+time.Second-1)/time.Second)))
	}
	switch r.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusUnsupportedMediaType:
		w.Header().Set("Accept-Encoding", "gzip, zstd")
	}
	send(w, r.status, "application/problem+json", problem{
		Type: "about:blank", Title: cmp.Or(http.StatusText(r.status), "Error"), Status: r.status, Detail: r.detail,
	})
}

func send(w http.ResponseWriter, status int, kind string, v any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone needs no answer
}
