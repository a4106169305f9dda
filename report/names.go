package report

import (
	"fmt"
	"slices"
	"sync"

	"github.com/samestory/samestory/cluster"
	language "github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/store"
)

const (
	// ShownNames is how many names an event is shown with, nameTexts how many of its texts they are taken from: the one
	// whose headline stands for it and the first others. nameReads bounds how many stories are looked at for these.
	ShownNames = 5
	nameTexts  = 3
	nameReads  = 12
)

// namer gives events the names that people read: whole ones, from the texts. The names in the record of an event are
// the words that linking compares.
type namer struct {
	r      Reader
	tables map[string]*language.Background
}

func newNamer(r Reader) *namer { return &namer{r: r, tables: map[string]*language.Background{}} }

// tables holds the background tables that have been asked for, which take a millisecond each to decode. There are as
// many as languages with one.
var tables sync.Map

// table is the background table of a language.
func (n *namer) table(lang string) *language.Background {
	if t, ok := n.tables[lang]; ok {
		return t
	}
	if t, ok := tables.Load(lang); ok {
		return t.(*language.Background)
	}
	t := language.LoadBackground(lang)
	if t.Counted() {
		tables.Store(lang, t)
	} else {
		n.tables[lang] = t
	}
	return t
}

// fill puts the names into lines of events.
func (n *namer) fill(lines ...*EventLine) error {
	for _, l := range lines {
		e, err := n.r.Event(l.ID)
		if err != nil {
			return fmt.Errorf("names of event %s: %w", l.ID, err)
		}
		if l.Names, err = n.names(&e); err != nil {
			return err
		}
	}
	return nil
}

// fillThread puts the names of the founding event into the line of a thread.
func (n *namer) fillThread(l *ThreadLine) error {
	t, err := n.r.Thread(l.ID)
	if err != nil || len(t.Links) == 0 {
		return err
	}
	founding := EventLine{ID: t.Links[0].Event}
	if err := n.fill(&founding); err != nil {
		return err
	}
	l.Names = founding.Names
	return nil
}

func (n *namer) names(e *cluster.Event) ([]string, error) {
	ids := append([]string{e.Representative}, e.Members[:min(len(e.Members), nameReads)]...)
	var read []store.StoryRecord
	key := newMemoHash()
	key.text(e.Names[:min(len(e.Names), ShownNames)]...)
	for i, id := range ids {
		if len(read) == nameTexts {
			break
		}
		if i > 0 && id == e.Representative {
			continue
		}
		s, err := n.r.Story(id)
		if err != nil {
			return nil, fmt.Errorf("names of event %s: story %s: %w", e.ID, id, err)
		}
		if i > 0 && s.Placement.Copy.Relation != cluster.Origin {
			continue // the same text once more
		}
		read = append(read, s)
		key.story(&s)
	}
	return memoOf(n.r).namesOf(key.sum(), func() ([]string, error) { return n.namesIn(e, read) })
}

// namesIn gives the names in the texts of some stories of an event.
func (n *namer) namesIn(e *cluster.Event, stories []store.StoryRecord) ([]string, error) {
	var tally language.NameTally
	for i := range stories {
		s := &stories[i]
		title, body, _, err := textLeft(n.r, s.ID)
		if err != nil {
			return nil, fmt.Errorf("names of event %s: text of story %s: %w", e.ID, s.ID, err)
		}
		tally.Add(title, body, s.Lang, s.Outlet(), n.table(s.Lang))
	}
	if found := tally.Top(ShownNames); len(found) > 0 {
		return slices.Clip(found), nil
	}
	return list(slices.Clip(e.Names[:min(len(e.Names), ShownNames)])), nil
}
