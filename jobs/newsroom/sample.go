package newsroom

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

//go:embed sample.jsonl
var sampleJSONL string

// Labelled is a story together with what it was made to be. All labels but Series are always set.
type Labelled struct {
	cluster.Story
	Event      string // what the story reports
	Duplicates string // id of the origin of its duplicate group; its own where it is no copy
	Thread     string // the event with its follow-ups
	Series     string // the recurring template it is an edition of; empty outside a series
	Relation   string // origin, exact, reprint, edited, excerpt or update, against the origin
}

// SampleJSONL returns the sample week as it is embedded: one story a line in order of publication, in the fields of
// the input contract, with the labels under "labels". The caller owns the bytes.
func SampleJSONL() []byte { return []byte(sampleJSONL) }

// Sample returns the stories of the sample week in the order of SampleJSONL. That every embedded line decodes is held by
// a test, so there is no error for callers to handle.
func Sample() []Labelled {
	stories, _ := Decode([]byte(sampleJSONL))
	return stories
}

// Decode reads what WriteJSONL wrote: strictly the fields and date forms of this package, so that a test or a
// benchmark can get at the labels. Reading the stories of others is the business of jobs/source.
func Decode(data []byte) ([]Labelled, error) {
	var stories []Labelled
	for number := 1; len(data) > 0; number++ {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var r record
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&r); err != nil {
			return nil, fmt.Errorf("newsroom: line %d: %w", number, err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("newsroom: line %d: more than one value", number)
		}
		l, err := r.labelled()
		if err != nil {
			return nil, fmt.Errorf("newsroom: line %d: %w", number, err)
		}
		stories = append(stories, l)
	}
	return stories, nil
}

// record is one line of JSONL. The order of the fields is the order in the file.
type record struct {
	ID        string `json:"id"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title,omitempty"`
	Text      string `json:"text,omitempty"`
	Published string `json:"published,omitempty"`
	Updated   string `json:"updated,omitempty"`
	Source    string `json:"source,omitempty"`
	Author    string `json:"author,omitempty"`
	Lang      string `json:"lang,omitempty"`
	Labels    labels `json:"labels"`
}

type labels struct {
	Event      string `json:"event"`
	Duplicates string `json:"duplicates"`
	Thread     string `json:"thread"`
	Series     string `json:"series,omitempty"`
	Relation   string `json:"relation"`
}

func (r *record) labelled() (Labelled, error) {
	l := Labelled{
		Story: cluster.Story{
			ID: r.ID, URL: r.URL, Title: r.Title, Text: r.Text,
			Source: r.Source, Author: r.Author, Lang: r.Lang,
		},
		Event: r.Labels.Event, Duplicates: r.Labels.Duplicates, Thread: r.Labels.Thread,
		Series: r.Labels.Series, Relation: r.Labels.Relation,
	}
	var err error
	switch {
	case r.Published == "":
		l.Precision = cluster.Arrival
	case !strings.Contains(r.Published, "T"):
		l.Precision = cluster.Day
		l.Published, err = instant(time.DateOnly, r.Published)
	default:
		l.Published, err = instant(time.RFC3339, r.Published)
	}
	if err != nil {
		return Labelled{}, fmt.Errorf("published: %w", err)
	}
	if r.Updated != "" {
		if l.Updated, err = instant(time.RFC3339, r.Updated); err != nil {
			return Labelled{}, fmt.Errorf("updated: %w", err)
		}
	}
	return l, nil
}

// instant reads a time as UTC, in the years that can be written again.
func instant(layout, s string) (time.Time, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return time.Time{}, err
	}
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, fmt.Errorf("year %d is out of range", t.Year())
	}
	return t, nil
}
