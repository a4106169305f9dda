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
	return &found, nil
}
