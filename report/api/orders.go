package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
)

// maxOrder bounds the body of an order, in bytes.
const maxOrder = 1 << 20

// Order is what an editor wants changed.
type Order struct {
	Kind    string   `json:"kind" enum:"pin,forbid,merge,split,rename" doc:"pin: these stories belong together. forbid: they do not. merge: these events or threads are one. split: these stories leave their event, or these events their thread. rename: an event or thread is called title."`
	Objects []string `json:"objects" nullable:"false" minItems:"1" maxItems:"10000" doc:"Ids of what it is about."`
	Title   string   `json:"title,omitempty" maxLength:"1000" nullable:"true" doc:"Of a rename; empty takes the title back."`
	Author  string   `json:"author,omitempty" maxLength:"200" nullable:"true" doc:"Who orders it."`
	Note    string   `json:"note,omitempty" maxLength:"10000" nullable:"true" doc:"Why."`
}

// Undo takes an order back.
type Undo struct {
	Author string `json:"author,omitempty" maxLength:"200" nullable:"true" doc:"Who takes it back."`
	Note   string `json:"note,omitempty" maxLength:"10000" nullable:"true" doc:"Why."`
}

type orderInput struct {
	Body Order
}

type undoInput struct {
	Number uint64 `path:"number" minimum:"1" maximum:"9007199254740991" doc:"Of the override."`
	Body   Undo
}

// done is what came of an order.
type done struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        report.EditView
}

// orders adds the operations that change what belongs together.
func (a *API) orders() {
	give := op("give-order", "/api/v1/overrides", tagEditing, "Pin, forbid, merge, split or rename")
	give.Description = "Is carried out at once, whatever the texts say, and holds until it is undone."
	order(a, give, func(ctx context.Context, in *orderInput) (report.EditView, error) {
		b := &in.Body
		return a.o.Editor.Edit(ctx, service.Order{Kind: b.Kind, Objects: b.Objects, Title: b.Title, Author: b.Author, Note: b.Note})
	})
	order(a, op("undo-order", "/api/v1/overrides/{number}/undo", tagEditing, "Take an order back"),
		func(ctx context.Context, in *undoInput) (report.EditView, error) {
			return a.o.Editor.Undo(ctx, in.Number, in.Body.Author, in.Body.Note)
		})
}

// order adds an operation that changes something.
func order[I any](a *API, op huma.Operation, carryOut func(context.Context, *I) (report.EditView, error)) {
	op.Method, op.DefaultStatus, op.MaxBodyBytes = http.MethodPost, http.StatusCreated, maxOrder
	op = linked(op, leads("undo", "undo-order", "number", "/override/number"))
	op.Errors = append(bodyErrors(), http.StatusNotFound, http.StatusConflict, http.StatusGone)
	op.Security = mayEdit
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*done, error) {
		if a.o.Editor == nil {
			return nil, problem(http.StatusForbidden, "This server only reads.", "")
		}
		v, err := carryOut(ctx, in)
		if err != nil {
			return nil, problemOf(err)
		}
		service.CatchUp(ctx, a.o.Lists)
		return &done{ContentType: contentType, Body: v}, nil
	})
}
