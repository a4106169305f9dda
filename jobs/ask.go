package jobs

import (
	"context"
	"fmt"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// ExplainPair says why two stored stories are together or apart. Nothing is written.
func (d *Desk) ExplainPair(ctx context.Context, a, b string) (*cluster.PairExplanation, error) {
	if err := d.takeStories(a, b); err != nil {
		return nil, err
	}
	view := d.view()
	defer view.Close()
	return d.engine.ExplainPair(ctx, a, b, view)
}

// ExplainEvent judges a stored story against a stored event. Nothing is written.
func (d *Desk) ExplainEvent(ctx context.Context, story, event string) (*cluster.PairExplanation, error) {
	view := d.view()
	defer view.Close()
	ev, err := view.Event(event)
	if err != nil {
		return nil, err
	}
	if err := d.takeStories(story, ev.Representative); err != nil {
		return nil, err
	}
	return d.engine.ExplainEvent(ctx, story, ev.ID, view)
}

// Match judges a text against what is stored. Nothing is written.
func (d *Desk) Match(ctx context.Context, s *cluster.Story) (*cluster.Match, error) {
	if err := d.take(interval{s.Published, s.Published}); err != nil {
		return nil, err
	}
	view := d.view()
	defer view.Close()
	judged := d.embeddings.single(ctx, view, *s)
	return d.engine.Match(ctx, &judged, view)
}

// takeStories makes stories resident with what they may meet; store.ErrExpired.
func (d *Desk) takeStories(ids ...string) error {
	view := d.view()
	defer view.Close()
	var stories []cluster.Story
	for _, id := range ids {
		r, err := view.Story(id)
		if err != nil {
			return fmt.Errorf("look up story: %w", err)
		}
		if r.Expired {
			return fmt.Errorf("story %s: %w", id, store.ErrExpired)
		}
		stories = append(stories, r.Story)
	}
	return d.take(span(stories))
}

// ExplainThread judges a stored event against a stored thread. Nothing is written.
func (d *Desk) ExplainThread(event, thread string) (*cluster.ThreadExplanation, error) {
	view := d.view()
	defer view.Close()
	ev, err := view.Event(event)
	if err != nil {
		return nil, err
	}
	th, err := view.Thread(thread)
	if err != nil {
		return nil, err
	}
	founding, err := view.Event(th.Links[0].Event)
	if err != nil {
		return nil, err
	}
	if err := d.takeStories(ev.Representative, founding.Representative); err != nil {
		return nil, err
	}
	return d.engine.ExplainThread(ev.ID, th.ID)
}
