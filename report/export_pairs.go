package report

import (
	"context"
	"fmt"
	"io"

	"github.com/samestory/samestory/cluster/constraint"
)

// StoriesFilter leaves out stories of an export.
type StoriesFilter struct {
	Unique bool // all but the representatives of duplicate groups
	Edited bool // all but those of events of which an editor said what belongs to them
}

// PairLine is what an editor said of two stories.
type PairLine struct {
	A        string `json:"a"`
	B        string `json:"b"`
	Same     bool   `json:"same"`  // they are together; otherwise they are apart
	Level    string `json:"level"` // event or thread
	Override uint64 `json:"override"`
	Author   string `json:"author"`
	Note     string `json:"note"`
}

// ExportPairs writes what the orders that hold say of pairs of stories, in the order of their numbers: every story of one
// side with every story of the other.
func ExportPairs(ctx context.Context, w io.Writer, r ExportReader, f Format) (int, error) {
	out, err := newSink(w, "pairs", f, "a", "b", "same", "level", "override", "author", "note")
	if err != nil {
		return 0, err
	}
	n := 0
	for o, err := range r.Overrides() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, fmt.Errorf("export pairs: %w", err)
		}
		c, holds := o.Constraint()
		if !holds {
			continue
		}
		for _, a := range c.A {
			for _, b := range c.B {
				p := PairLine{A: a, B: b, Same: !c.Apart, Level: c.Level.String(), Override: o.Number, Author: o.Author, Note: o.Note}
				if err := out.write(p, p.A, p.B, p.Same, p.Level, p.Override, p.Author, p.Note); err != nil {
					return n, fmt.Errorf("export pairs: %w", err)
				}
				n++
			}
		}
	}
	return n, out.close()
}

// editedEvents lists the events with a story of which an order that holds says what event it is in, or is not in.
func editedEvents(r Reader) (map[string]bool, error) {
	events := make(map[string]bool)
	for o, err := range r.Overrides() {
		if err != nil {
			return nil, fmt.Errorf("read overrides: %w", err)
		}
		c, holds := o.Constraint()
		if !holds || c.Level != constraint.Event {
			continue
		}
		for _, id := range o.Stories() {
			s, err := r.Story(id)
			if err != nil {
				return nil, fmt.Errorf("story %s of override %d: %w", id, o.Number, err)
			}
			if s.Placement.Event != "" {
				events[s.Placement.Event] = true
			}
		}
	}
	return events, nil
}
