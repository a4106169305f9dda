package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/report/internal/typeset"
)

// RebuildView says what a rebuild changed, or would change.
type RebuildView struct {
	Meta
	DryRun  bool        `json:"dry_run"` // nothing was written
	Run     string      `json:"run"`     // empty for a dry run
	Seconds float64     `json:"seconds"`
	Stories int         `json:"stories"` // that were clustered anew
	Levels  []LevelLine `json:"levels"`  // groups, events, threads
	// Cohesion is the mean over the events of two or more stories, before and after.
	Cohesion [2]float64 `json:"cohesion"`
	Fates    []FateLine `json:"changes"` // of events and threads, largest first
}

// LevelLine compares the clusters of one level before and after.
type LevelLine struct {
	Level     string  `json:"level"`
	Before    int     `json:"before"` // clusters
	After     int     `json:"after"`
	Unchanged int     `json:"unchanged"` // with the same members
	Merged    int     `json:"merged"`    // of before, whose members went into one with those of a larger
	Split     int     `json:"split"`     // of before, whose members went to several
	Renamed   int     `json:"renamed"`   // whose members have another id, and not by a merge or split
	Moved     int     `json:"moved"`     // stories under another id
	ARI       float64 `json:"ari"`       // between before and after; 1 where all is the same
}

// FateLine is what became of one cluster.
type FateLine struct {
	Level    string     `json:"level"` // event or thread
	Kind     string     `json:"kind"`  // merged, split or renamed
	ID       string     `json:"id"`
	Headline string     `json:"headline"`
	Stories  int        `json:"stories"` // before
	Parts    []PartLine `json:"parts"`   // where they are, largest part first
}

// PartLine is where a part of a cluster went.
type PartLine struct {
	ID      string `json:"id"`
	Stories int    `json:"stories"` // of the cluster
	Of      int    `json:"of"`      // stories that the new cluster has in all
}

// Clustering is where stories are, each map from story id to the id of a cluster.
type Clustering struct {
	Group, Event, Thread map[string]string
	Cohesion             map[string]float64 // by event
}

// Rebuild compares two clusterings of the same stories. The headlines come from r, which may be from before or after.
func Rebuild(r Reader, before, after Clustering, run string, took time.Duration, now time.Time) (RebuildView, error) {
	v := RebuildView{
		Meta: newMeta("rebuild", now), DryRun: run == "", Run: run, Seconds: took.Seconds(), Stories: len(before.Group),
		Fates: []FateLine{},
	}
	for _, l := range []struct {
		name string
		a, b map[string]string
	}{{"group", before.Group, after.Group}, {"event", before.Event, after.Event}, {"thread", before.Thread, after.Thread}} {
		line, fates := compareLevel(l.name, l.a, l.b)
		v.Levels = append(v.Levels, line)
		if l.name != "group" {
			v.Fates = append(v.Fates, fates...)
		}
	}
	v.Cohesion = [2]float64{meanCohesion(before), meanCohesion(after)}
	slices.SortStableFunc(v.Fates, func(a, b FateLine) int {
		return cmp.Or(strings.Compare(a.Level, b.Level), cmp.Compare(b.Stories, a.Stories), strings.Compare(a.ID, b.ID))
	})
	for i := range v.Fates {
		f := &v.Fates[i]
		title, err := titleOf(r, f, now)
		if err != nil {
			return v, err
		}
		f.Headline = title
	}
	return v, nil
}

// titleOf is the headline of an event or thread, under its old id or what that leads to.
func titleOf(r Reader, f *FateLine, now time.Time) (string, error) {
	if f.Level == "thread" {
		c, err := readThread(r, f.ID, now)
		if err != nil {
			return "", err
		}
		return c.line.Headline, nil
	}
	e, err := eventByID(r, f.ID, now)
	if err != nil {
		return "", err
	}
	return e.Headline, nil
}

func meanCohesion(c Clustering) float64 {
	size := make(map[string]int)
	for _, e := range c.Event {
		size[e]++
	}
	sum, n := 0.0, 0
	for _, e := range slices.Sorted(maps.Keys(c.Cohesion)) {
		if size[e] > 1 {
			sum += c.Cohesion[e]
			n++
		}
	}
	if n == 0 {
		return 1
	}
	return round(sum / float64(n))
}

