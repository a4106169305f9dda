package access

import (
	"net/http"
	"slices"
)

const (
	corsMethods = "GET, HEAD"
	// corsHeaders may be sent beside those that need no leave.
	corsHeaders = "Authorization, If-None-Match, Last-Event-ID"
	// corsExposed may be read beside those that need no leave.
	corsExposed = "ETag, Link, Retry-After"
	corsMaxAge  = "600" // seconds
)

// cors tells a browser what pages of other origins may do: those that are listed may read, with a token that they have
// themselves. Cookies and passwords that the browser knows are of no use to them. It returns true where that was the whole
// request: a browser's question whether it may ask.
func (r *rules) cors(w http.ResponseWriter, q *http.Request) (answered bool) {
	if len(r.Origins) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origins := q.Header.Values("Origin")
	if len(origins) != 1 || !slices.Contains(r.Origins, origins[0]) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origins[0])
	if q.Method != http.MethodOptions || q.Header.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", corsExposed)
		return false
	}
	h.Add("Vary", "Access-Control-Request-Method")
	h.Add("Vary", "Access-Control-Request-Headers")
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}
