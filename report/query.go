package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

// Sort is the order of a list of events or threads.
type Sort string

const (
	// Newest puts what had a story last first.
	Newest Sort = "newest"
	// Size puts what most stories are about first, copies included.
	Size Sort = "size"
	// Sources puts what most independent sources have first.
	Sources Sort = "sources"
	// Growth puts first what is reported most beyond its usual rate; see [TrendOf].
	Growth Sort = "growth"
	// Diversity puts first what has most voices of equal weight; see [DiversityOf].
	Diversity Sort = "diversity"
	// Importance weighs independent sources, copies and freshness; see [ImportanceOf].
	Importance Sort = "importance"
)

// ParseSort reads the word of a flag or a URL; the empty word is Importance.
func ParseSort(s string) (Sort, error) {
	switch v := Sort(s); v {
	case "":
		return Importance, nil
	case Newest, Size, Sources, Growth, Diversity, Importance:
		return v, nil
	}
	return "", fmt.Errorf("unknown sort %q: use importance, newest, growth, size, diversity or sources", s)
}

// Query selects and orders the elements of a list. The zero value of a field does not restrict.
type Query struct {
	// Since and Until select what was going on in [Since, Until): it began before Until and had a story at Since or after.
	Since, Until time.Time
	// Source selects what this source has, as an original or as a copy. Case does not matter.
	Source string
	// Family selects what any outlet of this publisher family has, named by itself or by one of its outlets; see [store.FamilyOf].
	Family string
	// Name selects what has every word of a name among its names, or in a headline or the beginning of its text; whole words,
	// whose case and accents do not matter. Of duplicate groups and series it is in a headline.
	Name string
	// Lang is a primary language subtag, as "en".
	Lang string
	// Text selects what has every one of these words in a headline, among the names or the outlets, or where the text begins
	// whose headline stands for an event, as the beginning of a word; case and accents do not matter.
	Text string
	// MinSources is the least number of independent sources.
	MinSources int
	// Sort is Importance where empty. Duplicate groups and runs have an order of their own.
	Sort Sort
	// Limit bounds the list; 0 is DefaultLimit, and less than 0 is no limit.
	Limit int
	// Cursor is the Next of the page before, with which everything else but Limit has to be asked for again; empty for the
	// first page. Figures, order and window are those of the moment of the first page on all pages.
	//
	// What does not change meanwhile is on one page once. What does may move over the place that the cursor names: a page
	// tells in Changed how many elements before it did, for whoever needs to look again.
	Cursor string
	// Unnamed leaves out the names of what is listed, for lists that do not show them: they are read from texts.
	Unnamed bool
	// Now is the moment of the question. It must be set.
	Now time.Time
}

// DefaultLimit is how many elements a list has that asked for no number.
const DefaultLimit = 50

func (q Query) limit() int {
	switch {
	case q.Limit == 0:
		return DefaultLimit
	case q.Limit < 0:
		return 1 << 62
	}
	return q.Limit
}

func (q Query) sort() Sort {
	if q.Sort == "" {
		return Importance
	}
	return q.Sort
}

// Plain reports whether only the time selects.
func (q Query) Plain() bool {
	return q.Source == "" && q.Family == "" && q.Name == "" && q.Lang == "" && q.Text == "" && q.MinSources <= 1
}

// Filter is a query as a view repeats it, so that a saved report says what it was asked.
type Filter struct {
	Since      *time.Time `json:"since,omitempty"`
	Until      *time.Time `json:"until,omitempty"`
	Source     string     `json:"source,omitempty"`
	Family     string     `json:"family,omitempty"`
	Name       string     `json:"name,omitempty"`
	Lang       string     `json:"lang,omitempty"`
	Text       string     `json:"text,omitempty"`
	MinSources int        `json:"min_sources,omitempty"`
	Sort       string     `json:"sort,omitempty"`
	Limit      int        `json:"limit"` // 0 where there is none
}

func (q Query) filter() Filter {
	f := Filter{
		Since: optional(q.Since), Until: optional(q.Until), Source: q.Source, Family: q.Family, Name: q.Name, Lang: q.Lang, Text: q.Text,
		MinSources: q.MinSources, Sort: string(q.sort()), Limit: q.limit(),
	}
	if q.Limit < 0 {
		f.Limit = 0
	}
	return f
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

// describe says in words what was asked, for headings and for empty results.
func (f Filter) describe(now time.Time) string {
	var parts []string
	switch {
	case f.Since != nil && f.Until != nil:
		parts = append(parts, "from "+typeset.Absolute(*f.Since, "", now)+" to "+typeset.Absolute(*f.Until, "", now))
	case f.Since != nil:
		parts = append(parts, "since "+typeset.Absolute(*f.Since, "", now))
	case f.Until != nil:
		parts = append(parts, "until "+typeset.Absolute(*f.Until, "", now))
	}
	if f.Source != "" {
		parts = append(parts, "from source "+typeset.Clean(f.Source))
	}
	if f.Family != "" {
		parts = append(parts, "from the family "+typeset.Clean(f.Family))
	}
	if f.Name != "" {
		parts = append(parts, "with the name “"+typeset.Clean(f.Name)+"”")
	}
	if f.Lang != "" {
		parts = append(parts, "in language "+typeset.Clean(f.Lang))
	}
	if f.Text != "" {
		parts = append(parts, "with the words “"+typeset.Clean(f.Text)+"”")
	}
	if f.MinSources > 1 {
		parts = append(parts, fmt.Sprintf("with at least %d independent sources", f.MinSources))
	}
	return strings.Join(parts, ", ")
}

// Title names what was asked for, for a feed of it.
func (f Filter) Title(now time.Time) string {
	if s := f.describe(now); s != "" {
		return "events " + s
	}
	return "events"
}

// advice says what to change in a query that found nothing.
func (f Filter) advice() string {
	var try []string
	if f.Since != nil || f.Until != nil {
		try = append(try, "a wider time window")
	}
	if f.Text != "" || f.Name != "" {
		try = append(try, "fewer or other words")
	}
	if f.MinSources > 1 {
		try = append(try, "a smaller number of sources")
	}
	if f.Source != "" || f.Family != "" || f.Lang != "" {
		try = append(try, "no source or language filter")
	}
	if len(try) == 0 {
		return "The store may be empty: samestory backfill FILE reads stories into it, samestory report runs shows what was read."
	}
	return "Try " + strings.Join(try, ", or ") + "."
}
