package webhook

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// bodyVersion is that of the body of a delivery. Within a version fields are only added.
const bodyVersion = 1

// The types of a delivery.
const (
	typeChanges = "changes"
	typeTest    = "test"
)

// Body is what a delivery says.
type Body struct {
	Version  int               `json:"version"`
	Type     string            `json:"type"`
	ID       string            `json:"id"`
	Endpoint string            `json:"endpoint"`
	Made     time.Time         `json:"made"`
	Entries  []json.RawMessage `json:"entries"`
}

// Entry is one journal entry in a body.
type Entry struct {
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
	Run     string    `json:"run"`
	Level   string    `json:"level"`
	Kind    string    `json:"kind"`
	Object  string    `json:"object"`
	In      []string  `json:"in"`
	Out     []string  `json:"out"`
	Links   []string  `json:"links,omitempty"` // kinds of the links of In, of a thread
	Other   string    `json:"other,omitempty"`
	Before  *State    `json:"before"` // nil where it was not
	After   *State    `json:"after"`  // nil where it is no more
	Reason  string    `json:"reason"`
	Margin  *float64  `json:"margin"`
	Reached int       `json:"reached,omitempty"` // the number of sources that the endpoint waits for
	About   *About    `json:"about"`
}

// State is an object before or after a change.
type State struct {
	Size           int     `json:"size"`
	Representative string  `json:"representative,omitempty"`
	Thread         string  `json:"thread,omitempty"`
	Title          string  `json:"title,omitempty"` // that an editor gave it
	Cohesion       float64 `json:"cohesion,omitempty"`
}

// About is what the store says of an event or thread when a delivery is made, which may be later than the entry.
type About struct {
	ID       string `json:"id"` // what the object has become, where it went into another
	Headline string `json:"headline"`
	Stories  int    `json:"stories"`
	Sources  int    `json:"independent_sources"`
	Events   int    `json:"events,omitempty"` // of a thread
	Path     string `json:"path"`             // of its page
}

// deliveryID is the same whenever a batch of entries is sent. The time of its first entry tells it from that of another
// store under the same name, or of one that was restored and went another way.
func deliveryID(endpoint string, first, last uint64, at time.Time) string {
	return fmt.Sprintf("%s:%d-%d:%x", endpoint, first, last, at.UnixMilli())
}

// entryOf is what a journal entry says, without what the store knows of its object.
func entryOf(j *store.JournalEntry) Entry {
	return Entry{
		Seq: j.Seq, At: j.At.UTC(), Run: j.Run, Level: j.Level, Kind: j.Kind, Object: j.Object,
		In: append([]string{}, j.In...), Out: append([]string{}, j.Out...), Links: j.Links, Other: j.Other,
		Before: stateOf(&j.Before), After: stateOf(&j.After), Reason: j.Reason, Margin: j.Margin,
	}
}

func stateOf(s *cluster.State) *State {
	if *s == (cluster.State{}) {
		return nil
	}
	return &State{Size: s.Size, Representative: s.Representative, Thread: s.Thread, Title: s.Title, Cohesion: s.Cohesion}
}
