package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/service"
)

// desk notes orders and refuses those that it is told to.
type desk struct {
	got    service.Order
	undone uint64
	err    error
}

func (d *desk) Edit(_ context.Context, o service.Order) (report.EditView, error) {
	d.got = o
	line := report.ViewOverride(&cluster.Override{Number: 7, Kind: cluster.OverrideKind(o.Kind), Objects: o.Objects})
	return report.EditView{Override: line, Changes: []report.ChangeLine{}}, d.err
}

func (d *desk) Undo(_ context.Context, number uint64, _, _ string) (report.EditView, error) {
	d.undone = number
	return report.EditView{Override: report.ViewOverride(&cluster.Override{Number: number}), Changes: []report.ChangeLine{}}, d.err
}

func TestOrders(t *testing.T) {
	const (
		all   = "/api/v1/overrides"
		merge = `{"kind":"merge","objects":["e1","e2"],"author":"ada","note":"one fire"}`
		kind  = "application/json"
	)
	refused := &service.RefusedError{Status: http.StatusConflict, Err: errors.New("override 3 says otherwise")}
	for _, tt := range []struct {
		name, path, body string
		header           []string
		err              error
		status           int
		answer           string
	}{
		{"an order", all, merge, []string{"Content-Type", kind}, nil, 201, `"number": 7`},
		{"with a charset", all, merge, []string{"Content-Type", kind + "; charset=utf-8"}, nil, 201, `"number": 7`},
		{"of this page", all, merge, []string{"Content-Type", kind, "Sec-Fetch-Site", "same-origin"}, nil, 201, `"kind": "merge"`},
		{"a form", all, "kind=merge", []string{"Content-Type", "application/x-www-form-urlencoded"}, nil, 415, "application/json"},
		{"text", all, merge, []string{"Content-Type", "text/plain"}, nil, 415, "application/json"},
		{"of no type", all, merge, nil, nil, 415, "application/json"},
		{"an unknown field", all, `{"kind":"merge","objects":["a"],"objekt":1}`, []string{"Content-Type", kind}, nil, 422, `"location":"body.objekt"`},
		{"an unknown kind", all, `{"kind":"burn","objects":["a"]}`, []string{"Content-Type", kind}, nil, 422, `"location":"body.kind"`},
		{"about nothing", all, `{"kind":"merge","objects":[]}`, []string{"Content-Type", kind}, nil, 422, `"location":"body.objects"`},
		{"with a number for an id", all, `{"kind":"merge","objects":["a",2]}`, []string{"Content-Type", kind}, nil, 422, `"location":"body.objects[1]"`},
		{"with nothing for ids", all, `{"kind":"merge","objects":null}`, []string{"Content-Type", kind}, nil, 422, `"location":"body.objects"`},
		{"two orders", all, merge + merge, []string{"Content-Type", kind}, nil, 400, "after top-level value"},
		{"no JSON", all, "merge", []string{"Content-Type", kind}, nil, 400, "invalid character"},
		{"nothing", all, "", []string{"Content-Type", kind}, nil, 400, "required"},
		{"too long", all, `{"note":"` + strings.Repeat("x", maxOrder) + `"}`, []string{"Content-Type", kind}, nil, 413, "too large"},
		{"with a note that is too long", all, `{"kind":"pin","objects":["a"],"note":"` + strings.Repeat("x", 10001) + `"}`, []string{"Content-Type", kind}, nil, 422, "body.note"},
		{"a contradiction", all, merge, []string{"Content-Type", kind}, refused, 409, "override 3 says otherwise"},
		{"an accident", all, merge, []string{"Content-Type", kind}, errors.New("disk on fire"), 500, "could not be read"},
		{"an undo", all + "/3/undo", `{"author":"ada"}`, []string{"Content-Type", kind}, nil, 201, `"number": 3`},
		{"an undo of nothing", all + "/x/undo", `{}`, []string{"Content-Type", kind}, nil, 422, "path.number"},
		{"an undo of a number that is none", all + "/-1/undo", `{}`, []string{"Content-Type", kind}, nil, 422, "path.number"},
		{"a parameter", all + "?dry_run=1", merge, []string{"Content-Type", kind}, nil, 422, "query.dry_run"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, d := options(fixture.Newsroom()), &desk{err: tt.err}
			o.Editor = d
			r := send(t, New(o), http.MethodPost, tt.path, tt.body, tt.header...)
			got := body(t, r)
			if r.StatusCode != tt.status || !strings.Contains(got, tt.answer) || strings.Contains(got, "fire (") || len(got) > 4000 {
				t.Errorf("%d %s", r.StatusCode, got)
			}
			if want := map[bool]string{true: contentType, false: "application/problem+json"}[tt.status < 300]; r.Header.Get("Content-Type") != want {
				t.Errorf("type %s", r.Header.Get("Content-Type"))
			}
			if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("ETag") != "" {
				t.Errorf("an order is kept: %v", r.Header)
			}
			if tt.status != 201 && tt.err == nil && d.got.Kind != "" {
				t.Errorf("carried out: %+v", d.got)
			}
		})
	}
	o, d := options(fixture.Newsroom()), &desk{}
	o.Editor = d
	send(t, New(o), http.MethodPost, all, `{"kind":"rename","objects":["e1"],"title":"T","author":"A","note":"N"}`, "Content-Type", kind)
	if diff := cmp.Diff(service.Order{Kind: "rename", Objects: []string{"e1"}, Title: "T", Author: "A", Note: "N"}, d.got); diff != "" {
		t.Errorf("an order on its way (-sent +got):\n%s", diff)
	}
}

func TestServerWithoutOthersOnlyReads(t *testing.T) {
	h := serve(fixture.Newsroom())
	for target, body := range map[string]string{
		"/api/v1/overrides": `{"kind":"pin","objects":["a","b"]}`, "/api/v1/overrides/1/undo": `{}`, "/api/v1/match": `{"text":"A text."}`,
		"/api/v1/stories": `{"title":"T"}`,
	} {
		if r := send(t, h, http.MethodPost, target, body, "Content-Type", "application/json"); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
}
