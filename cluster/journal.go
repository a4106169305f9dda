package cluster

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/identity"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/thread"
)

func (t *tick) journal(c Change) { t.delta.Changes = append(t.delta.Changes, c) }

// difference returns what b has and a has not, and the other way round, in their orders.
func difference(a, b []string) (in, out []string) {
	has := make(map[string]bool, len(a))
	for _, id := range a {
		has[id] = true
	}
	for _, id := range b {
		if !has[id] {
			in = append(in, id)
		}
		delete(has, id)
	}
	for _, id := range a {
		if has[id] {
			out = append(out, id)
		}
	}
	return in, out
}

// kindOf names what became of an object that lives on.
func kindOf(in, out []string) string {
	switch {
	case len(in) > 0 && len(out) > 0:
		return Changed
	case len(in) > 0:
		return Grew
	case len(out) > 0:
		return Shrank
	default:
		return Renamed
	}
}

func groupState(g *Group) State {
	if g == nil {
		return State{}
	}
	return State{Size: len(g.Members), Representative: g.Representative}
}

func (t *tick) journalGroup(was, now *Group) {
	c := Change{
		Level: LevelGroup, Kind: Created, Object: now.ID, In: now.Members, Before: groupState(was), After: groupState(now),
		Reason: "texts verified as copies of its representative",
	}
	if was != nil {
		if c.In, c.Out = difference(was.Members, now.Members); len(c.In) == 0 && len(c.Out) == 0 && was.Representative == now.Representative {
			return // other evidence for the same
		}
		if c.Kind = kindOf(c.In, c.Out); len(c.In) == 0 {
			c.Reason = "no longer copies of its representative"
		}
	}
	t.journal(c)
}

func (t *tick) journalGroupEnd(was *Group, r neardup.Redirect) {
	c := Change{Level: LevelGroup, Kind: Ended, Object: r.From, Other: r.To, Before: groupState(was), Reason: "no copies are left"}
	if was != nil {
		c.Out = was.Members
	}
	if r.To != "" {
		c.Kind, c.Reason = Merged, "its representative is a copy itself"
	}
	t.journal(c)
}

func eventState(e *Event) State {
	if e == nil {
		return State{}
	}
	return State{
		Size: len(e.Members), Representative: e.Representative, Thread: e.Thread, Cohesion: thousandth(e.Cohesion),
	}
}

// journalEvent writes what became of an event.
func (t *tick) journalEvent(was, now *Event) {
	c := Change{Level: LevelEvent, Object: now.ID, Other: t.split[now.ID], Before: eventState(was), After: eventState(now)}
	switch {
	case was == nil:
		c.Kind, c.In = Created, now.Members
		if c.Other != "" {
			c.Kind = Split
			if from := t.Engine.events[c.Other]; from != nil {
				t.weigh(&c, now.Members, from.Members)
			}
		} else if len(t.parts[now.ID]) > 1 {
			t.linked(&c, now.Cohesion, now.Members[:1], now.Members[1:])
		}
	default:
		c.Other = ""
		if c.In, c.Out = difference(was.Members, now.Members); len(c.In) == 0 && len(c.Out) == 0 && was.Representative == now.Representative {
			return
		}
		c.Kind = kindOf(c.In, c.Out)
		switch {
		case len(c.In) > 0:
			stayed, _ := difference(c.In, now.Members)
			t.weigh(&c, c.In, stayed)
		case len(c.Out) > 0:
			t.weigh(&c, c.Out, now.Members)
		default:
			c.Reason = "another headline stands for it"
		}
	}
	t.journal(c)
}

// weigh says how near some stories are to others, and how near they had to be.
func (t *tick) weigh(c *Change, some, others []string) {
	if n := t.overriding(some, others); n != 0 {
		c.Reason = fmt.Sprintf("override %d", n)
		return
	}
	some, others = t.representatives(some), t.representatives(others)
	if len(some) == 0 {
		c.Reason = "copies of stories in it"
		return
	}
	if mean, ok := t.clusterer.MeanLink(some, others); ok {
		t.linked(c, mean, some, others)
	}
}

// representatives lists those stories that stand for their groups.
func (t *tick) representatives(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		r := t.stories[id]
		return r == nil || !r.active
	})
}

// linked says what mean link two sides have and what they need.
func (t *tick) linked(c *Change, mean float64, some, others []string) {
	needs := t.clusterer.Needed(some, others)
	c.Margin = margin(mean - needs)
	c.Reason = fmt.Sprintf("mean link %s, needs %s", hundredth(mean), hundredth(needs))
}

