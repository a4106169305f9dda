package report

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

// Journal is what the queries about changes need of a store besides; *store.Snapshot is one.
type Journal interface {
	Reader
	Changes(since, until uint64) iter.Seq2[store.JournalEntry, error]
	LastChange() (uint64, error)
	History(object string) ([]store.JournalEntry, error)
	AsOf(t time.Time) (*store.Past, error)
	AsOfSeq(seq uint64) (*store.Past, error)
}

// ChangesQuery selects journal entries.
type ChangesQuery struct {
	Since, Until uint64 // entries after and up to these numbers; Until 0 is the end
	Object       string // only of this group, event, thread or series
	Level, Kind  string // only these, where not empty
	Limit        int    // 0 is DefaultLimit, less is all
	Newest       bool   // the last so many, not the first
	Now          time.Time
}

// ChangesView is the answer to "what changed since".
type ChangesView struct {
	Meta
	Since   uint64       `json:"since"`
	Next    uint64       `json:"next"` // ask since this for what comes after
	More    bool         `json:"more"` // there is more after Next already
	Changes []ChangeLine `json:"changes"`
}

// ChangeLine is one journal entry.
type ChangeLine struct {
	Seq      uint64     `json:"seq"`
	At       time.Time  `json:"at"`
	Run      string     `json:"run"`
	Level    string     `json:"level"`
	Kind     string     `json:"kind"`
	Object   string     `json:"object"`
	Headline string     `json:"headline"` // of the story that stands for a group or event, of the founding event of a thread; may be empty
	Text     string     `json:"text"`     // what happened and why, for people
	In       []string   `json:"in"`
	Out      []string   `json:"out"`
	Other    string     `json:"other,omitempty"`
	Links    []string   `json:"links"`  // kinds of the links of In, of a thread
	Before   *StateLine `json:"before"` // null where it was not there
	After    *StateLine `json:"after"`  // null where it is no more
	Reason   string     `json:"reason"`
	Margin   *float64   `json:"margin"` // from the threshold; null where nothing was weighed
}

// StateLine is an object before or after a change.
type StateLine struct {
	Size           int     `json:"size"`
	Representative string  `json:"representative,omitempty"`
	Thread         string  `json:"thread,omitempty"`
	Title          string  `json:"title,omitempty"`
	Cohesion       float64 `json:"cohesion,omitempty"`
}

func stateLine(s cluster.State) *StateLine {
	if s == (cluster.State{}) {
		return nil
	}
	return &StateLine{Size: s.Size, Representative: s.Representative, Thread: s.Thread, Title: s.Title, Cohesion: s.Cohesion}
}

// Changes lists what changed, in the order in which it did.
func Changes(r Journal, q ChangesQuery) (ChangesView, error) {
	v := ChangesView{Meta: newMeta("changes", q.Now), Since: q.Since, Next: q.Since, Changes: []ChangeLine{}}
	limit := q.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	entries := r.Changes(q.Since, q.Until)
	if q.Object != "" {
		list, err := historyOf(r, q.Object)
		if err != nil {
			return v, err
		}
		entries = asEntries(list)
	}
	for e, err := range entries {
		if err != nil {
			return v, fmt.Errorf("changes: %w", err)
		}
		if e.Seq <= q.Since || q.Until != 0 && e.Seq > q.Until {
			continue
		}
		if q.Level != "" && e.Level != q.Level || q.Kind != "" && e.Kind != q.Kind {
			v.Next = e.Seq
			continue
		}
		if limit > 0 && len(v.Changes) == limit {
			if v.More = true; !q.Newest {
				break
			}
			v.Changes = v.Changes[1:]
		}
		v.Next = e.Seq
		line, err := changeLine(r, &e)
		if err != nil {
			return v, err
		}
		v.Changes = append(v.Changes, line)
	}
	if q.Newest {
		v.More = false
	}
	v.Changes = slices.Clip(v.Changes)
	return v, nil
}

