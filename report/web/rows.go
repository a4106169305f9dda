package web

import (
	"encoding/binary"
	"html/template"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/report"
)

// row is an event in a list as it is written: its headline, and what stands below it. Between the two is room for what only
// one reader sees.
type row struct{ Head, Tail template.HTML }

// rowsKept bounds the rows that are kept, of which each has about a kilobyte.
const rowsKept = 8192

// rows keeps the rows of the present minute. Lists have many events in common, and writing these is most of what it takes
// to answer a search. A row is kept under all that it shows, so that nothing has to tell of changes.
type rows struct {
	mu     sync.Mutex
	minute int64
	kept   map[rowKey]row
}

// rowKey is all that a row shows beside ages.
type rowKey struct {
	id, headline, lang, known string
	sources, stories, copies  int
	last                      int64
	others                    uint64 // outlets and times, hashed
}

func keyOfRow(e *report.EventLine) rowKey {
	k := rowKey{
		id: e.ID, headline: e.Headline, lang: e.Lang, known: e.LastKnown,
		sources: e.Sources, stories: e.Stories, copies: e.Copies, last: e.Last.UnixNano(),
	}
	for _, o := range e.Outlets {
		k.others = xxh3.HashStringSeed(o, k.others)
	}
	var b [8]byte
	for _, t := range e.Came.Published {
		binary.LittleEndian.PutUint64(b[:], uint64(t.UnixNano()))
		k.others = xxh3.HashSeed(b[:], k.others)
	}
	return k
}

// rowData is what a row is written from.
type rowData struct {
	*report.EventLine
	Spark *spark
	Now   time.Time
}

// rowsOf writes events. Where answers are kept, ages move with the minute, else with the clock.
func (h *handler) rowsOf(events []report.EventLine, now time.Time) ([]row, error) {
	out := make([]row, len(events))
	for i := range events {
		var err error
		if h.keeper == nil {
			out[i], err = h.writeRow(&events[i], now)
		} else {
			out[i], err = h.rows.of(&events[i], now, h.writeRow)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (h *handler) writeRow(e *report.EventLine, now time.Time) (r row, err error) {
	d := rowData{e, sparkOf(e.Came.Published, sparkBars), now}
	for _, part := range []struct {
		name string
		to   *template.HTML
	}{{"rowhead", &r.Head}, {"rowtail", &r.Tail}} {
		var b strings.Builder
		if err := h.pages["front"].ExecuteTemplate(&b, part.name, d); err != nil {
			return r, err
		}
		*part.to = template.HTML(b.String()) //nolint:gosec // a template wrote it
	}
	return r, nil
}

func (c *rows) of(e *report.EventLine, now time.Time, write func(*report.EventLine, time.Time) (row, error)) (row, error) {
	key, minute := keyOfRow(e), now.Unix()/60
	c.mu.Lock()
	if c.minute != minute || len(c.kept) >= rowsKept {
		c.minute, c.kept = minute, make(map[rowKey]row)
	}
	r, ok := c.kept[key]
	c.mu.Unlock()
	if ok {
		return r, nil
	}
	r, err := write(e, now)
	if err != nil {
		return r, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.minute == minute {
		c.kept[key] = r
	}
	return r, nil
}
