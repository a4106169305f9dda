package report

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/store"
)

// The words for how a source is.
const (
	HealthOK      = "ok"      // it answers, and had something new lately
	HealthQuiet   = "quiet"   // it answers, and has had nothing new for a week
	HealthFailing = "failing" // the last attempt went wrong
	HealthGone    = "gone"    // its server says that it is no more; it is asked no longer
	HealthNever   = "never"   // it was never asked
)

// ErrHealth reports a word that says nothing of a source.
var ErrHealth = errors.New("unknown health")

// sourcePrefix begins the names of sources that the configuration names.
const sourcePrefix = "source:"

// quietAfter is how long a source that works says nothing new before it is called quiet.
const quietAfter = 7 * 24 * time.Hour

// SourceLine is one place that a daemon takes stories from, with how it is. Counts are since the source is known.
type SourceLine struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"` // feed, files or push
	Title  string `json:"title,omitempty"`
	Folder string `json:"folder,omitempty"` // of the list of feeds that it is from
	URL    string `json:"url,omitempty"`    // that is asked; the first path of files
	Moved  bool   `json:"moved,omitempty"`  // the address in the configuration has moved there for good
	Health string `json:"health"`           // ok, quiet, failing, gone or never

	LastTry     *time.Time `json:"last_try"`
	LastSuccess *time.Time `json:"last_success"`
	LastNew     *time.Time `json:"last_new"` // story
	NextTry     *time.Time `json:"next_try"` // null where it is not known
	Waits       bool       `json:"waits"`    // it is left alone until then: it failed before, or its server asks for it
	Failures    int        `json:"failures"` // in a row
	Status      int        `json:"status,omitempty"`
	Fault       string     `json:"fault,omitempty"` // one word for what went wrong
	Error       string     `json:"error,omitempty"`
	Note        string     `json:"note,omitempty"` // what was odd though it was read

	Polls       uint64         `json:"polls"`
	NotModified uint64         `json:"not_modified"`
	Bytes       uint64         `json:"bytes"`
	Seen        uint64         `json:"seen"` // items, each time they were there
	New         uint64         `json:"new"`
	Revised     uint64         `json:"revised"`
	Unchanged   uint64         `json:"unchanged"`
	Dropped     []DroppedItems `json:"dropped"` // items that became no story
}

// DroppedItems counts items that became no story for one reason.
type DroppedItems struct {
	Reason string `json:"reason"`
	Count  uint64 `json:"count"`
}

// SourcesView lists what a daemon takes stories from.
type SourcesView struct {
	Meta
	Total   int            `json:"total"`
	Health  map[string]int `json:"health"` // how many there are of each word; of all sources
	Sources []SourceLine   `json:"sources"`
	Folders []FolderLine   `json:"folders"` // of all sources
}

// SourceQuery chooses sources. Empty fields choose all.
type SourceQuery struct {
	Health string // one of the Health words
	Folder string // with those within it
	Text   string // in name, title or address
	Now    time.Time
}

// FeedReader is what ListSources needs of a view of the store.
type FeedReader interface {
	Feeds() ([]store.FeedState, error)
}

// ListSources lists the sources of a daemon by folder and name. Those that no configuration names any longer are left out.
func ListSources(r FeedReader, q SourceQuery) (SourcesView, error) {
	v := SourcesView{Meta: newMeta("sources", q.Now), Health: map[string]int{}, Sources: []SourceLine{}, Folders: []FolderLine{}}
	switch q.Health {
	case "", HealthOK, HealthQuiet, HealthFailing, HealthGone, HealthNever:
	default:
		return v, fmt.Errorf("%w %q: use ok, quiet, failing, gone or never", ErrHealth, q.Health)
	}
	states, err := r.Feeds()
	if err != nil {
		return v, fmt.Errorf("read sources: %w", err)
	}
	v.Folders = foldersOf(states)
	for i := range states {
		if states[i].Removed {
			continue
		}
		l := sourceStatus(&states[i], q.Now)
		v.Total++
		v.Health[l.Health]++
		if q.Health != "" && q.Health != l.Health || !within(l.Folder, q.Folder) {
			continue
		}
		if !strings.Contains(strings.ToLower(l.Name+"\n"+l.Title+"\n"+l.URL), strings.ToLower(q.Text)) {
			continue
		}
		v.Sources = append(v.Sources, l)
	}
	return v, nil
}

func within(folder, of string) bool {
	return of == "" || folder == of || strings.HasPrefix(folder, of+"/")
}

func sourceStatus(f *store.FeedState, now time.Time) SourceLine {
	l := SourceLine{
		Name: strings.TrimPrefix(f.Name, sourcePrefix), Kind: f.Kind, Title: f.Title, Folder: f.Folder, URL: f.Address(), Moved: f.Moved != "",
		Health: healthOf(f, now), LastTry: optional(f.LastTry), LastSuccess: optional(f.LastSuccess), LastNew: optional(f.LastNew),
		NextTry: optional(f.NextTry), Waits: f.Waits, Failures: f.Failures, Status: f.Status, Fault: f.Fault, Error: f.Error, Note: f.Note,
		Polls: f.Polls, NotModified: f.NotModified, Bytes: f.Bytes, Seen: f.Seen, New: f.New, Revised: f.Revised, Unchanged: f.Unchanged,
		Dropped: []DroppedItems{},
	}
	for _, d := range f.Dropped {
		l.Dropped = append(l.Dropped, DroppedItems(d))
	}
	return l
}

func healthOf(f *store.FeedState, now time.Time) string {
	last := f.LastNew
	if last.IsZero() {
		last = f.Since
	}
	switch {
	case f.Gone:
		return HealthGone
	case f.LastTry.IsZero():
		return HealthNever
	case f.Failures > 0:
		return HealthFailing
	case now.Sub(last) > quietAfter:
		return HealthQuiet
	}
	return HealthOK
}
