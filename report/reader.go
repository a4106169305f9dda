package report

import (
	"iter"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Reader is what the queries need of a consistent view of the store; *store.Snapshot is one. Lookups of ids that have
// ended return what they became, under its own id. Errors for unknown ids are store.ErrNotFound.
type Reader interface {
	Story(id string) (store.StoryRecord, error)
	Text(id string) (title, text string, err error)
	Versions(id string) ([]store.Version, error)

	Event(id string) (cluster.Event, error)
	EventHeads(from, to time.Time) iter.Seq2[store.EventHead, error] // those that overlap [from, to)
	Thread(id string) (cluster.Thread, error)
	ThreadHeads(from, to time.Time) iter.Seq2[store.ThreadHead, error]
	Group(id string) (cluster.Group, error)
	MentionedIn(thread string) ([]string, error) // ids of the events that mention a thread, in order
	Groups() iter.Seq2[cluster.Group, error]
	Series(id string) (cluster.Series, error)
	AllSeries() iter.Seq2[cluster.Series, error]
	Editions(series string) iter.Seq2[store.StoryRecord, error] // in time order

	Overrides() iter.Seq2[cluster.Override, error] // by number, undone ones included
	Title(id string) (string, error)               // what an editor called an event or thread; empty where none did

	Runs() iter.Seq2[store.Run, error] // newest first
	Rejects(run string) (store.RejectList, error)
}
