package web

import (
	"net/http"
	"time"

	"github.com/samestory/samestory/report"
)

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
