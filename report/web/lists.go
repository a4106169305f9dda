package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/answers"
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
func WithLists(l Lists) Option {
	return func(h *handler) { h.lists, h.keeper = l, answers.NewKeeper(l.State, h.now) }
}

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

// kept has the answers of a handler kept while nothing changes, where there are lists that tell. They depend on the cookies
// that are named, and on no others.
func (h *handler) kept(next http.Handler, cookies ...string) http.Handler {
	if h.keeper == nil {
		return next
	}
	return h.keeper.Keep(next, cookies...)
}

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
