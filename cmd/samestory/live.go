package main

import (
	"maps"
	"net/http"
	"time"

	"github.com/samestory/samestory/report/feed"
	"github.com/samestory/samestory/report/stream"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

// live is what others follow a store by: feeds, and the stream of its journal. base is what addresses in feeds begin with,
// empty for the name that a request has; end cuts the streams off.
func live(s *store.Store, now func() time.Time, base string) (routes map[string]http.Handler, end func()) {
	feeds := feed.New(feed.Options{View: func() feed.Snapshot { return s.View() }, Clock: now, Query: web.ParseQuery, Base: base})
	events := stream.New(stream.Options{View: func() stream.Snapshot { return s.View() }})
	routes = feeds.Routes()
	maps.Copy(routes, events.Routes())
	return routes, events.Close
}
