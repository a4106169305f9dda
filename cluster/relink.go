package cluster

import (
	"slices"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// relinkAll is the number of resident events up to which every tick links all of them anew. Beyond, a tick links what it
// touched with what that may belong to, and a settlement all.
const relinkAll = 2000

// relinkOrdered is the same for a tick that carries out an order of an editor: when the order is undone, the threads are to be
// what they were, and sagas are what all events make of them. What is written down is what the order has touched.
const relinkOrdered = 50_000

// Events are worth linking when they share so many rare names, or so many rare words of their headlines and leads.
const (
	meetNames = 2
	meetWords = 6
	meetRare  = 4.0 // least inverse document frequency of a name
	meetWord  = 3.0 // the same of another word
)

// reach returns the events to link in this tick, in id order: those whose stories changed, those they may be linked
// with, the whole of every thread that any of them is in or that a changed one mentions, and what mentions these threads.
// The counterparts of an event are in its thread. full tells that these are all.
func (t *tick) reach(all []thread.Event, stage Stage, ordered bool, f *idf) (part []thread.Event, full bool) {
	if stage >= Settled || len(all) <= t.relinkAll || ordered && len(all) <= relinkOrdered {
		return all, true
	}
	in := make(map[string]bool)
	threads := make(map[string]bool, len(t.left))
	for id := range t.left {
		threads[id] = true
	}
	enter := func(id string) {
		if ev := t.Engine.events[id]; ev != nil && !in[id] {
			in[id] = true
			if ev.Thread != "" {
				threads[ev.Thread] = true
			}
		}
	}
	m := newMeeting(f)
	for i := range all {
		if t.relink[all[i].ID] || t.Engine.events[all[i].ID].Thread == "" {
			enter(all[i].ID)
			m.seed(&all[i])
			for _, was := range t.Engine.events[all[i].ID].Mentions {
				threads[was.Thread] = true
			}
		}
	}
	for i := range all {
		if !in[all[i].ID] && m.meets(&all[i]) {
			enter(all[i].ID)
		}
	}
	for grew := true; grew; {
		for i := range all {
			ev := t.Engine.events[all[i].ID]
			if threads[ev.Thread] || slices.ContainsFunc(ev.Mentions, func(m Mention) bool { return threads[m.Thread] }) {
				in[ev.ID] = true
			}
		}
		grew = t.bound(in, enter)
	}
	for i := range all {
		if in[all[i].ID] {
			part = append(part, all[i])
		}
	}
	return part, false
}

// meeting finds the events that share names or words with one of some events.
type meeting struct {
	idf   *idf
	names map[text.Term][]int32 // seeds that have the name
	words map[text.Term][]int32
	some  [meetBits / 64]uint64 // has the bit of every name and word of a seed
	count []int32               // by seed: what the event at hand shares with it
	hit   []int32
	seen  []text.Term
}

// meetBits are the bits of a set in which terms are looked up before the maps of a meeting: of the names and words of all
// events hardly any is one of a seed.
const meetBits = 1 << 20

func newMeeting(f *idf) *meeting {
	return &meeting{idf: f, names: make(map[text.Term][]int32), words: make(map[text.Term][]int32)}
}

// seed adds an event: its rare names, each in all its spellings, and its other rare words.
func (m *meeting) seed(e *thread.Event) {
	n := int32(len(m.count))
	m.count = append(m.count, 0)
	post := func(to map[text.Term][]int32, k text.Term) {
		if list := to[k]; len(list) == 0 || list[len(list)-1] != n {
			to[k] = append(list, n)
			m.some[k%meetBits/64] |= 1 << (k % 64)
		}
	}
	for i := range e.Stories {
		s := &e.Stories[i]
		for k := range s.Profile.Names {
			if name := &s.Profile.Names[k]; m.idf.IDF(name.Term) >= meetRare {
				post(m.names, name.Term)
				for _, key := range name.Keys {
					post(m.names, key)
				}
			}
		}
		for _, w := range s.Vector {
			if m.idf.IDF(w.Term) >= meetWord {
				post(m.words, w.Term)
			}
		}
	}
}

// meets reports whether an event shares enough with one of the seeds.
func (m *meeting) meets(e *thread.Event) bool {
	return m.sharesNames(e) || m.sharesWords(e)
}

func (m *meeting) sharesNames(e *thread.Event) bool {
	defer m.forget()
	for i := range e.Stories {
		names := e.Stories[i].Profile.Names
		for k := range names {
			n := &names[k]
			// A name in another language may be rare as a key and common as a word here.
			rare := false
			for j := -1; j < len(n.Keys); j++ {
				t := n.Term
				if j >= 0 {
					t = n.Keys[j]
				}
				if !m.may(t) || len(m.names[t]) == 0 {
					continue
				}
				if rare = rare || m.idf.IDF(n.Term) >= meetRare; rare && m.shares(m.names[t], t, meetNames) {
					return true
				}
			}
		}
	}
	return false
}

func (m *meeting) sharesWords(e *thread.Event) bool {
	defer m.forget()
	for i := range e.Stories {
		for _, w := range e.Stories[i].Vector {
			// The words of the seeds are rare ones.
			if m.may(w.Term) && m.shares(m.words[w.Term], w.Term, meetWords) {
				return true
			}
		}
	}
	return false
}

func (m *meeting) may(t text.Term) bool { return m.some[t%meetBits/64]&(1<<(t%64)) != 0 }

// shares counts a term for the seeds that have it, once, and reports whether one of them has so many by now.
func (m *meeting) shares(seeds []int32, t text.Term, least int32) bool {
	if len(seeds) == 0 || slices.Contains(m.seen, t) {
		return false
	}
	m.seen = append(m.seen, t)
	for _, n := range seeds {
		if m.count[n]++; m.count[n] == 1 {
			m.hit = append(m.hit, n)
		} else if m.count[n] >= least {
			return true
		}
	}
	return false
}

// forget starts over for the next event.
func (m *meeting) forget() {
	for _, n := range m.hit {
		m.count[n] = 0
	}
	m.hit, m.seen = m.hit[:0], m.seen[:0]
}

// changedStories reports whether an event has other stories than before, or the same with other features.
func (t *tick) changedStories(was, now *Event) bool {
	return was == nil || !slices.Equal(was.Members, now.Members) || slices.ContainsFunc(now.Members, func(id string) bool {
		before, moved := t.before[id]
		now := t.stories[id].place
		return t.added[id] != nil || t.reread[id] != nil ||
			moved && (before.Series != now.Series || before.Group != now.Group || before.Copy.Relation != now.Copy.Relation)
	})
}
