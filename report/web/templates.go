package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets/style.css
var styleSheet []byte

//go:embed assets/favicon.svg
var icon []byte

const stylePath = "/style.css"

// clipCells is the longest headline that a page shows, in cells of a terminal: several lines of the largest type.
const clipCells = 320

func parsePages() map[string]*template.Template {
	frame := template.Must(template.New("frame.html").Funcs(functions()).ParseFS(templateFiles, "templates/frame.html"))
	pages := map[string]*template.Template{}
	for _, name := range []string{"front", "event", "thread", "story", "stories", "duplicates", "group", "series", "oneseries", "runs", "error", "sources", "journal", "compare", "edit", "confirm", "order", "edits", "why"} {
		t := template.Must(template.Must(frame.Clone()).ParseFS(templateFiles, "templates/"+name+".html"))
		pages[name] = t.Lookup("frame")
	}
	pages["news"] = frame.Lookup("news")
	return pages
}

func functions() template.FuncMap {
	style, htmx, script := versioned(stylePath, styleSheet), versioned(htmxPath, htmxScript), versioned(scriptPath, pageScript)
	return template.FuncMap{
		"style":     func() string { return style },
		"htmx":      func() string { return htmx },
		"script":    func() string { return script },
		"clip":      func(s string) string { return typeset.Truncate(typeset.Clean(s), clipCells) },
		"clean":     typeset.Clean,
		"ago":       typeset.Relative,
		"agoAt":     typeset.RelativeAt,
		"when":      func(t any, now time.Time) string { return typeset.Absolute(instant(t), "", now) },
		"whenAt":    whenAt,
		"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"over":      func(from, to time.Time) string { return over(to.Sub(from)) },
		"lag":       typeset.Lag,
		"since":     sinceFirst,
		"plural":    typeset.Plural,
		"thousands": typeset.Thousands,
		"count":     func(n uint64) string { return typeset.Thousands(int(n)) },
		"stories":   storiesText,
		"outlet":    typeset.Outlet,
		"outlets":   func(list []string) string { return typeset.Outlets(list, 0) },
		"sources":   sources,
		"others":    others,
		"percent":   func(f float64) string { return fmt.Sprintf("%d%%", int(math.Round(f*100))) },
		"web":       typeset.WebAddress,
		"lang":      langTag,
		"join": func(a, b []string) string {
			return typeset.Clean(strings.Join(append(append([]string{}, a...), b...), ", "))
		},
		"article":    article,
		"short":      shortName,
		"without":    withoutAddress,
		"took":       typeset.Duration,
		"trouble":    func(status string) bool { return status != store.RunOK && status != store.RunRunning },
		"eventPath":  eventPath,
		"threadPath": threadPath,
		"storyPath":  storyPath,
		"seriesPath": seriesPath,
		"groupPath":  groupPath,
		"storiesOf":  storiesPath,
		"compare":    comparePath,
		"whyPath":    whyPath,
		"object":     objectPath,
		"editPath":   func(id string) string { return "/edit?object=" + url.QueryEscape(id) },
		"copiesOf":   copiesOf,
		"tab":        func(to, label string, here bool) tab { return tab{to, label, here} },
		"ledger":     func(list []report.Account, now time.Time) ledger { return ledger{list, now} },
		"entries":    func(list []report.ChangeLine, now time.Time) entries { return entries{list, now} },
		"changed":    func(c consequences, now time.Time) changed { return changed{c, now} },
		"choices":    func(kind string, list []thing) choices { return choices{kind, list} },
		"bytes":      bytesText,
		"values":     func(list []string) string { return typeset.Clean(strings.Join(list, " | ")) },
	}
}

func digest(b []byte) []byte {
	sum := xxh3.Hash128(b).Bytes()
	return sum[:6]
}

func instant(t any) time.Time {
	switch t := t.(type) {
	case time.Time:
		return t
	case *time.Time:
		if t != nil {
			return *t
		}
	}
	return time.Time{}
}

func whenAt(t time.Time, precision string, now time.Time) string {
	if precision == "arrival" {
		return "undated"
	}
	return typeset.Absolute(t, precision, now)
}

// over is a length of time in words.
func over(d time.Duration) string {
	switch {
	case d < time.Hour:
		return typeset.Plural(int(d/time.Minute), "minute", "minutes")
	case d < 48*time.Hour:
		return typeset.Plural(int(d/time.Hour), "hour", "hours")
	}
	return typeset.Plural(int(d/(24*time.Hour)), "day", "days")
}

func sinceFirst(lag *int64) string {
	if lag != nil && *lag == 0 {
		return "first"
	}
	return typeset.Lag(lag)
}

func storiesText(stories, copies int) string {
	if copies == 0 {
		return typeset.Plural(stories, "story", "stories")
	}
	return typeset.Plural(stories-copies, "story", "stories") + " +" + typeset.Plural(copies, "copy", "copies")
}

func sources(copies []report.CopyLine) []string {
	list := make([]string, len(copies))
	for i := range copies {
		list[i] = copies[i].Source
	}
	return list
}

// The arguments of templates that need more than one.
type (
	tab struct {
		To, Label string
		Here      bool
	}
	ledger struct {
		List []report.Account
		Now  time.Time
	}
	entries struct {
		List []report.ChangeLine
		Now  time.Time
	}
	changed struct {
		consequences
		Now time.Time
	}
	choices struct {
		Type string // of the inputs
		List []thing
	}
)

// copyList is a list of copies with what they are copies of.
type copyList struct {
	Of     string
	Copies []report.CopyLine
}

func copiesOf(id string, copies []report.CopyLine) copyList { return copyList{id, copies} }

// bytesText is a size for people.
func bytesText(n uint64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return typeset.Plural(int(n), "byte", "bytes")
}

// others is a list of copies without the story whose page it stands on.
func others(copies []report.CopyLine, id string) []report.CopyLine {
	var list []report.CopyLine
	for _, c := range copies {
		if c.ID != id {
			list = append(list, c)
		}
	}
	return list
}

func article(relation string) string {
	switch relation {
	case "exact":
		return "an exact copy"
	case "edited":
		return "an edited copy"
	case "excerpt", "update":
		return "an " + relation
	}
	return "a " + relation
}

// langTag passes what can be a language on to the browser, which chooses fonts and hyphenation by it.
func langTag(s string) string {
	if len(s) < 2 || len(s) > 3 || s == "und" {
		return ""
	}
	for _, c := range s {
		if c < 'a' || c > 'z' {
			return ""
		}
	}
	return s
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // the address changes with the content
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(styleSheet))
}

func serveIcon(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(icon))
}
