package api

import (
	"errors"
	"strings"
	"time"

	"github.com/samestory/samestory/report"
)

// invalid is the status of what can be read and not be obeyed.
const invalid = 422

// Window are the parameters of whatever is listed by time.
type Window struct {
	Since moment `query:"since" doc:"What had a story, or was done, at this time or later: an age that counts back from now, today, yesterday, a date, RFC 3339, or all."`
	Until moment `query:"until" doc:"What began before this time."`
}

// moves reports whether the window is another one at another hour.
func (w *Window) moves() bool { return w.Since.moves() || w.Until.moves() }

// into reads the window.
func (w *Window) into(q *report.Query, now time.Time) (err error) {
	q.Now = now
	if q.Since, err = report.ParseTime(string(w.Since), now); err != nil {
		return problem(invalid, err.Error(), "query.since")
	}
	if q.Until, err = report.ParseTime(string(w.Until), now); err != nil {
		return problem(invalid, err.Error(), "query.until")
	}
	return nil
}

// Selection are the parameters that choose what has a text.
type Selection struct {
	Source     string `query:"source" maxLength:"200" doc:"Has a story of this source, as an original or as a copy. Case does not matter."`
	Lang       string `query:"lang" maxLength:"35" doc:"Primary language subtag, as en." example:"en"`
	Text       string `query:"q" maxLength:"200" doc:"Each word begins a word of a headline, a name, an outlet, or of how the text begins that stands for an event. Case and accents do not matter."`
	MinSources int    `query:"min_sources" minimum:"1" maximum:"1000" doc:"Least number of independent sources."`
	Limit      int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"At most so many."`
}

func (s *Selection) into(q *report.Query) {
	q.Source, q.Lang, q.Text = strings.TrimSpace(s.Source), strings.TrimSpace(s.Lang), strings.TrimSpace(s.Text)
	q.MinSources, q.Limit = s.MinSources, s.Limit
}

// Place asks for a further page.
type Place struct {
	Cursor string `query:"cursor" maxLength:"2048" doc:"The next of the page before, to be asked for with the same parameters; limit may be another."`
}

// Named chooses events and threads.
type Named struct {
	Family string `query:"family" maxLength:"200" doc:"Any outlet of this publisher family has it; the family is named by itself or by one of its outlets."`
	Name   string `query:"name" maxLength:"200" doc:"Every word of it is among the names, or in a headline or the beginning of a text; whole words."`
}

func (n *Named) into(q *report.Query) {
	q.Family, q.Name = strings.TrimSpace(n.Family), strings.TrimSpace(n.Name)
}

// Outline chooses what is known by outlets and headlines.
type Outline struct {
	Family string `query:"family" maxLength:"200" doc:"Any outlet of this publisher family has it; the family is named by itself or by one of its outlets."`
	Name   string `query:"name" maxLength:"200" doc:"Every word of it is in a headline; whole words."`
}

func (o *Outline) into(q *report.Query) {
	n := Named(*o)
	n.into(q)
}

// Then asks for the store as it was.
type Then struct {
	AsOf moment `query:"as_of" doc:"Answers as the store was at this time: members, threads and ids of then. 404 for a time before its journal is complete."`
}

// reader is the store as it was, with the time that ages are measured from; without a time the store as it is.
func (t *Then) reader(q *question) (report.Reader, time.Time, error) {
	at, err := report.ParseTime(string(t.AsOf), q.now)
	if err != nil {
		return nil, q.now, problem(invalid, err.Error(), "query.as_of")
	}
	if at.IsZero() || at.After(q.now) {
		return q.snap, q.now, nil
	}
	past, err := q.snap.AsOf(at)
	if err != nil {
		return nil, at, err
	}
	return past, at, nil
}

// sortOf reads the order of a list, which its schema has checked.
func sortOf(s string) (report.Sort, error) {
	sort, err := report.ParseSort(s)
	if err != nil {
		return "", problem(invalid, err.Error(), "query.sort")
	}
	return sort, nil
}

// errNobody is why texts cannot be compared.
var errNobody = errors.New("nobody is here who could compare texts")