// journalEventEnd says where the stories of an event went that has none left.
func (t *tick) journalEventEnd(was *Event, to, reason string) {
	c := Change{
		Level: LevelEvent, Kind: Ended, Object: was.ID, Out: was.Members, Other: to, Before: eventState(was),
	}
	switch reason {
	case event.ReasonMerged:
		c.Kind = Merged
		if into := t.parts[to]; into != nil {
			rest, _ := difference(was.Members, slices.Collect(maps.Keys(into)))
			t.weigh(&c, was.Members, rest)
		}
	case event.ReasonSplit:
		c.Reason = "its stories went to several events"
	case event.ReasonRefounded:
		c.Reason = "an earlier story founds it"
	default:
		c.Reason = "its last story left"
	}
	t.journal(c)
}

func threadState(t *Thread) State {
	if t == nil {
		return State{}
	}
	return State{Size: len(t.Links)}
}

func eventsOf(t *Thread) []string {
	if t == nil {
		return nil
	}
	ids := make([]string, len(t.Links))
	for i := range t.Links {
		ids[i] = t.Links[i].Event
	}
	return ids
}

// journalThread writes what came to a thread that had some events and what left it, and by how much the weakest of the
// new links was good enough.
func (t *tick) journalThread(had []string, now *Thread, splitFrom string) {
	c := Change{
		Level: LevelThread, Kind: Created, Object: now.ID, Before: State{Size: len(had)}, After: threadState(now), Other: splitFrom,
	}
	if c.In, c.Out = difference(had, eventsOf(now)); len(c.In) == 0 && len(c.Out) == 0 {
		return
	}
	switch {
	case splitFrom != "":
		c.Kind = Split
	case len(had) > 1:
		c.Kind = kindOf(c.In, c.Out)
	}
	var why []string
	for i := range now.Links {
		l := &now.Links[i]
		if !slices.Contains(c.In, l.Event) {
			continue
		}
		c.Links = append(c.Links, l.Kind)
		if l.Kind == thread.Founding {
			continue
		}
		text := l.Kind
		over := t.margins[l.Event]
		if over != 0 {
			if m := margin(over); c.Margin == nil || *m < *c.Margin {
				c.Margin = m
			}
		}
		switch {
		case over != 0 && (l.Kind == thread.Saga || l.Kind == thread.Reopened):
			text += fmt.Sprintf(", score %s, needs %s", hundredth(l.Score), hundredth(l.Score-over))
		case over != 0:
			text += fmt.Sprintf(", probability %s, needs .50", hundredth(over+.5))
		case l.Score > 0 && l.Kind != LinkPinned:
			text += fmt.Sprintf(", score %s", hundredth(l.Score))
		}
		why = append(why, text)
	}
	switch {
	case len(why) > maxWhy:
		c.Reason = strings.Join(why[:maxWhy], "; ") + fmt.Sprintf("; %d more", len(why)-maxWhy)
	case len(why) > 0:
		c.Reason = strings.Join(why, "; ")
	case len(c.Out) > 0:
		c.Reason = "no longer follows the founding event"
	}
	t.journal(c)
}

// maxWhy bounds how many links an entry gives reasons for.
const maxWhy = 3

// journalThreadEnd says where the events of a thread went that is no more.
func (t *tick) journalThreadEnd(r identity.Redirect) {
	had := t.held[r.From]
	c := Change{
		Level: LevelThread, Kind: Ended, Object: r.From, Out: had, Other: r.To, Before: State{Size: len(had)},
	}
	switch {
	case r.To == "":
		c.Reason = "its events are gone"
	case r.Reason == identity.Merged:
		c.Kind = Merged
	case r.Reason == identity.Split:
		c.Reason = "its events are in several threads"
	case r.Reason == identity.Refounded:
		c.Reason = "its founding event has another founder"
	}
	t.journal(c)
}

func thousandth(x float64) float64 { return math.Round(x*1000) / 1000 }

func margin(x float64) *float64 {
	x = thousandth(x)
	return &x
}

// hundredth writes a figure of 0..1 as journals and tables do: .62, 1.00, -.03.
func hundredth(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	s = strings.Replace(s, "0.", ".", 1)
	if strings.Trim(s, "-.0") == "" {
		return ".00"
	}
	return s
}
