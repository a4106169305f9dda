package cluster

import (
	"cmp"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// LinkCounterpart is the kind of a link that holds because the event is an older one of the thread, told in another
// language.
const LinkCounterpart = "counterpart"

// wordsDoc gives what events of different languages are compared by: the headline, and the names of the lead.
func (t *tick) wordsDoc(s *Story, said string, p *thread.Profile) happening.Doc {
	d := happening.Doc{
		Lang: s.Lang, Title: s.Title, Lead: thread.Lead(said), Table: t.featuriser.Background(s.Lang),
		Heads: int(p.Title),
	}
	for i := range p.Names {
		d.Names = append(d.Names, p.Names[i].Text)
	}
	return d
}

// happenings finds the events that report the same in different languages, writes that into their records, and brings
// them into one thread each.
func (t *tick) happenings(events []thread.Event, found []thread.Thread) []thread.Thread {
	told := happening.Link(t.toldEvents(events), t.tongues, happening.DefaultParams())
	of := make(map[string]*happening.Happening)
	for i := range told {
		for _, id := range told[i].Events {
			of[id] = &told[i]
		}
	}
	for i := range events {
		t.tell(events[i].ID, of[events[i].ID])
	}
	if len(told) == 0 {
		return found
	}
	return uniteThreads(found, told, func(id string) time.Time { return t.Engine.events[id].First })
}

// toldEvents turns what the thread stage reads into what the comparison between languages reads.
func (t *tick) toldEvents(events []thread.Event) []happening.Event {
	single := true
	for i := range events {
		single = single && events[i].Lang == events[0].Lang
	}
	if single {
		return nil
	}
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
