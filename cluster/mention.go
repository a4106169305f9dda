package cluster

import (
	"cmp"
	"slices"

	"github.com/samestory/samestory/cluster/thread"
)

// Mention says that an event, a round-up or a live page, touches a thread without being part of it. It is shown beside
// the thread and counts nowhere: not as a story, not as a source, not when events are joined or linked.
type Mention struct {
	Thread string
	Score  float64  // similarity to the thread's core, 0..1
	Names  []string // the specific names of the frozen core that recur
	Terms  []string // the event-kind words of the frozen core that recur
}

// mentions writes into the records of round-ups which threads they touch. part are the events that were linked anew,
// found their threads now, here the threads that they were in before: of any other thread a mention stays without being
// found again.
func (t *tick) mentions(part []thread.Event, found []thread.Thread, here map[string]bool) {
	noted := make(map[string][]Mention)
	for i := range found {
		here[found[i].ID] = true
		for _, r := range found[i].Mentions {
			noted[r.Event] = append(noted[r.Event], Mention{Thread: found[i].ID, Score: r.Score, Names: r.Names, Terms: r.Terms})
		}
	}
	for i := range part {
		ev := t.Engine.events[part[i].ID]
		now := noted[ev.ID]
		for _, m := range ev.Mentions {
			if !here[m.Thread] {
				now = append(now, m)
			}
		}
		if len(now) == 0 && len(ev.Mentions) == 0 {
			continue
		}
		slices.SortFunc(now, func(a, b Mention) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Thread, b.Thread))
		})
		now = now[:min(len(now), t.linker.Mentions)]
		if sameMentions(ev.Mentions, now) {
			continue
		}
		changed := *ev
		changed.Mentions = now
		t.Engine.events[ev.ID] = &changed
		t.changed[ev.ID] = true
	}
}

// threadsHere lists the threads of some events and of those that ended in this tick.
func (t *tick) threadsHere(part []thread.Event) map[string]bool {
	here := make(map[string]bool, len(t.left)+len(part))
	for id := range t.left {
		here[id] = true
	}
	for i := range part {
		here[t.Engine.events[part[i].ID].Thread] = true
	}
	return here
}

// mentioned tells whether an event mentions a thread that one of the events of this tick has left by ending.
func (t *tick) mentioned() bool {
	if len(t.left) == 0 {
		return false
	}
	for _, ev := range t.Engine.events {
		if slices.ContainsFunc(ev.Mentions, func(m Mention) bool { _, left := t.left[m.Thread]; return left }) {
			return true
		}
	}
	return false
}

func sameMentions(a, b []Mention) bool {
	return slices.EqualFunc(a, b, func(x, y Mention) bool {
		return x.Thread == y.Thread && x.Score == y.Score && slices.Equal(x.Names, y.Names) && slices.Equal(x.Terms, y.Terms)
	})
}
