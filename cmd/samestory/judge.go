package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/store"
)

// judge answers questions that come over HTTP, one after the other, in the turn of the jobs that write: the desk has in memory
// what texts are compared with.
type judge struct {
	store *store.Store
	now   func() time.Time
	with  func(context.Context, func(*jobs.Desk) error) error // as of an editor
}

// judge is one that asks the desks of an editor.
func (e *editor) judge() *judge { return &judge{store: e.store, now: e.now, with: e.with} }

// maxFuture is how far ahead of the clock a text may be dated that is compared.
const maxFuture = 24 * time.Hour

// Match implements service.Judge.
func (j *judge) Match(ctx context.Context, t service.Text) (v report.MatchView, err error) {
	now := j.now()
	s := &cluster.Story{Title: t.Title, Text: t.Body, Source: t.Source, Published: t.Published, Arrived: now}
	if s.Published.IsZero() {
		s.Published = now
	}
	if s.Published.After(now.Add(maxFuture)) {
		return v, &service.RefusedError{Status: http.StatusUnprocessableEntity, Err: errors.New("published: this time has not come yet")}
	}
	s.Lang = text.Language(t.Lang, s.Title, s.Text)
	var m *cluster.Match
	view, window, err := j.ask(ctx, s.Published, func(ctx context.Context, d *jobs.Desk, _ *store.Snapshot) error {
		m, err = d.Match(ctx, s)
		return err
	})
	if err != nil {
		return v, err
	}
	defer view.Close()
	return report.Match(view, m, s, window, now)
}

// Similar implements service.Judge.
func (j *judge) Similar(ctx context.Context, story, event string) (v report.SimilarView, err error) {
	s, err := j.find(story, event)
	if err != nil {
		return v, err
	}
	var m *cluster.Match
	view, window, err := j.ask(ctx, s.Published, func(ctx context.Context, d *jobs.Desk, view *store.Snapshot) error {
		whole, err := view.Current(s.ID)
		if err == nil {
			m, err = d.Match(ctx, &whole)
		}
		return err
	})
	if err != nil {
		return v, err
	}
	defer view.Close()
	return report.Similar(view, m, s.ID, window, j.now())
}

// Explain implements service.Judge.
func (j *judge) Explain(ctx context.Context, story, other, event string) (v report.ExplainView, err error) {
	s, err := j.find(story, "")
	if err != nil {
		return v, err
	}
	var x *cluster.PairExplanation
	view, _, err := j.ask(ctx, s.Published, func(ctx context.Context, d *jobs.Desk, _ *store.Snapshot) error {
		o, err := j.find(other, event)
		if err == nil {
			err = d.Near(o.Published)
		}
		switch {
		case err != nil:
			return err
		case other != "":
			x, err = d.ExplainPair(ctx, story, other)
		default:
			x, err = d.ExplainEvent(ctx, story, event)
		}
		return err
	})
	if err != nil {
		return v, err
	}
	defer view.Close()
	return report.Explain(view, x, story, other, event, j.now())
}

// ExplainThread implements service.Judge.
func (j *judge) ExplainThread(ctx context.Context, event, thread string) (v report.ThreadExplainView, err error) {
	s, err := j.find("", event)
	if err != nil {
		return v, err
	}
	var x *cluster.ThreadExplanation
	view, _, err := j.ask(ctx, s.Published, func(_ context.Context, d *jobs.Desk, view *store.Snapshot) error {
		t, err := view.Thread(thread)
		if err != nil {
			return err
		}
		founding, err := j.find("", t.Links[0].Event)
		if err == nil {
			err = d.Near(founding.Published)
		}
		if err == nil {
			x, err = d.ExplainThread(event, thread)
		}
		return err
	})
	if err != nil {
		return v, err
	}
	defer view.Close()
	return report.ExplainThread(view, x, j.now())
}

// find reads a story or, where story is empty, the one that stands for an event.
func (j *judge) find(story, event string) (cluster.Story, error) {
	view := j.store.View()
	defer view.Close()
	if story == "" {
		e, err := view.Event(event)
		if err != nil {
			return cluster.Story{}, err
		}
		story = e.Representative
	}
	r, err := view.Story(story)
	if err == nil && r.Expired {
		err = fmt.Errorf("story %s: %w", story, store.ErrExpired)
	}
	return r.Story, err
}

// ask asks a desk about a time, and gives a view of what it was asked about, to be closed, with the span of it.
//
// A question that is broken off would cost the jobs what they have in memory, so that it is answered to its end; what is
// wrong with the question itself is no reason to drop that either.
func (j *judge) ask(ctx context.Context, at time.Time, question func(context.Context, *jobs.Desk, *store.Snapshot) error) (view *store.Snapshot, window report.Window, err error) {
	var wrong error
	err = j.with(ctx, func(d *jobs.Desk) error {
		view = j.store.View()
		window.From, window.To = at.Add(-d.Window()), at.Add(d.Window())
		err := d.Near(at)
		if err == nil {
			err = question(context.WithoutCancel(ctx), d, view)
		}
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExpired) || errors.Is(err, jobs.ErrFar) || errors.Is(err, event.ErrUnknown) {
			wrong, err = err, nil
		}
		return err
	})
	if err == nil {
		err = wrong
	}
	if err == nil {
		window.Events, err = countEvents(view, window)
	}
	switch {
	case errors.Is(err, event.ErrUnknown):
		err = &service.RefusedError{Status: http.StatusUnprocessableEntity, Err: err}
	case errors.Is(err, jobs.ErrFar):
		err = &service.RefusedError{
			Status: http.StatusUnprocessableEntity,
			Err:    errors.New("this time is too far from that of the stories that are being worked with; the command does it without the daemon"),
		}
	}
	if err != nil && view != nil {
		view.Close()
	}
	return view, window, err
}

func countEvents(view *store.Snapshot, w report.Window) (n int, err error) {
	for _, err := range view.EventHeads(w.From, w.To) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
