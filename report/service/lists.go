package service

import (
	"context"
	"errors"
	"time"

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
	// Same reports whether all that the store has under some ids is as it was in an earlier state.
	Same(state string, ids []string) bool
	// Sync waits until all that was committed before is in the lists.
	Sync(ctx context.Context) error
}

// ErrNoPages reports that lists are read from the store, which has no further pages.
var ErrNoPages = errors.New("the catalog is being made: further pages can be asked for in a moment")

// List answers lists from memory, or from the store where there is none or it is not ready. Errors beside those of the
// store: catalog.ErrCursor, ErrNoPages.
func List(l Lists, r report.Reader, events, threads *catalog.Query) (ev report.EventsView, tv report.ThreadsView, err error) {
	if l != nil {
		if ev, tv, err = l.Lists(events, threads); !errors.Is(err, catalog.ErrNotReady) {
			return ev, tv, err
		}
	}
	for _, q := range []*catalog.Query{events, threads} {
		if q != nil && q.Cursor != "" {
			return ev, tv, ErrNoPages
		}
	}
	err = nil
	if events != nil {
		ev, err = report.Events(r, events.Query)
	}
	if err == nil && threads != nil {
		tv, err = report.Threads(r, threads.Query)
	}
	return ev, tv, err
}

// syncPatience is how long an editor's answer waits for the lists to have what was ordered.
const syncPatience = 2 * time.Second

// CatchUp waits until the lists have what was just committed, so that who ordered it sees it. Lists that lag are no error.
func CatchUp(ctx context.Context, l Lists) {
	if l == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, syncPatience)
	defer cancel()
	_ = l.Sync(ctx)
}
