package api

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		h.Set("Cache-Control", "no-cache")
	}
	found, pattern := a.mux.Handler(r)
	if pattern == "" {
		refuse(w, unknown(w, r, found))
		return
	}
	query, err := parameters(r.URL.RawQuery)
	if err != nil {
		refuse(w, err)
		return
	}
	if query != r.URL.RawQuery {
		clean := *r.URL
		clean.RawQuery = query
		r = r.WithContext(r.Context())
		r.URL = &clean
	}
	if slices.Contains(keeps, pattern) {
		a.kept.ServeHTTP(w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// keeps are what many ask again and again, and what changes with the lists only: these answers are kept, and have a tag of
// the state of the lists.
var keeps = []string{
	"GET /api/v1/events", "GET /api/v1/events/{id}", "GET /api/v1/threads", "GET /api/v1/threads/{id}", "GET /api/v1/search",
}

// unknown is the problem of what the mux found no operation for: no such path, or not with this method.
func unknown(w http.ResponseWriter, r *http.Request, found http.Handler) error {
	rec := httptest.NewRecorder()
	found.ServeHTTP(rec, r)
	if allow := rec.Header().Get("Allow"); rec.Code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow)
		return problem(rec.Code, "This can be asked for with "+allow+" only.", "")
	}
	return problem(http.StatusNotFound, "There is no such endpoint; /api/openapi.yaml lists them.", "")
}

// parameters checks a query string and writes it in one form, which all readers of it understand alike.
func parameters(raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	v, err := url.ParseQuery(raw)
	if err != nil {
		return "", problem(http.StatusBadRequest, "The query string cannot be read.", "")
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		for _, value := range v[name] {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				return "", problem(http.StatusBadRequest, "The query string is not UTF-8.", "")
			}
		}
		if len(v[name]) > 1 {
			return "", problem(http.StatusUnprocessableEntity, "this parameter comes more than once", "query."+shown(name))
		}
	}
	return v.Encode(), nil
}

// onlyKnownParameters refuses what an operation has no parameter for: an answer that ignored it would be to another question.
func (a *API) onlyKnownParameters(ctx huma.Context, next func(huma.Context)) {
	var known []string
	for _, p := range ctx.Operation().Parameters {
		if p.In == "query" {
			known = append(known, p.Name)
		}
	}
	u := ctx.URL()
	for _, name := range slices.Sorted(maps.Keys(u.Query())) {
		if slices.Contains(known, name) {
			continue
		}
		detail := "there are no parameters here"
		if len(known) > 0 {
			detail = "no such parameter; there are " + strings.Join(known, ", ")
		}
		_, w := humago.Unwrap(ctx)
		refuse(w, problem(http.StatusUnprocessableEntity, detail, "query."+shown(name)))
		return
	}
	next(ctx)
}

// onlyJSON refuses bodies of another type, those of a form above all: a browser sends forms from any page, and whoever looks at
// one elsewhere would order something here without knowing. For JSON it asks first whether this site agrees, see package
// access.
func (a *API) onlyJSON(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	if ctx.Operation().RequestBody == nil {
		next(ctx)
		return
	}
	if kind := mediaType(r); kind != "application/json" {
		refuse(w, problem(http.StatusUnsupportedMediaType, fmt.Sprintf("The body has to be application/json, not %q.", shown(kind)), ""))
		return
	}
	next(ctx)
}
