package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/samestory/samestory/report"
)

// problem is an error as RFC 9457 describes it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// api wraps a function that makes a view.
func (h *handler) api(answer func(Snapshot, *http.Request, time.Time) (report.View, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := h.read()
		defer s.Close()
		v, err := answer(s, r, h.now())
		w.Header().Set("Cache-Control", "no-cache")
		var b bytes.Buffer
		if err == nil {
			err = report.Write(&b, v, report.JSON, report.Options{})
		}
		if err != nil {
			refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	})
}

func refuse(w http.ResponseWriter, r *http.Request, err error) {
	var to *moved
	if errors.As(err, &to) {
		http.Redirect(w, r, to.to, http.StatusPermanentRedirect)
		return
	}
	code, detail := status(err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Detail: detail})
}

func (h *handler) apiEvents(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	q, err := parseList(r, now)
	if err != nil {
		return nil, err
	}
	v, _, err := h.list(s, &q, nil)
	return v, err
}

func (h *handler) apiThreads(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	q, err := parseList(r, now)
	if err != nil {
		return nil, err
	}
	_, v, err := h.list(s, nil, &q)
	return v, err
}

func (h *handler) apiDuplicates(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return nil, err
	}
	return report.Duplicates(s, q)
}

func (h *handler) apiRuns(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return nil, err
	}
	return report.Runs(s, q)
}

func (h *handler) apiEvent(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	then, now, err := asOf(s, r, now)
	if err != nil {
		return nil, err
	}
	v, err := report.EventByID(then, id(r), now)
	if err == nil && v.RedirectedFrom != "" {
		return nil, &moved{withAsOf("/api/v1/events/"+url.PathEscape(v.Event.ID), r)}
	}
	return v, err
}

func (h *handler) apiThread(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	then, now, err := asOf(s, r, now)
	if err != nil {
		return nil, err
	}
	v, err := report.ThreadByID(then, id(r), now)
	if err == nil && v.RedirectedFrom != "" {
		return nil, &moved{withAsOf("/api/v1/threads/"+url.PathEscape(v.Thread.ID), r)}
	}
	return v, err
}

func (h *handler) apiStory(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	return report.StoryByID(s, id(r), now)
}

func (h *handler) apiSources(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	return sourcesView(s, r.URL.Query(), now)
}
