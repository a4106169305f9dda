package feed

import (
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

// document is a feed, before it is written in one form or the other.
type document struct {
	title   string
	base    string // that addresses begin with, without a slash at the end
	self    string // its own address in the form that is written
	other   string // in the other form
	id      string // the address without the form
	page    string // of people
	entries []*entry
}

// updated is when the youngest entry began. An empty feed has not changed since there are feeds.
func (d *document) updated() time.Time {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, x := range d.entries {
		if i == 0 || x.begun.After(at) {
			at = x.begun
		}
	}
	return at
}

// link is where an entry leads: to the article, and to the page of the event where there is none.
func (d *document) link(x *entry) string {
	if x.url != "" {
		return x.url
	}
	return d.base + eventPath(x.event)
}

// authorsShown bounds the outlets that are named as authors of an entry.
const authorsShown = 8

func authors(x *entry) []string {
	var names []string
	for i := range x.outlets {
		if i == authorsShown {
			break
		}
		names = append(names, typeset.Outlet(x.outlets[i].name))
	}
	return names
}

// language gives what can be a language tag.
func language(s string) string {
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

func tags(x *entry) []string {
	var list []string
	for _, n := range x.names {
		if n = typeset.Clean(n); n != "" {
			list = append(list, n)
		}
	}
	return list
}
