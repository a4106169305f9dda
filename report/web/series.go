package web

import (
	"net/http"
	"time"

	"github.com/samestory/samestory/report"
)

func (h *handler) series(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	v, err := report.Series(s, q)
	return "series", seriesPage{v, longer(r, len(v.Series), v.Total)}, err
}

type seriesPage struct {
	report.SeriesListView
	More string
}

func (h *handler) oneSeries(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	v, err := report.SeriesByID(s, id(r), now)
	if err != nil {
		return "", nil, err
	}
	if v.RedirectedFrom != "" {
		return "", nil, &moved{seriesPath(v.Series.ID)}
	}
	return "oneseries", v, nil
}
