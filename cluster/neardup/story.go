package neardup

import (
	"context"
	"strings"
	"time"
)

// Doc is a story as the detector reads it.
type Doc struct {
	ID, Source, Title, Text, Lang string

	Time     time.Time
	Undated  bool // Time is the arrival, which says nothing about when the text was published
	DateOnly bool // Time is a day; its time of day means nothing
}

// Item is one story to take up: of this batch with its text, or of an earlier run without it.
type Item struct {
	ID, Source, Lang string

	Time              time.Time
	Undated, DateOnly bool
	Print             Print

	// Title and Text are set for the stories of a batch; Restore ignores them.
	Title, Text string

	// Group, Series and Copy are what the last run decided; Add ignores them.
	Group, Series string
	Copy          Copy
}

// Item returns the item of a story with its print.
func (d Doc) Item(p Print) Item {
	return Item{
		ID: d.ID, Source: d.Source, Lang: d.Lang, Time: d.Time, Undated: d.Undated, DateOnly: d.DateOnly,
		Print: p, Title: d.Title, Text: d.Text,
	}
}

// Texts gives back the title and text of a live story of an earlier batch, for exact verification. It must give the
// same answer each time within one call of the Detector, and may be called from several goroutines.
type Texts interface {
	StoryText(ctx context.Context, id string) (title, text string, err error)
}

// TextsFunc makes a function a Texts.
type TextsFunc func(ctx context.Context, id string) (title, text string, err error)

// StoryText calls f.
func (f TextsFunc) StoryText(ctx context.Context, id string) (title, text string, err error) {
	return f(ctx, id)
}

// Relation types how a story's text relates to the representative of its group. The numbers are stored.
type Relation uint8

const (
	// Origin marks the representative itself, and a story alone in its group.
	Origin Relation = iota
	// Identical text after normalisation.
	Identical
	// Reprint differs from the representative only in dateline, byline, furniture or a few characters.
	Reprint
	// Edited is the same text with words or paragraphs changed.
	Edited
	// Excerpt is contained in the representative, or contains it: one of the two was cut from the other.
	Excerpt
	// Update is a later version of the same report by the same source or wire.
	Update
)

// String returns the word used in reports.
func (r Relation) String() string {
	if r > Update {
		return "unknown"
	}
	return [...]string{"origin", "exact", "reprint", "edited", "excerpt", "update"}[r]
}

// Copy is the evidence that puts a story into its group, measured against the representative.
type Copy struct {
	Relation  Relation
	Jaccard   float64 // exact Jaccard of the shingle sets, 0..1; 1 for Origin and Identical
	Contained float64 // share of this story's shingles that the representative has
	Contains  float64 // share of the representative's shingles that this story has
}

// Placement says where a story belongs. Group is set also for a story alone in it; Series is empty outside a series.
type Placement struct {
	ID, Group, Series string
	Copy              Copy
}

// Group is a duplicate group of two or more stories.
type Group struct {
	ID             string
	Representative string
	Members        []string // in order: time, then id, undated last; the representative among them
}

// Redirect says where the stories of a group are whose id has ended, also of a story alone in its group; see package
// identity.
type Redirect struct {
	From, To string // To is the group that has most of its stories; empty where all are gone
	Reason   string
}

// SourceProfile is the learned furniture of one source in its versioned binary form.
type SourceProfile struct {
	Source string
	Data   []byte
}

// Changes is what one batch changed, each list sorted by id.
type Changes struct {
	Placements []Placement // of every story of the batch, and of earlier ones that moved
	Groups     []Group     // new state of each changed group of two or more, and of those of which one story is left
	Ended      []Redirect
	Profiles   []SourceProfile
}

// order is the total order of stories: dated before undated, earlier before later, then by id. Undated stories compare
// by id alone.
type order struct {
	undated bool
	milli   int64
	id      string
}

func (a order) compare(b order) int {
	switch {
	case a.undated != b.undated:
		if a.undated {
			return 1
		}
		return -1
	case !a.undated && a.milli != b.milli:
		if a.milli < b.milli {
			return -1
		}
		return 1
	}
	return strings.Compare(a.id, b.id)
}
