package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/store"
)

// editor carries out the orders that come over HTTP, one after the other.
type editor struct {
	store *store.Store
	now   func() time.Time
	with  func(context.Context, func(*jobs.Desk) error) error // does something with a desk that nobody else has meanwhile
}

// editor is one for a store that nobody else writes to: each order gets a desk of its own.
func (a *app) editor(s *store.Store) *editor {
	var lock sync.Mutex
	return &editor{store: s, now: a.now, with: func(_ context.Context, do func(*jobs.Desk) error) error {
		lock.Lock()
		defer lock.Unlock()
		c, err := a.settings()
		if err != nil {
			return err
		}
		params, err := c.Params()
		if err != nil {
			return err
		}
		desk, err := jobs.NewDesk(s, params, int(c.Limits.Live))
		if err != nil {
			return err
		}
		return do(desk)
	}}
}

// Edit implements service.Editor.
func (e *editor) Edit(ctx context.Context, o service.Order) (report.EditView, error) {
	return e.do(ctx, func(d *jobs.Desk) (jobs.Edited, error) {
		order := jobs.Order{
			Kind: cluster.OverrideKind(o.Kind), Objects: o.Objects, Title: o.Title, Author: o.Author, Note: o.Note,
		}
		return d.Edit(ctx, order, e.now)
	})
}

// Undo implements service.Editor.
func (e *editor) Undo(ctx context.Context, number uint64, author, note string) (report.EditView, error) {
	return e.do(ctx, func(d *jobs.Desk) (jobs.Edited, error) {
		return d.Undo(ctx, number, cluster.Undo{Author: author, Note: note}, e.now)
	})
}

func (e *editor) do(ctx context.Context, carryOut func(*jobs.Desk) (jobs.Edited, error)) (report.EditView, error) {
	var done jobs.Edited
	err := e.with(ctx, func(desk *jobs.Desk) (err error) {
		done, err = carryOut(desk)
		return err
	})
	var contradicted *jobs.ContradictedError
	switch {
	case errors.As(err, &contradicted):
		err = &service.RefusedError{Status: http.StatusConflict, Err: err}
	case errors.Is(err, jobs.ErrOrder):
		err = &service.RefusedError{Status: http.StatusUnprocessableEntity, Err: err}
	case errors.Is(err, store.ErrNotFound):
		err = &service.RefusedError{Status: http.StatusNotFound, Err: err}
	}
	if err != nil {
		return report.EditView{}, err
	}
	view := e.store.View()
	defer view.Close()
	return report.Edit(view, &done.Override, done.Since, e.now())
}
