package report

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// ExportReader is what the exports need beside a Reader.
type ExportReader interface {
	Reader
	AllStories() iter.Seq2[store.StoryRecord, error] // by id
}

// AssignmentLine is where a story belongs. Every id is set, also for a story alone; event, happening and thread are null
// while the story waits for the event stage.
type AssignmentLine struct {
	ID         string  `json:"id"`
	Duplicates string  `json:"duplicates"`
	Event      *string `json:"event"`
	Thread     *string `json:"thread"`
	Happening  *string `json:"happening"` // the event across languages: its oldest telling, the event itself where there is one
}

// ExportStory is a story with its text and place. The names of its own fields are those of the JSONL that stories come
// in by, so that an export can be read again.
type ExportStory struct {
	ID         string      `json:"id"`
	URL        string      `json:"url,omitempty"`
	Title      string      `json:"title"`
	Text       string      `json:"text"`
	Source     string      `json:"source,omitempty"`
	Author     string      `json:"author,omitempty"`
	Lang       string      `json:"lang"`
	Published  *time.Time  `json:"published,omitempty"` // absent for a story without a date
	Updated    *time.Time  `json:"updated,omitempty"`
	Arrived    time.Time   `json:"arrived"`
	Precision  string      `json:"precision"`
	Words      int         `json:"words"`
	Duplicates string      `json:"duplicates"`
	Relation   string      `json:"relation"`
	Event      *string     `json:"event"`
	Series     string      `json:"series,omitempty"`
	Expired    bool        `json:"expired,omitempty"`    // the text has been given up
	StandsFor  []StandsFor `json:"stands_for,omitempty"` // with unique: the stories that are left out for this one
}

// StandsFor is a story that an export leaves out, with what makes it a copy of the one that is written.
type StandsFor struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Evidence
}

// ExportEvent is an event with the ids of its stories.
type ExportEvent struct {
	EventLine
	Members []string `json:"members"` // in order of time, copies included
}

// FormatError says that an export has no such format.
type FormatError struct {
	Export string
	Format Format
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("export %s has no format %q: use jsonl, csv or parquet", e.Export, e.Format)
}

// sink writes the elements of an export one at a time.
type sink struct {
	w     *bufio.Writer
	csv   *csvWriter
	table table
}

func newSink(w io.Writer, export string, f Format, cols ...string) (*sink, error) {
	s := &sink{w: bufio.NewWriterSize(w, 1<<16)}
	switch f {
	case JSONL:
	case Parquet:
		var err error
		s.table, err = newTable(s.w, export)
		return s, err
	case CSV:
		s.csv = newCSV(s.w, cols)
	default:
		return nil, &FormatError{Export: export, Format: f}
	}
	return s, nil
}

func (s *sink) write(v any, record ...any) error {
	if s.csv != nil {
		return s.csv.row(record...)
	}
	if s.table != nil {
		return s.table.write(v)
	}
	return encode(s.w, v, "")
}

func (s *sink) close() error {
	if s.csv != nil {
		if err := s.csv.close(); err != nil {
			return err
		}
	}
	if s.table != nil {
		if err := s.table.close(); err != nil {
			return err
		}
	}
	return s.w.Flush()
}

// ExportAssignments writes where each story belongs, by story id, and returns how many it wrote.
func ExportAssignments(ctx context.Context, w io.Writer, r ExportReader, f Format) (int, error) {
	out, err := newSink(w, "assignments", f, "id", "duplicates", "event", "thread", "happening")
	if err != nil {
		return 0, err
	}
	n := 0
	wholes := wholeCache{r: r}
	for s, err := range r.AllStories() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, fmt.Errorf("export assignments: %w", err)
		}
		line := AssignmentLine{ID: s.ID, Duplicates: s.Placement.Group}
		event, in := "", whole{}
		if event = s.Placement.Event; event != "" {
			if in, err = wholes.of(event); err != nil {
				return n, fmt.Errorf("export assignments: event %s: %w", event, err)
			}
			line.Event, line.Thread, line.Happening = &event, &in.thread, &in.happening
		}
		if err := out.write(line, line.ID, line.Duplicates, event, in.thread, in.happening); err != nil {
			return n, fmt.Errorf("export assignments: %w", err)
		}
		n++
	}
	return n, out.close()
}

// whole is what an event is part of.
type whole struct{ thread, happening string }

// wholeCache remembers what events are part of, within bounds: the stories of one event are scattered over an export
// that is sorted by id.
type wholeCache struct {
	r Reader
	m map[string]whole
}

const wholeCacheSize = 1 << 18

