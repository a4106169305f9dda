package main

import (
	"net/http"
	"time"

	"github.com/samestory/samestory/report/answers"
	"github.com/samestory/samestory/report/api"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

// listed are the endpoints of the API that answer from the lists alone, so that what they answered is kept.
var listed = []string{"/api/v1/events", "/api/v1/threads", "/api/v1/search"}

// site is the page and the API of a store. pushes takes stories in; with nil none are.
func site(s *store.Store, now func() time.Time, e *editor, lists service.Lists, pushes http.Handler) *http.ServeMux {
	j := e.judge()
	mux := http.NewServeMux()
	mux.Handle("/", web.New(s.View, now, e, web.WithLists(lists), web.WithJudge(j)))
	a := api.New(api.Options{
		View: func() api.Snapshot { return s.View() }, Now: now, Lists: lists, Editor: e, Judge: j, Push: pushes,
	})
	mux.Handle("/api/", a)
	if lists != nil {
		k := answers.NewKeeper(lists.State, now)
		for _, path := range listed {
			mux.Handle("GET "+path, k.Keep(a))
		}
	}
	return mux
}
