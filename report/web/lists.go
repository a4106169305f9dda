package web

import (
	"net/http"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/answers"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/service"
)

// Option is something that a handler may have beside what it must.
type Option func(*handler)

// WithLists has the front page and the lists of the API answered from memory. Without, they are read from the store, and
// have no further pages.
func WithLists(l service.Lists) Option {
	return func(h *handler) {
		if h.lists = l; l != nil {
			h.keeper = answers.NewKeeper(l.State, h.now).Outlasting(l.Same)
		}
	}
}

// WithJudge has pages say why stories are together. Without, there are none that do.
func WithJudge(j service.Judge) Option { return func(h *handler) { h.judge = j } }

// list answers lists from memory, or from the store where there is none or it is not ready.
func (h *handler) list(s Snapshot, events, threads *catalog.Query) (report.EventsView, report.ThreadsView, error) {
	return service.List(h.lists, s, events, threads)
}

// kept has the answers of a handler kept while nothing changes, where there are lists that tell. They depend on the cookies
// that are named, and on no others.
func (h *handler) kept(next http.Handler, cookies ...string) http.Handler {
	if h.keeper == nil {
		return next
	}
	return h.keeper.Keep(next, cookies...)
}
