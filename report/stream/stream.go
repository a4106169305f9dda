package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// Snapshot is what entries are read from; *store.Snapshot is one.
type Snapshot interface {
	report.Journal
	LastChange() (uint64, error)
	Close()
}

// Options say what a Handler works with. What is zero gets a default.
type Options struct {
	// View takes a snapshot of the store.
	View func() Snapshot
	// Watch has wake called after each commit until stop is called; nil: the journal is looked into every Poll.
	Watch func(wake func()) (stop func())
	Poll  time.Duration // 1 s

	Most      int           // clients at a time, 64
	Heartbeat time.Duration // between signs of life, 15 s
	Patience  time.Duration // for a client to take what is written, 10 s
}

func (o *Options) fill() {
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if o.Most <= 0 {
		o.Most = 64
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 15 * time.Second
	}
	if o.Patience <= 0 {
		o.Patience = 10 * time.Second
	}
}

// retry is how long clients are asked to wait before they come back.
const retry = 3 * time.Second

// Handler serves the stream.
type Handler struct {
	o     Options
	slots chan struct{}
	ended chan struct{}
	end   sync.Once

	unwatch func()

	mu      sync.Mutex
	clients map[chan struct{}]bool // to be woken
}

// New makes a handler. Close gives back what it takes.
func New(o Options) *Handler {
	o.fill()
	h := &Handler{o: o, slots: make(chan struct{}, o.Most), ended: make(chan struct{}), clients: make(map[chan struct{}]bool)}
	h.unwatch = func() {}
	if o.Watch != nil {
		h.unwatch = o.Watch(h.wake)
	}
	return h
}

// Routes are the patterns of a mux with what serves them.
func (h *Handler) Routes() map[string]http.Handler {
	return map[string]http.Handler{"GET /api/v1/stream": h}
}

// Close ends all streams, and those that are asked for from now on. It does not wait.
func (h *Handler) Close() {
	h.end.Do(func() {
		close(h.ended)
		h.unwatch()
	})
}

// place is where a client is, and what it wants.
type place struct {
	seq                 uint64
	object, level, kind string // only these, where not empty
}

func (p *place) passes(e *store.JournalEntry) bool {
	return (p.object == "" || e.Object == p.object) && (p.level == "" || e.Level == p.level) && (p.kind == "" || e.Kind == p.kind)
}

// ServeHTTP streams until the client goes, falls behind or the handler is closed.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at, asked, err := placeOf(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	select {
	case <-h.ended:
		refuse(w, http.StatusServiceUnavailable, "The server is stopping.")
		return
	default:
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		w.Header().Set("Retry-After", "30")
		refuse(w, http.StatusServiceUnavailable, fmt.Sprintf("There are %d streams already, which is as many as there may be.", h.o.Most))
		return
	}
	last, err := h.last()
	if err != nil {
		refuse(w, http.StatusInternalServerError, "The journal could not be read; samestory check says more.")
		return
	}
	if !asked {
		at.seq = last
	}
	head := w.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // of proxies that would collect what is written
	head.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	c := &client{Handler: h, w: w, control: http.NewResponseController(w), place: at, told: at.seq}
	if err := c.begin(last); err == nil {
		c.run(r.Context())
	}
}

func (h *Handler) last() (uint64, error) {
	v := h.o.View()
	defer v.Close()
	return v.LastChange()
}

// placeOf reads where a stream is to begin: behind the entry that a client had last, or behind that of the parameter since;
// asked is false where neither is given, which is the end of the journal.
func placeOf(r *http.Request) (p place, asked bool, err error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return p, false, errors.New("the query string cannot be read")
	}
	p.object, p.level, p.kind = strings.TrimSpace(v.Get("object")), strings.TrimSpace(v.Get("level")), strings.TrimSpace(v.Get("kind"))
	value, name := r.Header.Get("Last-Event-ID"), "Last-Event-ID"
	if value == "" {
		value, name = v.Get("since"), "since"
	}
	if value == "" {
		return p, false, nil
	}
	if p.seq, err = strconv.ParseUint(value, 10, 64); err != nil {
		return p, false, fmt.Errorf("%s: the number of a journal entry, or 0", name)
	}
	return p, true, nil
}

func refuse(w http.ResponseWriter, code int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": http.StatusText(code), "status": code, "detail": detail})
}

// wake tells all clients that there may be something. It never waits.
func (h *Handler) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// join has a channel filled after each commit.
func (h *Handler) join() (woken chan struct{}, leave func()) {
	woken = make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[woken] = true
	return woken, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.clients, woken)
	}
}
