package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
)

// OverrideLine is one order of an editor.
type OverrideLine struct {
	Number  uint64    `json:"number"`
	Kind    string    `json:"kind"`  // pin, forbid, merge, split or rename
	Level   string    `json:"level"` // event or thread
	Objects []string  `json:"objects"`
	A       []string  `json:"a"` // stories that are to be with those of B, or that are to be kept apart from them
	B       []string  `json:"b"`
	Title   string    `json:"title,omitempty"` // of a rename
	Author  string    `json:"author"`
	Note    string    `json:"note"`
	At      time.Time `json:"at"`
	Undone  *UndoLine `json:"undone,omitempty"` // where it was taken back
}

// UndoLine says who took an override back.
type UndoLine struct {
	Author string    `json:"author"`
	Note   string    `json:"note"`
	At     time.Time `json:"at"`
}

// OverridesView lists what editors ordered.
type OverridesView struct {
	Meta
	Page
	Total     int            `json:"total"`
	Overrides []OverrideLine `json:"overrides"` // newest first
}

// ViewOverride describes one order.
func ViewOverride(o *cluster.Override) OverrideLine {
	l := OverrideLine{
		Number: o.Number, Kind: string(o.Kind), Level: o.Level.String(), Objects: orEmpty(o.Objects), A: orEmpty(o.A), B: orEmpty(o.B),
		Title: o.Title, Author: o.Author, Note: o.Note, At: o.At.UTC(),
	}
	if o.Undone != nil {
		l.Undone = &UndoLine{Author: o.Undone.Author, Note: o.Undone.Note, At: o.Undone.At.UTC()}
	}
	return l
}

// Overrides lists what editors ordered, undone orders included, newest first. Of the query it obeys Since, Until and Limit.
func Overrides(r Reader, q Query) (OverridesView, error) {
	t, q, err := turn[OverrideLine](r, "overrides", q)
	if err != nil {
		return OverridesView{}, err
	}
	v := OverridesView{Meta: newMeta("overrides", q.Now)}
	for o, err := range r.Overrides() {
		if err != nil {
			return v, fmt.Errorf("read overrides: %w", err)
		}
		if !q.Since.IsZero() && o.At.Before(q.Since) || !q.Until.IsZero() && !o.At.Before(q.Until) {
			continue
		}
		t.meet(Rank{Score: float64(o.Number), ID: strconv.FormatUint(o.Number, 10)}, ViewOverride(&o))
	}
	v.Overrides, v.Total = t.page(&v.Page), t.total
	return v, nil
}

// what says in words what an order is about.
func (l *OverrideLine) what() string {
	if l.Title != "" {
		return strings.Join(l.Objects, " ") + " as “" + l.Title + "”"
	}
	return strings.Join(l.Objects, " ")
}

func (v OverridesView) layout() page {
	if len(v.Overrides) == 0 {
		return page{
			paragraph("No overrides: every event and thread is as the texts say."),
			paragraph("samestory merge, split, pin, forbid and rename make them; each can be undone."),
		}
	}
	g := grid{cols: []col{
		{name: "no.", right: true},
		{name: "made"},
		{name: "order"},
		{name: "of", flex: 24, soft: 40},
		{name: "by", flex: 6, soft: 12, drop: 2},
		{name: "note", flex: 12, soft: 32, drop: 3},
		{name: "state"},
	}}
	for i := range v.Overrides {
		l := &v.Overrides[i]
		state := text("holds")
		if l.Undone != nil {
			state = styled("undone "+typeset.Relative(l.Undone.At, v.Now), dim)
		}
		g.rows = append(g.rows, []cell{
			number(int(l.Number)), styled(typeset.Relative(l.At, v.Now), dim), text(l.Kind), text(typeset.Clean(l.what())),
			text(typeset.Clean(l.Author)), text(typeset.Clean(l.Note)), state,
		})
	}
	return page{heading{text: "Overrides", meta: "newest first"}, g}
}

func (v OverridesView) records() records {
	r := records{cols: []string{
		"number", "kind", "level", "objects", "a", "b", "title", "author", "note", "at", "undone_by", "undone_note", "undone_at",
	}}
	for _, l := range v.Overrides {
		row := []any{l.Number, l.Kind, l.Level, l.Objects, l.A, l.B, l.Title, l.Author, l.Note, l.At, "", "", ""}
		if u := l.Undone; u != nil {
			row[10], row[11], row[12] = u.Author, u.Note, u.At
		}
		r.rows = append(r.rows, row)
	}
	return r
}

func (v OverridesView) lines() []any { return asLines(v.Overrides) }
