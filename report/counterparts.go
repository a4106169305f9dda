package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
)

// CounterpartLine is an event that reports the same happening as another one.
type CounterpartLine struct {
	Event EventLine `json:"event"`
	// Probability is that of the link between the two; null where they are one happening only by way of a third.
	Probability *float64 `json:"probability"`
	Shared      []string `json:"shared"` // words that both have, in Latin spelling; "corvi ~ korvi" where they are spelled in two ways
	Terms       []string `json:"terms"`  // words of the kind of event that both have
}

// counterparts lists the other events of a happening: those that the event is linked to, likeliest first, then the rest
// by time. All of them are in its thread.
func counterparts(r Reader, e *cluster.Event, now time.Time) ([]CounterpartLine, error) {
	lines := []CounterpartLine{}
	if len(e.Counterparts) == 0 {
		return lines, nil
	}
	t, err := r.Thread(e.Thread)
	if err != nil {
		return nil, fmt.Errorf("thread %s: %w", e.Thread, err)
	}
	for _, link := range t.Links {
		other, err := r.Event(link.Event)
		if err != nil {
			return nil, fmt.Errorf("thread %s: event %s: %w", t.ID, link.Event, err)
		}
		if other.ID == e.ID || other.Told() != e.Told() {
			continue
		}
		m, err := loadEvent(r, other, now)
		if err != nil {
			return nil, err
		}
		line := CounterpartLine{Event: m.line, Shared: []string{}, Terms: []string{}}
		for i := range e.Counterparts {
			if c := &e.Counterparts[i]; c.Event == other.ID {
				p := round(c.Probability)
				line.Probability, line.Shared, line.Terms = &p, list(c.Shared), list(c.Terms)
			}
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b CounterpartLine) int {
		pa, pb := -1.0, -1.0
		if a.Probability != nil {
			pa = *a.Probability
		}
		if b.Probability != nil {
			pb = *b.Probability
		}
		return cmp.Or(cmp.Compare(pb, pa), a.Event.First.Compare(b.Event.First), cmp.Compare(a.Event.ID, b.Event.ID))
	})
	return lines, nil
}

// languages lists those that an event is told in, its own first.
func languages(own string, others []CounterpartLine) []string {
	langs := []string{own}
	for _, c := range others {
		if !slices.Contains(langs, c.Event.Lang) {
			langs = append(langs, c.Event.Lang)
		}
	}
	slices.Sort(langs[1:])
	return langs
}

// counterpartGrid is nil where there are none.
func counterpartGrid(lines []CounterpartLine, now time.Time) page {
	if len(lines) == 0 {
		return nil
	}
	g := grid{cols: []col{
		{name: "lang"},
		{name: "headline", flex: 24, soft: 40},
		{name: "stories", drop: 2},
		{name: "first", drop: 4},
		{name: "shares", flex: 20, soft: 24, drop: 3},
		{name: "probability", right: true, drop: 1},
		{name: "event"},
	}}
	for _, c := range lines {
		likely := text("by others")
		if c.Probability != nil {
			likely = fraction(*c.Probability)
		}
		g.rows = append(g.rows, []cell{
			text(c.Event.Lang),
			linked(c.Event.Headline, c.Event.URL, 0),
			{text: storiesText(c.Event.Stories, c.Event.Copies)},
			styled(typeset.RelativeAt(c.Event.First, c.Event.FirstKnown, now), dim),
			text(sharedInWords(c.Shared, c.Terms)),
			likely,
			styled(c.Event.ID, dim),
		})
	}
	return page{heading{text: "In other languages", sub: true}, g}
}

func sharedInWords(words, terms []string) string {
	return typeset.Clean(strings.Join(slices.Concat(words, terms), ", "))
}

// commonHappening is the happening that two events of different languages report, empty where there is none, with the
// evidence in words.
func commonHappening(r Reader, a, b string) (id, why string, err error) {
	if a == "" || b == "" || a == b {
		return "", "", nil
	}
	ea, err := r.Event(a)
	if err != nil {
		return "", "", err
	}
	eb, err := r.Event(b)
	if err != nil || ea.Told() != eb.Told() || ea.ID == eb.ID {
		return "", "", err
	}
	for _, c := range ea.Counterparts {
		if c.Event == eb.ID {
			why = fmt.Sprintf("probability %.2f", c.Probability)
			if s := sharedInWords(c.Shared, c.Terms); s != "" {
				why += ", both have " + s
			}
			return ea.Told(), why, nil
		}
	}
	return ea.Told(), "each is linked to another event of it", nil
}
