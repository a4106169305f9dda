package access

import (
	"cmp"
	"encoding/json"
	"net/http"
)

// Problem is an error as RFC 9457 describes it. Hint says what to do about it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Hint   string `json:"hint,omitempty"`
}

// answerProblem answers with a problem; further headers are set before.
func answerProblem(w http.ResponseWriter, status int, detail, hint string) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Problem{ // a client that has gone needs no answer
		Type: "about:blank", Title: cmp.Or(http.StatusText(status), "Error"), Status: status, Detail: detail, Hint: hint,
	})
}