// compareLevel finds out what became of the clusters of one level.
func compareLevel(level string, before, after map[string]string) (LevelLine, []FateLine) {
	drift := eval.Churn(before, after)
	was, is := make(map[string][]string), make(map[string]int)
	parts := make(map[string]map[string]int)
	for _, story := range slices.Sorted(maps.Keys(before)) {
		id := before[story]
		was[id] = append(was[id], story)
		if parts[id] == nil {
			parts[id] = make(map[string]int)
		}
		parts[id][after[story]]++
	}
	largest := make(map[string]int) // part that an old cluster gives to a new one
	for _, id := range after {
		is[id]++
	}
	for _, p := range parts {
		for id, n := range p {
			largest[id] = max(largest[id], n)
		}
	}
	l := LevelLine{Level: level, Before: len(was), After: len(is), Moved: drift.Moved, ARI: round(drift.ARI)}
	var fates []FateLine
	for _, id := range slices.Sorted(maps.Keys(was)) {
		f := FateLine{Level: level, ID: id, Stories: len(was[id]), Parts: []PartLine{}}
		for to, n := range parts[id] {
			f.Parts = append(f.Parts, PartLine{to, n, is[to]})
		}
		slices.SortFunc(f.Parts, func(a, b PartLine) int {
			return cmp.Or(cmp.Compare(b.Stories, a.Stories), strings.Compare(a.ID, b.ID))
		})
		to := f.Parts[0]
		switch {
		case len(f.Parts) > 1:
			f.Kind = "split"
			l.Split++
		case to.Of > f.Stories && to.ID != id:
			f.Kind = "merged"
			l.Merged++
		case to.ID != id:
			f.Kind = "renamed"
			l.Renamed++
		default:
			if to.Of == f.Stories {
				l.Unchanged++
			}
			continue
		}
		fates = append(fates, f)
	}
	return l, fates
}

// mostFates is how many changes a table lists; the other formats have all of them.
const mostFates = 40

func (v RebuildView) layout() page {
	title := "Rebuilt"
	if v.DryRun {
		title = "What a rebuild would change"
	}
	p := page{heading{
		text: title, meta: fmt.Sprintf("%s in %s", typeset.Plural(v.Stories, "story", "stories"), typeset.Duration(v.Seconds)),
	}}
	g := grid{cols: []col{
		{name: "level"},
		{name: "before", right: true},
		{name: "after", right: true},
		{name: "unchanged", right: true},
		{name: "merged", right: true},
		{name: "split", right: true},
		{name: "renamed", right: true, drop: 2},
		{name: "stories moved", right: true, drop: 1},
		{name: "ARI", right: true},
	}}
	for _, l := range v.Levels {
		g.rows = append(g.rows, []cell{
			text(l.Level + "s"), number(l.Before), number(l.After), number(l.Unchanged), number(l.Merged), number(l.Split),
			number(l.Renamed), number(l.Moved),
			{text: fmt.Sprintf("%.4f", l.ARI)},
		})
	}
	p = append(p, g, paragraph(fmt.Sprintf("Mean cohesion of the events of several stories: %.3f before, %.3f after.", v.Cohesion[0], v.Cohesion[1])))
	if len(v.Fates) == 0 {
		return append(p, paragraph("Every event and thread keeps its id, and none was merged or split."))
	}
	list := grid{cols: []col{
		{name: "level"},
		{name: "id"},
		{name: "stories", right: true},
		{name: "what"},
		{name: "to", flex: 16, soft: 40},
		{name: "headline", flex: 20, soft: 50, drop: 1},
	}}
	for _, f := range v.Fates[:min(len(v.Fates), mostFates)] {
		list.rows = append(list.rows, []cell{
			styled(f.Level, dim), text(f.ID), number(f.Stories), text(f.Kind), text(f.where()), headline(f.Headline, 0),
		})
	}
	p = append(p, list)
	if more := len(v.Fates) - mostFates; more > 0 {
		p = append(p, paragraph(fmt.Sprintf("And %s: --format json or csv lists all.", typeset.Plural(more, "more", "more"))))
	}
	return p
}

// where lists the parts of a cluster.
func (f *FateLine) where() string {
	var list []string
	for i, p := range f.Parts {
		if i == 3 {
			list = append(list, fmt.Sprintf("%d more", len(f.Parts)-i))
			break
		}
		s := p.ID
		if len(f.Parts) > 1 {
			s += fmt.Sprintf(" (%d)", p.Stories)
		}
		list = append(list, s)
	}
	return strings.Join(list, ", ")
}

func (v RebuildView) records() records {
	r := records{cols: []string{"level", "kind", "id", "headline", "stories", "to", "part", "of"}}
	for _, f := range v.Fates {
		for _, p := range f.Parts {
			r.rows = append(r.rows, []any{f.Level, f.Kind, f.ID, f.Headline, f.Stories, p.ID, p.Stories, p.Of})
		}
	}
	return r
}

func (v RebuildView) lines() []any { return []any{v} }
