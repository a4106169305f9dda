package cluster

import (
	"fmt"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/thread"
)

// ThreadExplanation says why an event is in a thread, or why not.
type ThreadExplanation = thread.Judgement

// ExplainThread judges a resident event against a thread, by linking all resident events anew.
func (e *Engine) ExplainThread(eventID, threadID string) (*ThreadExplanation, error) {
	t := newTick(e)
	events := t.threadEvents()
	found, ok := thread.Explain(events, t.newIDF(), e.linker, eventID, e.foundedAs(threadID))
	if !ok {
		return nil, fmt.Errorf("event %s and thread %s: %w: they are too far apart in time, or the thread does not come of the texts as they are now",
			eventID, threadID, event.ErrUnknown)
	}
	found.Thread, found.Rival = threadID, e.knownAs(found.Rival, events)
	found.Link = e.placeIn(eventID, threadID, found.Link)
	return &found, nil
}

// foundedAs is the id that the founding event of a thread gives, by which the rule knows the thread; the same where it is
// not resident.
func (e *Engine) foundedAs(threadID string) string {
	if th := e.threads[threadID]; th != nil {
		return thread.ID(e.linkable[th.Links[0].Event].Founder)
	}
	for id, ev := range e.events {
		if ev.Thread == threadID {
			return thread.ID(e.linkable[id].Founder)
		}
	}
	return threadID
}

// knownAs is the id of the thread whose founding event gives this one.
func (e *Engine) knownAs(founded string, events []thread.Event) string {
	for i := range events {
		if founded != "" && thread.ID(events[i].Founder) == founded {
			return e.events[events[i].ID].Thread
		}
	}
	return founded
}

// placeIn is the place of an event in a thread after happenings have brought threads together; linked is what it was
// before.
func (e *Engine) placeIn(eventID, threadID string, linked *thread.Relation) *thread.Relation {
	if e.events[eventID].Thread != threadID {
		return nil
	}
	t := e.threads[threadID]
	if t == nil {
		return linked
	}
	for _, l := range t.Links {
		if l.Event == eventID {
			return &thread.Relation{Event: l.Event, Kind: l.Kind, Score: l.Score, Names: l.Names, Terms: l.Terms}
		}
	}
	return linked
}
