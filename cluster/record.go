package cluster

import (
	"cmp"
	"time"

	"github.com/samestory/samestory/cluster/neardup"
)

// Relation types how a story's text relates to the representative of its duplicate group.
type Relation = neardup.Relation

// The relations, see package neardup.
const (
	Origin    = neardup.Origin
	Identical = neardup.Identical
	Reprint   = neardup.Reprint
	Edited    = neardup.Edited
	Excerpt   = neardup.Excerpt
	Update    = neardup.Update
)

// Copy is the evidence that puts a story into its duplicate group, always measured against the representative.
type Copy = neardup.Copy

// Placement says where one story belongs. Every id is set, also for a story alone at a level; Event is empty only
// while the story waits for the event stage (see Tick).
type Placement struct {
	Story  string
	Group  string
	Event  string
	Series string // empty outside a series
	Copy   Copy
}

// StoryChange is a story that entered the store, or a new version of one, with the features that let the engine take
// it up again without its text.
type StoryChange struct {
	Story     Story
	Placement Placement
	Features  []byte // versioned binary form, see FeaturesVersion
}

// Group is a duplicate group of two or more stories; a story alone has a group id but no record.
type Group struct {
	ID             string
	Representative string   // story id
	Members        []string // story ids in (time, id) order, the representative among them
}

// Event is one event cluster. Every story that has been through the event stage is in exactly one; most hold one story.
type Event struct {
	ID             string
	Thread         string
	Representative string   // the story whose headline stands for the event
	Members        []string // story ids in (time, id) order, copies included
	First, Last    time.Time
	Lang           string
	Names          []string  // up to eight names that most members share, best first, as written
	Cohesion       float64   // mean calibrated probability over the pairs of representatives, 1 for a single story
	Mentions       []Mention // of a round-up or live page: the threads it touches, best first
	// Happening is the id of the oldest event, in whatever language, that reports the same; empty where no event of
	// another language does.
	Happening    string
	Counterparts []Counterpart // the events of other languages that it is linked to, likeliest first
}

// Told is the id of what the event reports across languages: Happening, or its own id where it stands alone.
func (e *Event) Told() string { return cmp.Or(e.Happening, e.ID) }

// Counterpart is an event in another language that reports the same happening.
type Counterpart struct {
	Event       string
	Probability float64  // 0..1
	Shared      []string // words and names of the two that carried it, heaviest first, in Latin spelling
	Terms       []string // event-kind words that both have
}

// Link is the place of one event in its thread.
type Link struct {
	Event string
	Kind  string   // founding, update, follow-up, reaction, background, anniversary, saga, reopened, counterpart
	Score float64  // similarity to the thread's core, 0..1; 1 for the founding event; probability of a counterpart
	Names []string // the specific names of the frozen core that recur
	Terms []string // the event-kind words of the frozen core that recur
}

// Thread is a founding event with what followed. A thread of one event has an id but no record.
type Thread struct {
	ID          string
	Links       []Link // in time order, the founding event first
	First, Last time.Time
}

// Series is a recurring template or column; its editions are the stories whose placement names it.
type Series struct {
	ID      string
	Founder string // story id of the founding edition, the first that was known when the series was named
	// Pattern is a typical headline with what changes marked, as "Tolmere rates: {number}".
	Pattern string
}

// Redirect tells where an id went that is no longer in use: a merged event, a dissolved group.
type Redirect struct {
	From, To string
	Reason   string
}

// SourceProfile is what was learned of one source, in a versioned binary form.
type SourceProfile struct {
	Source string
	Data   []byte
}

// Reread is a story of an earlier tick whose source turned out to repeat a line of it, or to repeat it no more: with
// or without that line it has other features.
type Reread struct {
	Story    string
	Features []byte
}

// Delta is everything that one tick changed, each list sorted by id: the store applies it whole or not at all.
// An engine whose Delta was not committed is ahead of its store and must be thrown away.
type Delta struct {
	Stories   []StoryChange // new stories and new versions
	Moved     []Placement   // stories of earlier ticks whose placement changed
	Reread    []Reread      // stories of earlier ticks whose features changed
	Groups    []Group       // new state of each changed group
	Events    []Event       // new state of each changed event
	Threads   []Thread      // new state of each changed thread
	Series    []Series      // new state of each changed series
	Ended     []Redirect    // ids that ended
	Sources   []SourceProfile
	Changes   []Change
	Unchanged int // deliveries of a version that was already there
	Revised   int // new versions among Stories
}

// Resident is a stored story as the engine takes it up again: no text, only what Restore needs.
type Resident struct {
	ID        string
	Source    string
	Lang      string
	Published time.Time
	Precision Precision
	Updated   time.Time
	Content   [16]byte
	Placement Placement
	Features  []byte
	Embedding *Embedding // nil where there is none
}
