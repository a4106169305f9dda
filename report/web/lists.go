package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/service"
)

// Option is something that a handler may have beside what it must.
type Option func(*handler)

// WithLists has the front page and the lists of the API answered from memory. Without, they are read from the store, and
// have no further pages.
func WithLists(l service.Lists) Option { return func(h *handler) { h.lists = l } }

// WithJudge has pages say why stories are together. Without, there are none that do.
func WithJudge(j service.Judge) Option { return func(h *handler) { h.judge = j } }

// list answers lists from memory, or from the store where there is none or it is not ready.
func (h *handler) list(s Snapshot, events, threads *catalog.Query) (report.EventsView, report.ThreadsView, error) {
	return service.List(h.lists, s, events, threads)
}

// tagged gives the answers about lists an ETag. They depend on the state of the lists, on what is asked, on what the reader has
// seen, and on the minute: windows and ages move with the clock.
func (h *handler) tagged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.lists != nil {
			if state := h.lists.State(); state != "" {
				asked := r.URL.RequestURI()
				if c, err := r.Cookie(seenCookie); err == nil {
					asked += "\n" + c.Value
				}
				tag := fmt.Sprintf(`W/"%s-%x-%x"`, state, h.now().Unix()/60, xxh3.HashString(asked))
				w.Header().Set("ETag", tag)
				w.Header().Add("Vary", "Cookie")
				if matches(r.Header.Get("If-None-Match"), tag) {
					w.Header().Set("Cache-Control", "no-cache")
					w.WriteHeader(http.StatusNotModified)
					return
				}
			}
		}
		next.ServeHTTP(&untagged{ResponseWriter: w}, r)
	})
}

func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == tag || one == "*" || "W/"+one == tag {
			return true
		}
	}
	return false
}

// untagged takes the ETag from what is no answer to the question: errors and redirects.
type untagged struct{ http.ResponseWriter }

func (w *untagged) WriteHeader(code int) {
	if code != http.StatusOK {
		w.Header().Del("ETag")
	}
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap lets a http.ResponseController find what is below.
func (w *untagged) Unwrap() http.ResponseWriter { return w.ResponseWriter }
