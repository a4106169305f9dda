package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/samestory/samestory/report"
)

// Editor carries out orders; what it does is jobs.Desk's. Its calls may come from several requests at once.
type Editor interface {
	Edit(ctx context.Context, o EditOrder) (report.EditView, error)
	Undo(ctx context.Context, number uint64, author, note string) (report.EditView, error)
}

// EditOrder is the body of POST /api/v1/overrides.
type EditOrder struct {
	Kind    string   `json:"kind"` // pin, forbid, merge, split or rename
	Objects []string `json:"objects"`
	Title   string   `json:"title"` // of a rename
	Author  string   `json:"author"`
	Note    string   `json:"note"`
}

// RefusedError is what an Editor returns for an order that cannot be carried out; Status is what it means over HTTP: 404,
// 409 for a contradiction, 422.
type RefusedError struct {
	Status int
	Err    error
}

func (e *RefusedError) Error() string { return e.Err.Error() }

func (e *RefusedError) Unwrap() error { return e.Err }

// maxOrder bounds the body of an order, in bytes.
const maxOrder = 1 << 20

// edit answers a request that changes something. Browsers may not send it from other pages: a form cannot make a JSON
// body, and a script of another origin would have to ask first, which nothing here answers.
func (h *handler) edit(carryOut func(r *http.Request, body []byte) (report.EditView, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		body, err := h.order(w, r)
		if err != nil {
			refuse(w, r, err)
			return
		}
		v, err := carryOut(r, body)
		var refused *RefusedError
		if errors.As(err, &refused) {
			err = &badRequest{refused.Status, refused.Error()}
		}
		var b bytes.Buffer
		if err == nil {
			err = report.Write(&b, v, report.JSON, report.Options{})
		}
		if err != nil {
			refuse(w, r, err)
			return
		}
		h.caughtUp(r.Context())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	})
}

// order reads the body of a request that may change something.
func (h *handler) order(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if h.editor == nil {
		return nil, &badRequest{http.StatusForbidden, "This server only reads."}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return nil, &badRequest{http.StatusForbidden, "Orders are not taken from other sites."}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &badRequest{http.StatusUnsupportedMediaType, "The body has to be application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
	if err != nil {
		return nil, &badRequest{http.StatusRequestEntityTooLarge, fmt.Sprintf("The body is longer than %d bytes, or broke off.", maxOrder)}
	}
	return body, nil
}

// decode reads a strict JSON object.
func decode(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return &badRequest{http.StatusBadRequest, "The body is no order: " + err.Error()}
	}
	if d.More() {
		return &badRequest{http.StatusBadRequest, "The body has more than one object."}
	}
	return nil
}

func (h *handler) apiEdit(r *http.Request, body []byte) (report.EditView, error) {
	var o EditOrder
	if err := decode(body, &o); err != nil {
		return report.EditView{}, err
	}
	return h.editor.Edit(r.Context(), o)
}

func (h *handler) apiUndo(r *http.Request, body []byte) (report.EditView, error) {
	number, err := strconv.ParseUint(r.PathValue("number"), 10, 64)
	if err != nil {
		return report.EditView{}, &badRequest{http.StatusNotFound, "There is no override of that number."}
	}
	var o struct {
		Author string `json:"author"`
		Note   string `json:"note"`
	}
	if err := decode(body, &o); err != nil {
		return report.EditView{}, err
	}
	return h.editor.Undo(r.Context(), number, o.Author, o.Note)
}

func (h *handler) apiOverrides(s Snapshot, r *http.Request, now time.Time) (report.View, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return nil, err
	}
	return report.Overrides(s, q)
}
