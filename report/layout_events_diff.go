package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samestory/samestory/report/internal/typeset"
)

// shiftTitles are the headings of the parts of a diff of events, and what the last column of each says.
var shiftTitles = map[string]struct{ title, note string }{
	ShiftNew:     {"New", "in the thread"},
	ShiftGrowing: {"Growing", "new outlets"},
	ShiftMerged:  {"Merged", "took in"},
	ShiftSplit:   {"Split off", "from"},
	ShiftMoved:   {"Stories moved", "from"},
	ShiftFading:  {"Fading: nothing new since", "in the thread"},
	ShiftEnded:   {"Ended", ""},
}

func (v EventsDiffView) layout() page {
	if len(v.Shifts) == 0 {
		return page{paragraph(v.counts())}
	}
	p := page{heading{text: "What changed", meta: v.Query.describe(v.Now)}, paragraph(v.counts())}
	shown := map[string][]EventShift{}
	for _, s := range v.Shifts {
		shown[s.Change] = append(shown[s.Change], s)
	}
	for _, kind := range shiftKinds {
		list := shown[kind]
		if len(list) == 0 {
			continue
		}
		meta := typeset.Thousands(len(list))
		if v.Total[kind] > len(list) {
			meta += " of " + typeset.Thousands(v.Total[kind])
		}
		p = append(p, heading{text: shiftTitles[kind].title, meta: meta, sub: true}, v.shiftGrid(kind, list))
	}
	return p
}

// counts says how many events there are of each change.
func (v EventsDiffView) counts() string {
	var parts []string
	for _, kind := range shiftKinds {
		if n := v.Total[kind]; n > 0 {
			parts = append(parts, typeset.Thousands(n)+" "+kind)
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("No event that was asked for changed between %s and %s.", typeset.Absolute(v.From.At, "", v.Now), typeset.Absolute(v.To.At, "", v.Now))
	}
	return "Events: " + strings.Join(parts, ", ") + "."
}

func (v EventsDiffView) shiftGrid(kind string, list []EventShift) grid {
	note := func(s *EventShift) string {
		switch kind {
		case ShiftGrowing:
			return typeset.Clean(strings.Join(s.Outlets, ", "))
		case ShiftMerged, ShiftSplit:
			return typeset.Clean(strings.Join(s.Others, ", "))
		case ShiftMoved:
			parts := slices.Clone(s.Others)
			if s.Went > 0 {
				parts = append(parts, typeset.Plural(s.Went, "story", "stories")+" left")
			}
			return typeset.Clean(strings.Join(parts, ", "))
		}
		if s.ThreadHeadline == "" {
			return ""
		}
		return typeset.Clean(s.Link) + ": " + typeset.Clean(s.ThreadHeadline)
	}
	noted := false
	for i := range list {
		noted = noted || note(&list[i]) != ""
	}
	g := grid{cols: []col{
		{name: "last"}, {name: "sources", right: true, drop: 1}, {name: "stories", drop: 2}, {name: "headline", flex: 30, soft: 40},
	}}
	if noted {
		g.cols = append(g.cols, col{name: shiftTitles[kind].note, flex: 14, soft: 24, drop: 3})
	}
	g.cols = append(g.cols, col{name: "event"})
	for i := range list {
		s := &list[i]
		e := &s.Event
		row := []cell{
			styled(typeset.RelativeAt(e.Last, e.LastKnown, v.Now), dim), text(change(e.Sources, e.Sources-s.SourcesBefore, s.Before > 0)),
			text(change(e.Stories, s.Came, s.Before > 0)), linked(e.Headline, e.URL, 0),
		}
		before := []string{typeset.RelativeAt(e.Last, e.LastKnown, v.Now), storiesNoun(e.Stories, e.Copies)}
		if s.Before > 0 && s.Came > 0 {
			before = append(before, fmt.Sprintf("%+d", s.Came))
		}
		if noted {
			row = append(row, styled(note(s), dim))
		}
		g.rows = append(g.rows, append(row, styled(e.ID, dim)))
		g.cards = append(g.cards, card{title: headline(e.Headline, 0), second: note(s), before: before, outlets: e.Outlets, id: e.ID})
	}
	return g
}

// change is a number with what came to it, where it was there before: "7", "7 (+3)".
func change(n, more int, before bool) string {
	s := typeset.Thousands(n)
	if before && more != 0 {
		s += fmt.Sprintf(" (%+d)", more)
	}
	return s
}

func (v EventsDiffView) records() records {
	r := records{cols: append([]string{
		"change", "stories_before", "independent_sources_before", "stories_came", "stories_went", "outlets_came", "others", "link", "thread_headline",
	}, EventsView{}.records().cols...)}
	for _, s := range v.Shifts {
		r.rows = append(r.rows, append([]any{
			s.Change, s.Before, s.SourcesBefore, s.Came, s.Went, s.Outlets, s.Others, s.Link, s.ThreadHeadline,
		}, eventRecord(s.Event)...))
	}
	return r
}

func (v EventsDiffView) lines() []any { return asLines(v.Shifts) }
