package service

import (
	"context"
	"time"

	"github.com/samestory/samestory/report"
)

// Judge compares texts with what is stored, and writes nothing. It takes its turn with the jobs that write, so that its
// answers may have to wait; a RefusedError of status 503 says that they waited too long.
type Judge interface {
	// Match says which event and which duplicate group a text belongs to.
	Match(ctx context.Context, t Text) (report.MatchView, error)
	// Similar lists what is near to a stored story or, where story is empty, to an event.
	Similar(ctx context.Context, story, event string) (report.SimilarView, error)
	// Explain says why a story is with another one, or, where other is empty, in an event; or why not.
	Explain(ctx context.Context, story, other, event string) (report.ExplainView, error)
	// ExplainThread says why an event is in a thread, or why not.
	ExplainThread(ctx context.Context, event, thread string) (report.ThreadExplainView, error)
}

// Text is a text that is to be compared.
type Text struct {
	Title, Body string
	Source      string    // who has it; may be empty
	Lang        string    // empty: found out from the text
	Published   time.Time // zero: now
}
