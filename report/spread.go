package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/sketch"
	language "github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/store"
)

// SpreadView is the answer to "who took our piece", and for an event to "how did it get around".
type SpreadView struct {
	Meta
	Of      string        `json:"of"`    // story or event
	Story   *StoryLine    `json:"story"` // that was asked for; null for an event
	Event   *EventLine    `json:"event"` // null while the story waits for the event stage
	Total   SpreadTotal   `json:"total"`
	Curve   []SpreadPoint `json:"curve"`    // one for each time at which something came out
	Undated int           `json:"hourless"` // stories that are not on the curve, since their hour is not known
	Stories []SpreadLine  `json:"stories"`  // in order of time
}

// SpreadTotal counts the stories of a spread.
type SpreadTotal struct {
	Stories  int `json:"stories"`
	Copies   int `json:"copies"`            // of these, those that have the text of another
	Outlets  int `json:"outlets"`           // that have any of the stories
	Credited int `json:"copies_credited"`   // copies of other outlets whose text names the outlet that it is from
	Silent   int `json:"copies_uncredited"` // copies of other outlets whose text does not
	Apart    int `json:"apart"`             // of a story: stories of its event with another text, without credit, that are not listed
}

// SpreadPoint is how far something had got around by a time.
type SpreadPoint struct {
	At      time.Time `json:"at"`
	Stories int       `json:"stories"`
	Copies  int       `json:"copies"`
	Outlets int       `json:"outlets"`
}

// SpreadLine is a story of a spread. What it took is measured against another story: of the spread of a story against
// that one; of an event against the representative of its duplicate group, or for a text of its own against the first
// story of the event.
type SpreadLine struct {
	StoryLine
	Relation string   `json:"relation"` // in its duplicate group
	From     string   `json:"from"`     // the story that it is measured against; empty for that one itself
	Lag      *int64   `json:"lag_seconds"`
	Share    *float64 `json:"share"`   // how much of the text of From it has, in shingles; null where a text is gone
	Credits  *bool    `json:"credits"` // its text or its author line names the outlet of From; null where that is its own or came later
	copy     bool
}

// excerptShare is the share of a text from which on a story that is in no group with it is listed as having taken from
// it: reports of one event share the quotations and the names, and hardly ever a tenth of their word triples.
const excerptShare = 0.1

// Spread shows how a story or an event got around; id is that of either.
func Spread(r Reader, id string, now time.Time) (SpreadView, error) {
	v := SpreadView{Meta: newMeta("spread", now), Of: "event", Curve: []SpreadPoint{}, Stories: []SpreadLine{}}
	e, err := r.Event(id)
	if err == nil {
		return v, v.ofEvent(r, e)
	}
	if !notFound(err) {
		return v, err
	}
	s, err := r.Story(id)
	if err != nil {
		return v, fmt.Errorf("story or event %s: %w", id, err)
	}
	v.Of = "story"
	return v, v.ofStory(r, &s)
}

func (v *SpreadView) ofEvent(r Reader, e cluster.Event) error {
	m, err := loadEvent(r, e, v.Now)
	if err != nil {
		return err
	}
	v.Event = &m.line
	if err := newNamer(r).fill(v.Event); err != nil {
		return err
	}
	first := 0
	for i := range m.stories {
		if saysMore(&m.stories[i], &m.stories[first]) {
			first = i
		}
	}
	t := taker{r: r}
	for i := range m.stories {
		from := first
		if m.origin[i] != i {
			from = m.origin[i]
		}
		l, err := t.line(&m.stories[i], &m.stories[from])
		if err != nil {
			return err
		}
		l.copy, l.Lag = m.origin[i] != i, lagBetween(&m.stories[first], &m.stories[i])
		v.Stories = append(v.Stories, l)
	}
	v.count()
	return nil
}

