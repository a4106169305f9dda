package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

func (v SourcesView) layout() page {
	if v.Total == 0 {
		return page{
			paragraph("No sources in this store."),
			paragraph("A daemon notes how its sources are: samestory daemon --opml FILE, or --config FILE."),
		}
	}
	var counts []string
	for _, word := range []string{HealthOK, HealthQuiet, HealthFailing, HealthGone, HealthNever} {
		if n := v.Health[word]; n > 0 {
			counts = append(counts, fmt.Sprintf("%s %s", typeset.Thousands(n), word))
		}
	}
	p := page{heading{text: "Sources", meta: strings.Join(counts, ", ")}}
	if len(v.Sources) == 0 {
		return append(p, paragraph("None of them matches."))
	}
	g := grid{cols: []col{
		{name: "source", flex: 20},
		{name: "folder", flex: 10, drop: 2},
		{name: "health"},
		{name: "stories", right: true},
		{name: "revised", right: true, drop: 5},
		{name: "seen", right: true, drop: 6},
		{name: "dropped", right: true, drop: 3},
		{name: "last new"},
		{name: "last read", drop: 1},
		{name: "polls", right: true, drop: 7},
		{name: "unmodified", right: true, drop: 8},
		{name: "name", flex: 14, drop: 4},
	}}
	trouble := grid{cols: []col{{name: "source", flex: 16}, {name: "what is wrong", flex: 40}, {name: "times", right: true}, {name: "next try"}}}
	dropped := grid{cols: []col{{name: "source", flex: 16}, {name: "items", right: true}, {name: "reason", flex: 40}}}
	for i := range v.Sources {
		s := &v.Sources[i]
		health := text(s.Health)
		if s.Health == HealthFailing || s.Health == HealthGone {
			health.style = alert
		}
		var lost uint64
		for _, d := range s.Dropped {
			lost += d.Count
		}
		name := cmp.Or(s.Title, s.Name)
		g.rows = append(g.rows, []cell{
			text(name), styled(s.Folder, dim), health, number(int(s.New)), number(int(s.Revised)), number(int(s.Seen)), number(int(lost)),
			{text: v.ago(s.LastNew)},
			styled(v.ago(s.LastSuccess), dim), number(int(s.Polls)), number(int(s.NotModified)), styled(s.Name, dim),
		})
		if what := cmp.Or(s.Error, s.Note); what != "" {
			next := "as usual"
			switch {
			case s.Health == HealthGone:
				next = "never"
			case s.Waits && s.NextTry != nil:
				next = typeset.Absolute(*s.NextTry, "", v.Now)
			}
			trouble.rows = append(trouble.rows, []cell{text(name), text(what), number(s.Failures), styled(next, dim)})
		}
		for _, d := range s.Dropped {
			dropped.rows = append(dropped.rows, []cell{text(name), number(int(d.Count)), text(d.Reason)})
		}
	}
	p = append(p, g)
	if len(v.Folders) > 0 {
		feeds := grid{cols: []col{{name: "folder", flex: 16}, {name: "feeds", right: true}, {name: "address on the server of the page", flex: 40}}}
		for _, f := range v.Folders {
			feeds.rows = append(feeds.rows, []cell{text(f.Name), number(f.Feeds), text(f.Atom)})
		}
		p = append(p, heading{text: "Folders as feeds", meta: "each thing once", sub: true}, feeds)
	}
	if len(trouble.rows) > 0 {
		p = append(p, heading{text: "Trouble", sub: true}, trouble)
	}
	if len(dropped.rows) > 0 {
		p = append(p, heading{text: "Dropped items", meta: "each time they were there", sub: true}, dropped)
	}
	return p
}

// ago is how long ago a time was; it says so where there is none.
func (v SourcesView) ago(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return typeset.Relative(*t, v.Now)
}

func (v SourcesView) records() records {
	r := records{cols: []string{
		"name", "kind", "title", "folder", "url", "health", "last_try", "last_success", "last_new", "next_try", "failures", "status",
		"fault", "error", "note", "polls", "not_modified", "bytes", "seen", "new", "revised", "unchanged", "dropped",
	}}
	for _, s := range v.Sources {
		var dropped []string
		for _, d := range s.Dropped {
			dropped = append(dropped, fmt.Sprintf("%d: %s", d.Count, d.Reason))
		}
		r.rows = append(r.rows, []any{
			s.Name, s.Kind, s.Title, s.Folder, s.URL, s.Health, s.LastTry, s.LastSuccess, s.LastNew, s.NextTry, s.Failures, s.Status,
			s.Fault, s.Error, s.Note, s.Polls, s.NotModified, s.Bytes, s.Seen, s.New, s.Revised, s.Unchanged, dropped,
		})
	}
	return r
}

func (v SourcesView) lines() []any { return asLines(v.Sources) }
