package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
)

// Lists answers lists from memory; *catalog.Catalog does. Its errors are catalog.ErrNotReady, upon which the store is read,
// catalog.ErrCursor, and those of the store.
type Lists interface {
	// Lists gives the lists that are asked for, both of one state.
	Lists(events, threads *catalog.Query) (report.EventsView, report.ThreadsView, error)
	// Among counts which of some events a list of all of them has.
	Among(q report.Query, ids []string) (int, error)
	// State names the state that is answered from, empty where there is none.
	State() string
	// Sync waits until all that was committed before is in the lists.
	Sync(ctx context.Context) error
}

// Option is something that a handler may have beside what it must.
type Option func(*handler)

// WithLists has the front page and the lists of the API answered from memory. Without, they are read from the store, and
// have no further pages.
func WithLists(l Lists) Option { return func(h *handler) { h.lists = l } }

// list answers lists from memory, or from the store where there is none or it is not ready.
func (h *handler) list(s Snapshot, events, threads *catalog.Query) (ev report.EventsView, tv report.ThreadsView, err error) {
	if h.lists != nil {
		if ev, tv, err = h.lists.Lists(events, threads); !errors.Is(err, catalog.ErrNotReady) {
			if errors.Is(err, catalog.ErrCursor) {
				err = &badRequest{http.StatusBadRequest, "cursor: " + err.Error() + "; begin again without one"}
			}
			return ev, tv, err
		}
	}
	for _, q := range []*catalog.Query{events, threads} {
		if q != nil && q.Cursor != "" {
			return ev, tv, &badRequest{http.StatusServiceUnavailable, "Further pages can be asked for in a moment: the catalog is being made."}
		}
	}
	err = nil
	if events != nil {
		ev, err = report.Events(s, events.Query)
	}
	if err == nil && threads != nil {
		tv, err = report.Threads(s, threads.Query)
	}
	return ev, tv, err
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

// syncPatience is how long an editor's answer waits for the lists to have what was ordered.
const syncPatience = 2 * time.Second

// caughtUp waits until the lists have what was just committed, so that who ordered it sees it. A list that lags is no error.
func (h *handler) caughtUp(ctx context.Context) {
	if h.lists == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, syncPatience)
	defer cancel()
	_ = h.lists.Sync(ctx)
}
