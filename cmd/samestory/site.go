package main

import (
	"net/http"
	"time"

	"github.com/samestory/samestory/report/api"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

// site is the page and the API of a store. pushes takes stories in; with nil none are.
func site(s *store.Store, now func() time.Time, e *editor, lists service.Lists, pushes http.Handler) *http.ServeMux {
	j := e.judge()
	mux := http.NewServeMux()
	mux.Handle("/", web.New(s.View, now, e, web.WithLists(lists), web.WithJudge(j)))
	mux.Handle("/api/", api.New(api.Options{
		View: func() api.Snapshot { return s.View() }, Now: now, Lists: lists, Editor: e, Judge: j, Push: pushes,
	}))
	return mux
}
