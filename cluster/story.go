package cluster

import (
	"strings"
	"time"

	"github.com/zeebo/xxh3"
)

// Precision says how exactly the effective time of a story is known. Time features must not read more out of a time
// than its precision holds: midnight of a date-only story is not an hour, and an arrival time says nothing about when
// the story was published.
type Precision uint8

const (
	// Exact times carry at least minutes.
	Exact Precision = iota
	// Day times name a date only; the time of day is 00:00 UTC by convention.
	Day
	// Arrival times were taken from the clock at ingest because the story carried none.
	Arrival
)

// String returns the word used in reports and JSON.
func (p Precision) String() string {
	switch p {
	case Exact:
		return "exact"
	case Day:
		return "day"
	default:
		return "arrival"
	}
}

// Story is one published item from one source, decoded, bounded in size and given an id, an effective time and a
// language. It is the only thing that enters the engine.
type Story struct {
	ID        string // unique and stable; at most 1,024 bytes of valid UTF-8
	URL       string // may be empty
	Title     string // may be empty when Text is not
	Text      string // plain text, paragraphs separated by newlines; may be empty when Title is not
	Source    string // may be empty
	Author    string // may be empty
	Lang      string // primary BCP 47 subtag in lower case; "und" where unknown
	Published time.Time
	Precision Precision
	Updated   time.Time // zero where unknown
	Arrived   time.Time

	// Embedding of title and text, of one model for all stories; nil for most users. It is no part of the content, and a
	// store keeps it beside the story.
	Embedding *Embedding
}

// ContentHash is the 128-bit xxh3 of title and text. Two deliveries of one id with equal hashes are the same version;
// with different hashes they are versions of one story.
func (s *Story) ContentHash() [16]byte {
	h := xxh3.New()
	h.WriteString(s.Title)
	h.Write([]byte{0})
	h.WriteString(s.Text)
	return h.Sum128().Bytes()
}

// Outlet is who published the story: its source, or the host of its address where it names none.
func (s *Story) Outlet() string {
	if s.Source != "" {
		return s.Source
	}
	_, rest, ok := strings.Cut(s.URL, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(strings.ToLower(host), "www.")
}
