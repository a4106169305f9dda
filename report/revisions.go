package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/samestory/samestory/cluster/digest"
	"github.com/samestory/samestory/store"
)

// RevisionsView is the history of one group, event, thread or series: its revisions are numbered from 1 as they are
// listed, and their numbers never change.
type RevisionsView struct {
	Meta
	ID        string       `json:"id"`
	Headline  string       `json:"headline"` // of the story that stood for it last; empty for threads and series
	Revisions []ChangeLine `json:"revisions"`
}

// Revisions lists what became of one object, under the id that it had: a redirect is not followed, it is the last entry.
func Revisions(r Journal, id string, now time.Time) (RevisionsView, error) {
	v := RevisionsView{Meta: newMeta("revisions", now), ID: id, Revisions: []ChangeLine{}}
	entries, err := historyOf(r, id)
	if err != nil {
		return v, err
	}
	for i := range entries {
		l, err := changeLine(r, &entries[i])
		if err != nil {
			return v, err
		}
		v.Revisions = append(v.Revisions, l)
		v.Headline = l.Headline
	}
	return v, nil
}

// DiffView is what became of an event between two moments.
type DiffView struct {
	Meta
	ID       string         `json:"id"`
	Becomes  string         `json:"becomes,omitempty"` // what the id stood for at the end, where the event had ended
	From     MomentLine     `json:"from"`
	To       MomentLine     `json:"to"`
	Headline BeforeAfter    `json:"headline"`
	Thread   BeforeAfter    `json:"thread"`
	In       []StoryLine    `json:"in"`
	Out      []StoryLine    `json:"out"`
	Figures  []FigureChange `json:"figures"` // of the event alone, in the order of its accounts
}

// MomentLine is one end of a diff.
type MomentLine struct {
	At      time.Time `json:"at"`
	Seq     uint64    `json:"seq"` // last journal entry
	There   bool      `json:"there"`
	Stories int       `json:"stories"`
}

// BeforeAfter is a value at both ends of a diff.
type BeforeAfter struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// FigureChange is a figure that stories gave at one end of a diff only, or that stood otherwise: current, superseded,
// contested, compatible; empty where it was not said.
type FigureChange struct {
	Matter string `json:"matter"`
	Text   string `json:"text"`
	Before string `json:"before"`
	After  string `json:"after"`
	Story  string `json:"story"` // the first that said it
	Source string `json:"source"`
}

// Moment finds the store as of a moment that a person names: a time as ParseTime reads it, or the number of a journal
// entry. The empty word is now.
func Moment(r Journal, s string, now time.Time) (*store.Past, error) {
	if seq, err := strconv.ParseUint(s, 10, 64); err == nil {
		return r.AsOfSeq(seq)
	}
	t, err := ParseTime(s, now)
	if err != nil {
		return nil, err
	}
	if t.IsZero() {
		t = now
	}
	return r.AsOf(t)
}

// Diff tells what became of an event between two moments.
func Diff(from, to *store.Past, id string, now time.Time) (DiffView, error) {
	v := DiffView{Meta: newMeta("diff", now), ID: id, In: []StoryLine{}, Out: []StoryLine{}, Figures: []FigureChange{}}
	was, err := sideOf(from, id, now)
	if err != nil {
		return v, err
	}
	is, err := sideOf(to, id, now)
	if err != nil {
		return v, err
	}
	if was.members == nil && is.members == nil {
		return v, fmt.Errorf("event %s, at neither time: %w", id, store.ErrNotFound)
	}
	v.From, v.To = was.moment(from), is.moment(to)
	if is.members != nil && is.members.event.ID != id {
		v.Becomes = is.members.event.ID
	}
	v.Headline = BeforeAfter{was.line().Headline, is.line().Headline}
	v.Thread = BeforeAfter{was.line().Thread, is.line().Thread}
	v.In, v.Out = missingIn(was, is), missingIn(is, was)
	v.Figures = figureChanges(was, is)
	return v, nil
}

// side is an event at one end of a diff; members is nil where it was not there.
type side struct {
	members *members
	values  []digest.Account
}

func sideOf(r Reader, id string, now time.Time) (side, error) {
	var s side
	e, err := r.Event(id)
	if errors.Is(err, store.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if s.members, err = loadEvent(r, e, now); err != nil {
		return s, err
	}
	told := digest.Event{ID: e.ID}
	for i := range s.members.stories {
		m := &s.members.stories[i]
		if s.members.origin[i] != i || len(told.Stories) == digestTexts {
			continue
		}
		title, body, _, err := textLeft(r, m.ID)
		if err != nil {
			return s, fmt.Errorf("text of story %s: %w", m.ID, err)
		}
		told.Stories = append(told.Stories, digest.Story{
			ID: m.ID, Source: m.Outlet(), Time: m.Published.UTC(), Lang: m.Lang, Title: title, Text: body,
		})
	}
	s.values = digest.Accounts([]digest.Event{told})
	return s, nil
}

func (s *side) moment(p *store.Past) MomentLine {
	m := MomentLine{At: p.At().UTC(), Seq: p.Seq(), There: s.members != nil}
	if m.There {
		m.Stories = len(s.members.stories)
	}
	return m
}

func (s *side) line() EventLine {
	if s.members == nil {
		return EventLine{}
	}
	return s.members.line
}

// missingIn lists the stories that b has and a has not.
func missingIn(a, b side) []StoryLine {
	out := []StoryLine{}
	if b.members == nil {
		return out
	}
	for i := range b.members.stories {
		s := &b.members.stories[i]
		if a.members == nil || !slices.Contains(a.members.event.Members, s.ID) {
			out = append(out, storyLine(s))
		}
	}
	return out
}

// figureChanges lists the figures that stand otherwise than before.
func figureChanges(was, is side) []FigureChange {
	type figure struct{ matter, text string }
	states := func(s, other side) map[figure]string {
		m := make(map[figure]string)
		for _, a := range s.values {
			for _, x := range a.Values {
				m[figure{a.Matter, x.Text}] = x.State
			}
		}
		// A figure that nobody contradicted is in no account yet, or any more.
		for _, a := range other.values {
			for _, x := range a.Values {
				f := figure{a.Matter, x.Text}
				if _, known := m[f]; !known && s.members != nil && slices.Contains(s.members.event.Members, x.Story) {
					m[f] = digest.Current
				}
			}
		}
		return m
	}
	before, after := states(was, is), states(is, was)
	out := []FigureChange{}
	add := func(s side, skip map[figure]string) {
		for _, a := range s.values {
			for _, x := range a.Values {
				f := figure{a.Matter, x.Text}
				if _, done := skip[f]; done || before[f] == after[f] {
					continue
				}
				out = append(out, FigureChange{
					Matter: a.Matter, Text: x.Text, Before: before[f], After: after[f], Story: x.Story, Source: x.Source,
				})
			}
		}
	}
	add(is, nil)
	add(was, after)
	return out
}
