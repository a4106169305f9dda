package main

import (
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/feed"
	"github.com/samestory/samestory/report/stream"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

// live is what others follow a store by: feeds, and the stream of its journal. base is what addresses in feeds begin with,
// empty for the name that a request has; end cuts the streams off.
func live(s *store.Store, lists *catalog.Catalog, now func() time.Time, base string) (routes map[string]http.Handler, end func()) {
	feeds := feed.New(feed.Options{
		View: func() feed.Snapshot { return s.View() }, Clock: now, Query: web.ParseQuery, Base: base,
		Events: func(v feed.Snapshot, q report.Query) (report.EventsView, error) {
			list, err := lists.Events(q)
			if errors.Is(err, catalog.ErrNotReady) {
				return report.Events(v, q)
			}
			return list, err
		},
	})
	journal := stream.New(stream.Options{
		View:  func() stream.Snapshot { return s.View() },
		Watch: func(wake func()) (stop func()) { return s.Watch(func(store.Touched) { wake() }) },
	})
	routes = feeds.Routes()
	maps.Copy(routes, journal.Routes())
	return routes, journal.Close
}