func asEntries(list []store.JournalEntry) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// historyOf reads the entries of an object. Where there are none it says whether the object is unknown.
func historyOf(r Journal, id string) ([]store.JournalEntry, error) {
	list, err := r.History(id)
	if err != nil || len(list) > 0 {
		return list, err
	}
	_, eventErr := r.Event(id)
	_, threadErr := r.Thread(id)
	_, groupErr := r.Group(id)
	_, seriesErr := r.Series(id)
	if eventErr == nil || threadErr == nil || groupErr == nil || seriesErr == nil {
		return nil, nil
	}
	return nil, fmt.Errorf("history of %s: %w", id, eventErr)
}

// LineOf is an entry as Changes lists it.
func LineOf(r Reader, e *store.JournalEntry) (ChangeLine, error) { return changeLine(r, e) }

func changeLine(r Reader, e *store.JournalEntry) (ChangeLine, error) {
	l := ChangeLine{
		Seq: e.Seq, At: e.At.UTC(), Run: e.Run, Level: e.Level, Kind: e.Kind, Object: e.Object, In: list(e.In), Out: list(e.Out),
		Other: e.Other, Links: list(e.Links), Before: stateLine(e.Before), After: stateLine(e.After), Reason: e.Reason, Margin: e.Margin,
		Text: ChangeText(&e.Change),
	}
	rep := e.After.Representative
	if rep == "" {
		rep = e.Before.Representative
	}
	if rep == "" && e.Level == cluster.LevelThread {
		t, err := r.Thread(e.Object)
		if err == nil && len(t.Links) > 0 {
			var founding cluster.Event
			founding, err = r.Event(t.Links[0].Event)
			rep = founding.Representative
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return l, fmt.Errorf("journal entry %d: %w", e.Seq, err)
		}
	}
	if rep == "" {
		return l, nil
	}
	s, err := r.Story(rep)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return l, fmt.Errorf("journal entry %d: %w", e.Seq, err)
	}
	l.Headline = s.Title
	return l, nil
}

var membersOf = map[string][2]string{
	cluster.LevelGroup: {"story", "stories"}, cluster.LevelEvent: {"story", "stories"},
	cluster.LevelThread: {"event", "events"}, cluster.LevelSeries: {"edition", "editions"},
}

// ChangeText says what happened and why: "grew by 3 stories to 7; mean link .62, needs .46".
func ChangeText(c *cluster.Change) string {
	words, known := membersOf[c.Level]
	if !known {
		return strings.TrimSuffix(typeset.Clean(c.Kind)+"; "+typeset.Clean(c.Reason), "; ")
	}
	count := func(n int) string { return typeset.Plural(n, words[0], words[1]) }
	in, out := len(c.In), len(c.Out)
	s := ""
	switch c.Kind {
	case cluster.Created:
		s = "began with " + count(in)
	case cluster.Grew:
		s = "grew by " + count(in)
		if c.After.Size > in {
			s += " to " + typeset.Thousands(c.After.Size)
		}
	case cluster.Shrank:
		s = fmt.Sprintf("lost %s, %s left", count(out), typeset.Thousands(c.After.Size))
	case cluster.Changed:
		s = fmt.Sprintf("%s came, %s went, %s now", count(in), typeset.Thousands(out), typeset.Thousands(c.After.Size))
	case cluster.Renamed:
		if s = "headed by another story"; c.After.Title != c.Before.Title {
			s = "headline given back"
			if c.After.Title != "" {
				s = fmt.Sprintf("headline set to %q", typeset.Clean(c.After.Title))
			}
		} else if c.Reason == "another headline stands for it" {
			return s
		}
	case cluster.Split:
		s = fmt.Sprintf("split off from %s with %s", typeset.Clean(c.Other), count(in))
	case cluster.Merged:
		s = "merged into " + typeset.Clean(c.Other)
		if out > 0 {
			s += " with " + count(out)
		}
	case cluster.Ended:
		if s = "ended"; c.Other != "" {
			s += ", now part of " + typeset.Clean(c.Other)
		}
	default:
		s = typeset.Clean(c.Kind)
	}
	switch {
	case c.Kind == cluster.Ended && c.Reason == "joined": // that is all there is to say
	case c.Kind == cluster.Ended && c.Reason == "emptied":
		s += "; nothing is left of it"
	case c.Reason != "":
		s += "; " + typeset.Clean(c.Reason)
	}
	return s
}
