package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/samestory/samestory/report"
)

// pageHistory is how many of the last changes of an event its page shows.
const pageHistory = 20

// asOf reads the parameter as_of, and gives the store as it was then with the time that ages are measured from; without
// it the store as it is.
func asOf(s Snapshot, r *http.Request, now time.Time) (report.Reader, time.Time, error) {
	v, err := parameters(r)
	if err != nil {
		return nil, now, err
	}
	value := strings.TrimSpace(v.Get("as_of"))
	if value == "" {
		return s, now, nil
	}
	at, err := report.ParseTime(value, now)
	if err != nil {
		return nil, now, &badRequest{http.StatusBadRequest, "as_of: " + err.Error()}
	}
	if at.IsZero() || at.After(now) {
		return s, now, nil
	}
	past, err := s.AsOf(at)
	return past, at, err
}

// withAsOf keeps the parameter on the way to another address.
func withAsOf(path string, r *http.Request) string {
	if at := r.URL.Query().Get("as_of"); at != "" {
		return path + "?as_of=" + url.QueryEscape(at)
	}
	return path
}

// history lists the last changes of an event up to a time, and how many there are before them.
func history(s Snapshot, id string, at time.Time) ([]report.ChangeLine, int, error) {
	v, err := report.Revisions(s, id, at)
	if err != nil {
		return nil, 0, err
	}
	list := v.Revisions
	for len(list) > 0 && list[len(list)-1].At.After(at) {
		list = list[:len(list)-1]
	}
	earlier := max(0, len(list)-pageHistory)
	return list[earlier:], earlier, nil
}
