package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/samestory/samestory/report"
)

// comparePath is the address of two stories side by side.
func comparePath(a, b string) string {
	return "/compare?" + url.Values{"a": {a}, "b": {b}}.Encode()
}

func (h *handler) compare(s Snapshot, r *http.Request, _ time.Time) (string, any, error) {
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	a, b := v.Get("a"), v.Get("b")
	if a == "" || b == "" || a == b {
		return "", nil, &badRequest{http.StatusBadRequest, "Two stories can be compared: a and b are their ids."}
	}
	c, err := report.Compare(s, a, b)
	return "compare", c, err
}
