package store

import (
	"time"

	"github.com/samestory/samestory/cluster"
)

// Batch is everything one tick chunk changed. Commit stores it whole or not at all.
type Batch struct {
	Delta   *cluster.Delta // may be nil
	Cursors []Cursor       // how far the sources have been read, this batch included
	Feeds   []FeedState    // what is known of feeds, with what was polled of them in this batch
	Brought []Brought      // what feeds have, this batch included; what is known is passed over
	Rejects []Reject       // belong to Run
	Run     *Run           // new state of the run that made the batch; may be nil
	At      time.Time      // stamped on journal entries and redirects; the caller's clock, not the store's

	Embeddings []Embedding        // new ones
	Overrides  []cluster.Override // new ones, and those that were undone

	// Baseline lets the journal begin anew: an entry with ReasonBaseline for everything that exists, from which on it is
	// complete. It is for a store that comes from a schema whose journal was not, or whose journal is damaged. What was
	// before stays readable but cannot be asked for by AsOf. The batch must change nothing else.
	Baseline bool
}

// Cursor is how far one source has been read. Data is the source's own binary form; the store does not look into it.
type Cursor struct {
	Source string
	Data   []byte
}

// Reject is an item that could not become a story.
type Reject struct {
	Path    string
	Line    int64 // 1-based; 0 where the source has no lines
	Reason  string
	Excerpt string
}

// MaxRejects is how many rejects are kept of one run. Further ones are counted only, so that one broken file of a
// million lines does not fill the store.
const MaxRejects = 1000

// The words for Run.Status.
const (
	RunRunning     = "running"
	RunOK          = "ok"
	RunPartial     = "partial"
	RunFailed      = "failed"
	RunInterrupted = "interrupted"
)

// Run is one execution of a job. It is stored again with each batch, so that a run that died shows how far it came:
// its status is still RunRunning, until the store is opened for writing again and says RunInterrupted.
type Run struct {
	ID             string // unique
	Job            string
	Started, Ended time.Time // Ended is zero while it runs
	Status         string
	Ticks          int
	Read           int
	New            int
	Revised        int
	Unchanged      int
	Rejected       int
	Groups         int // changed groups
	Events         int // changed events
	Threads        int // changed threads
	Error          string
	Notes          []string

	Embeddings RunEmbeddings
}

// RunEmbeddings counts how the texts of a run came by their embeddings; zero where none were asked for.
type RunEmbeddings struct {
	Made    int    // by the model, in this run
	Cached  int    // from the store
	Missing int    // could not be had; their stories were judged by their words alone
	Reason  string // why the first of them could not
}

// StoryRecord is a stored story without its text, with its place.
type StoryRecord struct {
	cluster.Story // Text is empty: ask Snapshot.Text
	Placement     cluster.Placement
	Content       [16]byte // hash of title and text of the current version
	Versions      int      // how many versions are kept, the current one included; of an expired story, how many there were
	Words         int      // of the text; a CJK character counts as one
	Size          int      // bytes of the text
	Expired       bool     // text, features and older versions are gone, see Expire; everything else is as it was
}

// Version is one text of a story.
type Version struct {
	Story   cluster.Story // with its text
	Content [16]byte
	Words   int
	Current bool
}

// EventHead is what the time index says of an event, without reading its record: enough to choose which events to read.
type EventHead struct {
	ID          string
	Stories     int
	First, Last time.Time // whole seconds
}

// ThreadHead is what the time index says of a thread, without reading its record.
type ThreadHead struct {
	ID          string
	Events      int
	First, Last time.Time // whole seconds
}

// JournalEntry is one change with its place in the history.
type JournalEntry struct {
	Seq uint64 // from 1, without gaps
	At  time.Time
	Run string
	cluster.Change
}

// Redirect is where an id went.
type Redirect struct {
	cluster.Redirect
	At time.Time
}

// RejectList is what is kept of the rejects of a run.
type RejectList struct {
	Total int      // how many there were
	Kept  []Reject // the first ones, at most MaxRejects
}

// Counts are exact: they are kept with each commit.
type Counts struct {
	Stories   int // the expired ones included
	Expired   int // of these, how many have expired
	Versions  int // superseded or late versions, beside the current ones
	Waiting   int // stories without an event
	Groups    int // of two or more stories
	Events    int
	Threads   int // of two or more events
	Redirects int
	Sources   int // sources with a profile
	Cursors   int
	Runs      int
	Changes   uint64 // sequence number of the last journal entry
	TextBytes int64  // of all versions, before compression
}

// Stats describes the store as a whole.
type Stats struct {
	Counts
	Schema int
	Params Header
	Bytes  int64 // what the folder really occupies on disk; the sizes that ls shows are higher while it is open
}
