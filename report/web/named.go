package web

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// named is a snapshot that notes the ids of what is read of it, so that it is known of an answer what it is about. It embeds
// nothing: whoever gives Snapshot another method has to say here what that depends on.
type named struct {
	v      Snapshot
	ids    map[string]bool
	beyond bool // something was read that has no id, or of which no catalog tells by its ids
}

// all are the ids of all that was read, in order; nil where that is not all.
func (n *named) all() []string {
	if n.beyond || len(n.ids) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(n.ids))
}

func (n *named) note(ids ...string) {
	for _, id := range ids {
		n.ids[id] = true
	}
}

func (n *named) Close() { n.v.Close() }

func (n *named) Story(id string) (store.StoryRecord, error) {
	n.note(id)
	return n.v.Story(id)
}

func (n *named) Text(id string) (title, text string, err error) {
	n.note(id)
	return n.v.Text(id)
}

func (n *named) Versions(id string) ([]store.Version, error) {
	n.note(id)
	return n.v.Versions(id)
}

func (n *named) Event(id string) (cluster.Event, error) {
	e, err := n.v.Event(id)
	n.note(id)
	if err == nil {
		n.note(e.ID)
	}
	return e, err
}

// Thread also notes the events: of an event alone the record is that of its thread.
func (n *named) Thread(id string) (cluster.Thread, error) {
	t, err := n.v.Thread(id)
	n.note(id)
	if err == nil {
		n.note(t.ID)
		for i := range t.Links {
			n.note(t.Links[i].Event)
		}
	}
	return t, err
}

func (n *named) MentionedIn(thread string) ([]string, error) {
	n.note(thread)
	return n.v.MentionedIn(thread)
}

func (n *named) Title(id string) (string, error) {
	n.note(id)
	return n.v.Title(id)
}

func (n *named) History(object string) ([]store.JournalEntry, error) {
	n.note(object)
	return n.v.History(object)
}

func (n *named) Group(id string) (cluster.Group, error) {
	n.beyond = true
	return n.v.Group(id)
}

func (n *named) Groups() iter.Seq2[cluster.Group, error] {
	n.beyond = true
	return n.v.Groups()
}

func (n *named) EventHeads(from, to time.Time) iter.Seq2[store.EventHead, error] {
	n.beyond = true
	return n.v.EventHeads(from, to)
}

func (n *named) ThreadHeads(from, to time.Time) iter.Seq2[store.ThreadHead, error] {
	n.beyond = true
	return n.v.ThreadHeads(from, to)
}

func (n *named) Series(id string) (cluster.Series, error) {
	n.beyond = true
	return n.v.Series(id)
}

func (n *named) AllSeries() iter.Seq2[cluster.Series, error] {
	n.beyond = true
	return n.v.AllSeries()
}

func (n *named) Editions(series string) iter.Seq2[store.StoryRecord, error] {
	n.beyond = true
	return n.v.Editions(series)
}

func (n *named) Overrides() iter.Seq2[cluster.Override, error] {
	n.beyond = true
	return n.v.Overrides()
}

func (n *named) Runs() iter.Seq2[store.Run, error] {
	n.beyond = true
	return n.v.Runs()
}

func (n *named) Rejects(run string) (store.RejectList, error) {
	n.beyond = true
	return n.v.Rejects(run)
}

func (n *named) Changes(since, until uint64) iter.Seq2[store.JournalEntry, error] {
	n.beyond = true
	return n.v.Changes(since, until)
}

func (n *named) AsOf(t time.Time) (*store.Past, error) {
	n.beyond = true
	return n.v.AsOf(t)
}

func (n *named) AsOfSeq(seq uint64) (*store.Past, error) {
	n.beyond = true
	return n.v.AsOfSeq(seq)
}

func (n *named) Feeds() ([]store.FeedState, error) {
	n.beyond = true
	return n.v.Feeds()
}

var (
	_ Snapshot       = (*named)(nil)
	_ report.Journal = (*named)(nil)
)
