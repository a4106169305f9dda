package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
)

// desk notes orders and refuses those that it is told to.
type desk struct {
	got    EditOrder
	undone uint64
	err    error
}

func (d *desk) Edit(_ context.Context, o EditOrder) (report.EditView, error) {
	d.got = o
	line := report.ViewOverride(&cluster.Override{Number: 7, Kind: cluster.OverrideKind(o.Kind), Objects: o.Objects})
	return report.EditView{Override: line}, d.err
}

func (d *desk) Undo(_ context.Context, number uint64, _, _ string) (report.EditView, error) {
	d.undone = number
	return report.EditView{Override: report.ViewOverride(&cluster.Override{Number: number})}, d.err
}

func TestOrdersOverHTTP(t *testing.T) {
	const merge = `{"kind":"merge","objects":["e1","e2"],"author":"ada","note":"one fire"}`
	for _, tt := range []struct {
		name, path, body string
		header           [2]string
		err              error
		status           int
		answer           string
	}{
		{"an order", "/api/v1/overrides", merge, [2]string{"Content-Type", "application/json"}, nil, 201, `"number": 7`},
		{"of this page", "/api/v1/overrides", merge, [2]string{"Sec-Fetch-Site", "same-origin"}, nil, 201, `"kind": "merge"`},
		{"of another site", "/api/v1/overrides", merge, [2]string{"Sec-Fetch-Site", "cross-site"}, nil, 403, "other sites"},
		{"a form", "/api/v1/overrides", "kind=merge", [2]string{"Content-Type", "application/x-www-form-urlencoded"}, nil, 415, "application/json"},
		{"text", "/api/v1/overrides", merge, [2]string{"Content-Type", "text/plain"}, nil, 415, "application/json"},
		{"an unknown field", "/api/v1/overrides", `{"kin":"merge"}`, [2]string{}, nil, 400, "kin"},
		{"two orders", "/api/v1/overrides", merge + merge, [2]string{}, nil, 400, "more than one"},
		{"no JSON", "/api/v1/overrides", "merge", [2]string{}, nil, 400, "no order"},
		{"too long", "/api/v1/overrides", `{"note":"` + strings.Repeat("x", maxOrder) + `"}`, [2]string{}, nil, 413, "longer"},
		{
			"a contradiction", "/api/v1/overrides", merge,
			[2]string{},
			&RefusedError{http.StatusConflict, errors.New("override 3 says otherwise")}, 409, "override 3 says otherwise",
		},
		{"an accident", "/api/v1/overrides", merge, [2]string{}, errors.New("disk on fire"), 500, "could not be read"},
		{"an undo", "/api/v1/overrides/3/undo", `{"author":"ada"}`, [2]string{}, nil, 201, `"number": 3`},
		{"an undo of nothing", "/api/v1/overrides/x/undo", `{}`, [2]string{}, nil, 404, "no override"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHandler(func() Snapshot { return fixture.Newsroom() }, func() time.Time { return fixture.Now }, &desk{err: tt.err})
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, tt.path, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", "application/json")
			if tt.header[0] != "" {
				r.Header.Set(tt.header[0], tt.header[1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.answer) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestServerWithoutAnEditorOnlyReads(t *testing.T) {
	h := newHandler(func() Snapshot { return fixture.Newsroom() }, func() time.Time { return fixture.Now }, nil)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/overrides", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
