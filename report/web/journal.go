package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
)

const (
	// journalEntries is how many entries a page of the journal shows.
	journalEntries = 60
	// journalReads bounds how many entries are looked at for it, where only some are wanted.
	journalReads = 5000
	journalStep  = 250
)

type journalPage struct {
	Changes []report.ChangeLine // newest first
	Object  string              // whose history it is; may be empty
	Levels  []option
	Older   string // address of the entries before these; empty where there are none
	Looked  bool   // so many were looked at that older ones may match
}

func (h *handler) journal(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	p := journalPage{Object: strings.TrimSpace(v.Get("object"))}
	level := strings.TrimSpace(v.Get("level"))
	p.Levels = []option{{"", "Everything", false}, {cluster.LevelEvent, "Events", false}, {cluster.LevelThread, "Threads", false}, {cluster.LevelGroup, "Duplicates", false}, {cluster.LevelSeries, "Series", false}, {cluster.LevelOverride, "Editors", false}}
	for i := range p.Levels {
		p.Levels[i].Chosen = p.Levels[i].Value == level
	}
	if p.Object != "" {
		c, err := report.Changes(s, report.ChangesQuery{Object: p.Object, Limit: maxLimit, Newest: true, Now: now})
		p.Changes = c.Changes
		slices.Reverse(p.Changes)
		return "journal", p, err
	}
	var before uint64
	if b := v.Get("before"); b != "" {
		if before, err = strconv.ParseUint(b, 10, 64); err != nil {
			return "", nil, &badRequest{http.StatusBadRequest, "before: the number of a journal entry"}
		}
	} else if before, err = s.LastChange(); err != nil {
		return "", nil, err
	} else {
		before++
	}
	low := before
	for reads := 0; low > 1 && len(p.Changes) < journalEntries; reads += journalStep {
		if reads >= journalReads {
			p.Looked = true
			break
		}
		until := low - 1
		low -= min(journalStep, until)
		c, err := report.Changes(s, report.ChangesQuery{Since: low - 1, Until: until, Level: level, Limit: -1, Now: now})
		if err != nil {
			return "", nil, err
		}
		slices.Reverse(c.Changes)
		p.Changes = append(p.Changes, c.Changes...)
	}
	if len(p.Changes) > journalEntries {
		p.Changes = p.Changes[:journalEntries]
		low = p.Changes[journalEntries-1].Seq
	}
	if low > 1 {
		next := url.Values{"before": {strconv.FormatUint(low, 10)}}
		if level != "" {
			next.Set("level", level)
		}
		p.Older = "/journal?" + next.Encode()
	}
	return "journal", p, nil
}

// objectPath is the address of what a journal entry is about; empty where it has no page.
func objectPath(level, id string) string {
	switch level {
	case cluster.LevelGroup:
		return groupPath(id)
	case cluster.LevelEvent:
		return eventPath(id)
	case cluster.LevelThread:
		return threadPath(id)
	case cluster.LevelSeries:
		return seriesPath(id)
	case cluster.LevelOverride:
		if _, err := strconv.ParseUint(id, 10, 64); err == nil {
			return "/edits/" + id
		}
	}
	return ""
}

func (h *handler) sources(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	list, err := sourcesView(s, v, now)
	return "sources", list, err
}
