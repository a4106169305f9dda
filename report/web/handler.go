package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/answers"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/store"
)

// Snapshot is what a request reads from; *store.Snapshot is one.
type Snapshot interface {
	report.Journal
	report.FeedReader
	Close()
}

// New makes the handler of all pages. view is called once for each request, and the snapshot that it returns is closed at
// the end of it. now is the clock that ages are measured by. editor carries out orders; with nil nothing can be changed.
func New(view func() *store.Snapshot, now func() time.Time, editor service.Editor, options ...Option) http.Handler {
	return newHandler(func() Snapshot { return view() }, now, editor, options...)
}

type handler struct {
	view   func() Snapshot
	now    func() time.Time
	editor service.Editor                // may be nil
	lists  service.Lists                 // may be nil
	ids    func(address string) []string // may be nil
	keeper *answers.Keeper               // nil without lists
	judge  service.Judge                 // may be nil
	memo   *report.Memo
	rows   rows
	pages  map[string]*template.Template
}

func newHandler(view func() Snapshot, now func() time.Time, editor service.Editor, options ...Option) http.Handler {
	h := &handler{view: view, now: now, editor: editor, pages: parsePages(), memo: report.NewMemo()}
	for _, o := range options {
		o(h)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", h.kept(h.page(h.front), seenCookie))
	mux.Handle("GET /news", h.telling(h.frontNews))
	mux.Handle("GET /event/{id}/news", h.telling(h.eventNews))
	mux.Handle("GET /event/{id}", h.kept(h.pageOfRecords(h.event)))
	mux.Handle("GET /thread/{id}", h.kept(h.pageOfRecords(h.thread)))
	mux.Handle("GET /story/{id}", h.page(h.story))
	mux.Handle("GET /story", h.page(h.story)) // ?id=, for the ids that no path can hold
	mux.Handle("GET /duplicates", h.page(h.duplicates))
	mux.Handle("GET /series", h.page(h.series))
	mux.Handle("GET /series/{id}", h.page(h.oneSeries))
	mux.Handle("GET /runs", h.page(h.runs))
	mux.Handle("GET /sources", h.page(h.sources))
	mux.Handle("GET /journal", h.page(h.journal))
	mux.Handle("GET /compare", h.page(h.compare))
	mux.Handle("GET /why", h.page(h.why))
	mux.Handle("GET /edit", h.page(h.correct))
	mux.Handle("GET /edit/confirm", h.page(h.confirm))
	mux.Handle("POST /edit", h.act(h.give))
	mux.Handle("GET /edits", h.page(h.edits))
	mux.Handle("GET /edits/{number}", h.page(h.oneEdit))
	mux.Handle("POST /edits/{number}/undo", h.act(h.takeBack))
	mux.Handle("POST /seen", h.act(func(w http.ResponseWriter, r *http.Request) error { h.markSeen(w, r); return nil }))
	mux.HandleFunc("GET "+stylePath, serveStyle)
	mux.HandleFunc("GET "+htmxPath, serveScript(htmxScript))
	mux.HandleFunc("GET "+scriptPath, serveScript(pageScript))
	mux.HandleFunc("GET /favicon.svg", serveIcon)
	mux.HandleFunc("GET /healthz", h.health)
	mux.Handle("GET /", h.page(func(Snapshot, *http.Request, time.Time) (string, any, error) {
		return "", nil, &badRequest{http.StatusNotFound, "There is no such page."}
	}))
	return secure(mux)
}

// badRequest is an answer that is the fault of the request.
type badRequest struct {
	status int
	detail string
}

func (e *badRequest) Error() string { return e.detail }

// moved sends the client to what an ended id became.
type moved struct{ to string }

func (e *moved) Error() string { return "moved to " + e.to }

// status tells what an error means to a client, without telling it about the inside of the store.
func status(err error) (code int, detail string) {
	var bad *badRequest
	switch {
	case errors.As(err, &bad):
		return bad.status, bad.detail
	case errors.Is(err, catalog.ErrCursor):
		return http.StatusBadRequest, "cursor: " + err.Error() + "; begin again without one"
	case errors.Is(err, service.ErrNoPages):
		return http.StatusServiceUnavailable, "Further pages can be asked for in a moment: the catalog is being made."
	}
	return service.Status(err)
}

// filler gives the name of a template and what it shows.
type filler func(Snapshot, *http.Request, time.Time) (string, any, error)

// page wraps a function that fills the template it names.
func (h *handler) page(fill filler) http.Handler { return h.shows(fill, false) }

// pageOfRecords is page for one that shows nothing but what it reads of its snapshot.
func (h *handler) pageOfRecords(fill filler) http.Handler { return h.shows(fill, true) }

func (h *handler) shows(fill filler, records bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := h.read()
		defer s.Close()
		now := h.now()
		name, data, err := fill(s, r, now)
		code := http.StatusOK
		if err != nil {
			var to *moved
			if errors.As(err, &to) {
				http.Redirect(w, r, to.to, http.StatusPermanentRedirect)
				return
			}
			var detail string
			code, detail = status(err)
			name, data = "error", errorPage{Code: code, Title: http.StatusText(code), Detail: detail}
		}
		var b bytes.Buffer
		if err := h.pages[name].Execute(&b, frame{Now: now, Page: name, Editable: h.editor != nil, Explains: h.judge != nil, Data: data}); err != nil {
			http.Error(w, fmt.Sprintf("page %s cannot be shown", name), http.StatusInternalServerError)
			return
		}
		if ids := s.named.all(); records && ids != nil {
			answers.About(w, ids)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		w.WriteHeader(code)
		_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	})
}

func (h *handler) health(w http.ResponseWriter, _ *http.Request) {
	s := h.view()
	defer s.Close()
	for _, err := range s.Runs() {
		if err != nil {
			code, detail := status(err)
			http.Error(w, detail, code)
			return
		}
		break
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n"))
}

// secure sets the headers that hold for every answer.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		// Other sites learn nothing. This one has to: without a referrer browsers do not say either where a form comes from.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