func (c *wholeCache) of(event string) (whole, error) {
	if w, ok := c.m[event]; ok {
		return w, nil
	}
	e, err := c.r.Event(event)
	if err != nil {
		return whole{}, err
	}
	w := whole{e.Thread, e.Told()}
	if len(e.Members) > 1 {
		if c.m == nil || len(c.m) >= wholeCacheSize {
			c.m = make(map[string]whole)
		}
		c.m[event] = w
	}
	return w, nil
}

// ExportStories writes the stories with their texts, by id, and returns how many it wrote. With unique it writes the
// representative of each duplicate group only, with the list of what it stands for.
func ExportStories(ctx context.Context, w io.Writer, r ExportReader, f Format, only StoriesFilter) (int, error) {
	var edited map[string]bool
	if only.Edited {
		var err error
		if edited, err = editedEvents(r); err != nil {
			return 0, err
		}
	}
	out, err := newSink(w, "stories", f,
		"id", "url", "title", "text", "source", "author", "lang", "published", "updated", "arrived", "precision",
		"words", "duplicates", "relation", "event", "series", "stands_for")
	if err != nil {
		return 0, err
	}
	n := 0
	for s, err := range r.AllStories() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, fmt.Errorf("export stories: %w", err)
		}
		if only.Edited && (!edited[s.Placement.Event] || s.Expired) {
			continue // there is nothing to learn from without a text
		}
		x, err := exportStory(r, &s, only.Unique)
		if err != nil {
			return n, fmt.Errorf("export story %s: %w", s.ID, err)
		}
		if x == nil {
			continue
		}
		ids := make([]string, len(x.StandsFor))
		for i, c := range x.StandsFor {
			ids[i] = c.ID
		}
		err = out.write(x, x.ID, x.URL, x.Title, x.Text, x.Source, x.Author, x.Lang, x.Published, x.Updated, x.Arrived,
			x.Precision, x.Words, x.Duplicates, x.Relation, s.Placement.Event, x.Series, ids)
		if err != nil {
			return n, fmt.Errorf("export stories: %w", err)
		}
		n++
	}
	return n, out.close()
}

// exportStory is nil for a copy in a unique export.
func exportStory(r Reader, s *store.StoryRecord, unique bool) (*ExportStory, error) {
	if unique && s.Placement.Copy.Relation != cluster.Origin {
		return nil, nil
	}
	_, text, gone, err := textLeft(r, s.ID)
	if err != nil {
		return nil, err
	}
	x := &ExportStory{
		ID: s.ID, URL: s.URL, Title: s.Title, Text: text, Source: s.Source, Author: s.Author, Lang: s.Lang,
		Updated: optional(s.Updated), Arrived: s.Arrived.UTC(), Precision: s.Precision.String(), Words: s.Words,
		Duplicates: s.Placement.Group, Relation: s.Placement.Copy.Relation.String(), Series: s.Placement.Series,
		Expired: gone,
	}
	if s.Precision != cluster.Arrival {
		x.Published = optional(s.Published)
	}
	if e := s.Placement.Event; e != "" {
		x.Event = &e
	}
	if !unique {
		return x, nil
	}
	g, err := groupOf(r, s.Placement.Group)
	if err != nil || g == nil {
		return x, err
	}
	for _, c := range g.Copies {
		x.StandsFor = append(x.StandsFor, StandsFor{ID: c.ID, Source: c.Source, Evidence: c.Evidence})
	}
	return x, nil
}

// ExportEvents writes the events with their members, by event id, and returns how many it wrote. Importance is
// measured at now.
func ExportEvents(ctx context.Context, w io.Writer, r Reader, f Format, now time.Time) (int, error) {
	out, err := newSink(w, "events", f, append(EventsView{}.records().cols, "members")...)
	if err != nil {
		return 0, err
	}
	ids, err := eventIDs(ctx, r)
	if err != nil {
		return 0, err
	}
	for n, id := range ids {
		if err := ctx.Err(); err != nil {
			return n, fmt.Errorf("export events: %w", err)
		}
		e, err := r.Event(id)
		if err != nil {
			return n, fmt.Errorf("export event %s: %w", id, err)
		}
		m, err := loadEvent(r, e, now)
		if err != nil {
			return n, fmt.Errorf("export events: %w", err)
		}
		err = out.write(ExportEvent{m.line, list(e.Members)}, append(eventRecord(m.line), e.Members)...)
		if err != nil {
			return n, fmt.Errorf("export events: %w", err)
		}
	}
	return len(ids), out.close()
}

// eventIDs is all of them in order: the index of the store is by time, and ids are short.
func eventIDs(ctx context.Context, r Reader) ([]string, error) {
	var ids []string
	for head, err := range r.EventHeads(time.Time{}, time.Time{}) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("export events: %w", err)
		}
		ids = append(ids, head.ID)
	}
	slices.Sort(ids)
	return ids, nil
}
