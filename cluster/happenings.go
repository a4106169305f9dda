package cluster

import (
	"cmp"
	"slices"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// LinkCounterpart is the kind of a link that holds because the event is an older one of the thread, told in another
// language.
const LinkCounterpart = "counterpart"

// wordsDoc gives what events of different languages are compared by: the headline, and the names of the lead.
func (e *Engine) wordsDoc(s *Story, said string, p *thread.Profile) happening.Doc {
	d := happening.Doc{
		Lang: s.Lang, Title: s.Title, Lead: thread.Lead(said), Table: e.featuriser.Background(s.Lang),
		Heads: int(p.Title),
	}
	for i := range p.Names {
		d.Names = append(d.Names, p.Names[i].Text)
	}
	return d
}

// tongueSample is how many of the events that a tick does not link tell it which words are common.
const tongueSample = 2000

// happenings finds which of some events report the same in different languages. What was known to report the same is in
// one thread, so that it is in events whole. What an editor holds apart reports no one happening.
func (t *tick) happenings(events, all []thread.Event) []happening.Happening {
	if !slices.ContainsFunc(events, func(e thread.Event) bool { return e.Lang != events[0].Lang }) {
		return nil
	}
	told := happening.LinkAmong(t.toldEvents(events), t.toldEvents(sampled(all, events)), t.tongues, happening.DefaultParams())
	return slices.DeleteFunc(told, func(h happening.Happening) bool { return t.divided(h.Events) })
}

// tellAll writes into the records of some events which happenings they report.
func (t *tick) tellAll(events []thread.Event, told []happening.Happening) {
	of := make(map[string]*happening.Happening)
	for i := range told {
		for _, id := range told[i].Events {
			of[id] = &told[i]
		}
	}
	for i := range events {
		t.tell(events[i].ID, of[events[i].ID])
	}
}

// sampled returns the events that are not among some, a sample where they are many: those with the least hashes, so that it
// depends on the set alone. Both are in id order.
func sampled(all, without []thread.Event) []thread.Event {
	type drawn struct {
		hash uint64
		at   int
	}
	var left []drawn
	for i := range all {
		if len(without) > 0 && without[0].ID == all[i].ID {
			without = without[1:]
			continue
		}
		left = append(left, drawn{xxh3.HashString(all[i].ID), i})
	}
	if len(left) > tongueSample {
		slices.SortFunc(left, func(a, b drawn) int {
			return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at))
		})
		left = left[:tongueSample]
	}
	out := make([]thread.Event, len(left))
	for i, d := range left {
		out[i] = all[d.at]
	}
	return out
}

// toldEvents turns what the thread stage reads into what the comparison between languages reads.
func (t *tick) toldEvents(events []thread.Event) []happening.Event {
	out := make([]happening.Event, len(events))
	for i := range events {
		e := &events[i]
		stories := make([]*resident, len(e.Stories))
		for k := range e.Stories {
			stories[k] = t.stories[e.Stories[k].ID]
		}
		out[i] = toldEvent(e.ID, e.Lang, stories)
	}
	return out
}

// toldEvent describes an event by its representatives, in (time, id) order.
func toldEvent(id, lang string, stories []*resident) happening.Event {
	e := happening.Event{ID: id, Founder: stories[0].id, Lang: lang, Stories: make([]happening.Story, len(stories))}
	e.Undated = stories[0].precision == Arrival
	loose := 0
	for i, r := range stories {
		p := &r.features.profile
		if p.Loose || r.place.Series != "" {
			loose++
		}
		e.Stories[i] = happening.Story{Print: r.features.words, Profile: p}
		if e.Undated || r.precision == Arrival {
			continue
		}
		// A day is a span: what happened at an unknown hour of it is near to all of it.
		first, last := r.published, r.published
		if r.precision == Day {
			last = last.Add(24*time.Hour - time.Second)
		}
		if e.First.IsZero() || first.Before(e.First) {
			e.First = first
		}
		if last.After(e.Last) {
			e.Last = last
		}
	}
	e.Loose = 2*loose > len(stories)
	return e
}

// tell writes into the record of an event which happening it reports. A new record: the old one has been given out.
func (t *tick) tell(id string, h *happening.Happening) {
	was := t.Engine.events[id]
	now := *was
	now.Happening, now.Counterparts = "", nil
	if h != nil {
		now.Happening = h.ID()
		for i := range h.Links {
			if l := &h.Links[i]; l.A == id || l.B == id {
				other := l.A
				if other == id {
					other = l.B
				}
				now.Counterparts = append(now.Counterparts, Counterpart{
					Event: other, Probability: l.P, Shared: l.Shared, Terms: l.Terms,
				})
			}
		}
		slices.SortFunc(now.Counterparts, func(a, b Counterpart) int {
			return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Event, b.Event))
		})
	}
	if was.Happening == now.Happening && slices.EqualFunc(was.Counterparts, now.Counterparts, sameCounterpart) {
		return
	}
	t.Engine.events[id] = &now
	t.changed[id] = true
}

func sameCounterpart(a, b Counterpart) bool {
	return a.Event == b.Event && a.Probability == b.Probability && slices.Equal(a.Shared, b.Shared) && slices.Equal(a.Terms, b.Terms)
}
