package cluster

import (
	"fmt"

	"github.com/samestory/samestory/cluster/thread"
)

// ThreadExplanation says why an event is in a thread, or why not.
type ThreadExplanation = thread.Judgement

// ExplainThread judges a resident event against a thread, by linking all resident events anew.
func (e *Engine) ExplainThread(eventID, threadID string) (*ThreadExplanation, error) {
	t := newTick(e)
	found, ok := thread.Explain(t.threadEvents(), t.newIDF(), e.linker, eventID, threadID)
	if !ok {
		return nil, fmt.Errorf("event %s or thread %s is not resident: they are too far apart in time", eventID, threadID)
	}
	found.Link = e.placeIn(eventID, threadID, found.Link)
	return &found, nil
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
