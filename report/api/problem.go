package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
)

// blank is the type of a problem of which its status says all.
const blank = "about:blank"

// maxEcho bounds what of a wrong value a problem repeats, in bytes.
const maxEcho = 200

// problem makes one. at is where the mistake is, as query.since; empty where it is nowhere in particular.
func problem(status int, detail, at string) error {
	p := &huma.ErrorModel{Type: blank, Title: http.StatusText(status), Status: status, Detail: detail}
	if at != "" {
		p.Detail = at + ": " + detail
		p.Errors = []*huma.ErrorDetail{{Message: detail, Location: at}}
	}
	return p
}

// moved leads to what an id has become.
func moved(path string) error {
	return huma.ErrorWithHeaders(problem(http.StatusPermanentRedirect, "This id has ended; Location is what it became.", ""),
		http.Header{"Location": {path}})
}

// problemOf tells a client what went wrong, and nothing about the inside of the store.
func problemOf(err error) error {
	var said huma.StatusError
	var status int
	var detail string
	switch {
	case errors.As(err, &said):
		return err
	case errors.Is(err, report.ErrCursor):
		return problem(http.StatusUnprocessableEntity, err.Error()+"; begin again without one", "query.cursor")
	default:
		status, detail = service.Status(err)
	}
	p := problem(status, detail, "")
	if status == http.StatusServiceUnavailable {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {retryAfter}})
	}
	return p
}

// retryAfter is when what did not get its turn may be tried again, in seconds.
const retryAfter = "10"

// tidy completes the problems that huma finds: a type, a detail that says the first of them, and no more of what was sent
// than shows the mistake.
func tidy(_ huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p.Type = blank
	for _, e := range p.Errors {
		e.Value = echo(e.Value)
	}
	if p.Detail == "validation failed" && len(p.Errors) > 0 {
		p.Detail = fmt.Sprintf("%s: %s", p.Errors[0].Location, p.Errors[0].Message)
		if more := len(p.Errors) - 1; more > 0 {
			p.Detail += fmt.Sprintf(" (and %d more)", more)
		}
	}
	return p, nil
}

// echo is a value as a problem repeats it: scalars only, and not at length.
func echo(v any) any {
	switch x := v.(type) {
	case string:
		if len(x) <= maxEcho {
			return x
		}
		return strings.ToValidUTF8(x[:maxEcho], "") + "…"
	case bool, int64, uint64, float64:
		return x
	}
	return nil
}

// refuse writes a problem where no operation is asked for.
func refuse(w http.ResponseWriter, err error) {
	var p *huma.ErrorModel
	if !errors.As(err, &p) {
		p = &huma.ErrorModel{Type: blank, Title: http.StatusText(http.StatusInternalServerError), Status: http.StatusInternalServerError}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// shown is a name that a client sent, as a problem can repeat it.
func shown(s string) string {
	if !utf8.ValidString(s) || len(s) > maxEcho {
		s = strings.ToValidUTF8(s[:min(len(s), maxEcho)], "")
	}
	return s
}