func (v *SpreadView) ofStory(r Reader, s *store.StoryRecord) error {
	line := storyLine(s)
	v.Story = &line
	seen := map[string]bool{}
	t := taker{r: r}
	look := func(ids []string) error {
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			x, err := r.Story(id)
			if err != nil {
				return fmt.Errorf("spread of story %s: story %s: %w", s.ID, id, err)
			}
			l, err := t.line(&x, s)
			if err != nil {
				return err
			}
			l.copy = x.ID != s.ID && x.Placement.Group == s.Placement.Group
			l.Lag = lagBetween(s, &x)
			if took := l.Share != nil && *l.Share >= excerptShare || l.Credits != nil && *l.Credits; x.ID != s.ID && !l.copy && !took {
				v.Total.Apart++
				continue
			}
			v.Stories = append(v.Stories, l)
		}
		return nil
	}
	members := []string{s.ID}
	g, err := r.Group(s.Placement.Group)
	if err == nil {
		members = append(members, g.Members...)
	} else if !notFound(err) {
		return fmt.Errorf("spread of story %s: group %s: %w", s.ID, s.Placement.Group, err)
	}
	if s.Placement.Event != "" {
		e, err := r.Event(s.Placement.Event)
		if err != nil {
			return fmt.Errorf("spread of story %s: event %s: %w", s.ID, s.Placement.Event, err)
		}
		members = append(members, e.Members...)
		if v.Event, err = eventByID(r, e.ID, v.Now); err != nil {
			return err
		}
	}
	if err := look(members); err != nil {
		return err
	}
	v.count()
	return nil
}

// count orders the stories and sums them up.
func (v *SpreadView) count() {
	slices.SortStableFunc(v.Stories, func(a, b SpreadLine) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID))
	})
	hours := slices.ContainsFunc(v.Stories, func(l SpreadLine) bool { return l.Precision == cluster.Exact.String() })
	outlets := map[string]bool{}
	drawn, p := map[string]bool{}, SpreadPoint{}
	for i := range v.Stories {
		l := &v.Stories[i]
		outlets[l.Source] = true
		v.Total.Stories++
		if l.copy {
			v.Total.Copies++
			if l.Credits != nil && *l.Credits {
				v.Total.Credited++
			} else if l.Credits != nil {
				v.Total.Silent++
			}
		}
		if hours && l.Precision != cluster.Exact.String() {
			v.Undated++
			continue
		}
		p.At = l.Published
		if p.Stories++; l.copy {
			p.Copies++
		}
		if !drawn[l.Source] {
			drawn[l.Source] = true
			p.Outlets++
		}
		if n := len(v.Curve); n > 0 && v.Curve[n-1].At.Equal(p.At) {
			v.Curve[n-1] = p
		} else {
			v.Curve = append(v.Curve, p)
		}
	}
	v.Total.Outlets = len(outlets)
}

// taker measures what texts took of others.
type taker struct {
	r     Reader
	from  string // the last story that was measured against
	gone  bool
	words sketch.Set
	by    byline
	norm  language.Normaliser
}

// line measures a story against another one.
func (t *taker) line(s, from *store.StoryRecord) (SpreadLine, error) {
	l := SpreadLine{StoryLine: storyLine(s), Relation: s.Placement.Copy.Relation.String()}
	if s.ID == from.ID {
		return l, nil
	}
	l.From = from.ID
	if t.from != from.ID {
		title, text, gone, err := textLeft(t.r, from.ID)
		if err != nil {
			return l, fmt.Errorf("text of story %s: %w", from.ID, err)
		}
		t.from, t.gone, t.by = from.ID, gone, bylineOf(from.Outlet())
		t.words.Build(t.shingles(title, text))
	}
	title, text, gone, err := textLeft(t.r, s.ID)
	if err != nil {
		return l, fmt.Errorf("text of story %s: %w", s.ID, err)
	}
	if gone {
		return l, nil
	}
	if !t.gone {
		share := round(sketch.NewSet(t.shingles(title, text)).Compare(&t.words).Contains)
		l.Share = &share
	}
	before := s.Precision == cluster.Exact && from.Precision == cluster.Exact && s.Published.Before(from.Published)
	if s.Outlet() != from.Outlet() && !before {
		credits := t.by.in(title, text, s.Author)
		l.Credits = &credits
	}
	return l, nil
}

func (t *taker) shingles(title, text string) []uint64 {
	t.norm.Reset()
	t.norm.Append(title)
	t.norm.EndLine()
	t.norm.Append(text)
	return sketch.AppendShingles(nil, t.norm.Words())
}
