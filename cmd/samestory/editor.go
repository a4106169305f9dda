package main

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/web"
	"github.com/samestory/samestory/store"
)

// editor carries out the orders that come over HTTP, one after the other, each with a desk of its own.
type editor struct {
	lock  sync.Mutex
	app   *app
	store *store.Store
}

func (a *app) editor(s *store.Store) *editor { return &editor{app: a, store: s} }

// Edit implements web.Editor.
func (e *editor) Edit(ctx context.Context, o web.EditOrder) (report.EditView, error) {
	return e.do(func(d *jobs.Desk) (jobs.Edited, error) {
		order := jobs.Order{
			Kind: cluster.OverrideKind(o.Kind), Objects: o.Objects, Title: o.Title, Author: o.Author, Note: o.Note,
		}
		return d.Edit(ctx, order, e.app.now)
	})
}

// Undo implements web.Editor.
func (e *editor) Undo(ctx context.Context, number uint64, author, note string) (report.EditView, error) {
	return e.do(func(d *jobs.Desk) (jobs.Edited, error) {
		return d.Undo(ctx, number, cluster.Undo{Author: author, Note: note}, e.app.now)
	})
}

func (e *editor) do(carryOut func(*jobs.Desk) (jobs.Edited, error)) (report.EditView, error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	c, err := e.app.settings()
	if err != nil {
		return report.EditView{}, err
	}
	params, err := c.Params()
	if err != nil {
		return report.EditView{}, err
	}
	desk, err := jobs.NewDesk(e.store, params, int(c.Limits.Live))
	if err != nil {
		return report.EditView{}, err
	}
	done, err := carryOut(desk)
	var contradicted *jobs.ContradictedError
	switch {
	case errors.As(err, &contradicted):
		err = &web.RefusedError{Status: http.StatusConflict, Err: err}
	case errors.Is(err, jobs.ErrOrder):
		err = &web.RefusedError{Status: http.StatusUnprocessableEntity, Err: err}
	case errors.Is(err, store.ErrNotFound):
		err = &web.RefusedError{Status: http.StatusNotFound, Err: err}
	}
	if err != nil {
		return report.EditView{}, err
	}
	view := e.store.View()
	defer view.Close()
	return report.Edit(view, &done.Override, done.Since, e.app.now())
}
