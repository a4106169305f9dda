package cluster

import (
	"slices"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// relinkAll is the number of resident events up to which every tick links all of them anew. Beyond, a tick links what it
// touched with what that may belong to, and a settlement all.
const relinkAll = 2000

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
func (t *tick) reach(all []thread.Event, stage Stage, f *idf) (part []thread.Event, full bool) {
	if stage >= Settled || len(all) <= t.relinkAll {
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
		grew = t.ordered(in, enter)
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
	count []int32 // by seed: what the event at hand shares with it
	hit   []int32
}

func newMeeting(f *idf) *meeting {
	return &meeting{idf: f, names: make(map[text.Term][]int32), words: make(map[text.Term][]int32)}
}

func (m *meeting) seed(e *thread.Event) {
	n := int32(len(m.count))
	m.count = append(m.count, 0)
	post := func(to map[text.Term][]int32, k text.Term) {
		if list := to[k]; len(list) == 0 || list[len(list)-1] != n {
			to[k] = append(list, n)
		}
	}
	m.each(e, func(k text.Term) { post(m.names, k) }, func(k text.Term) { post(m.words, k) })
}

// each yields the rare names of an event, each in all its spellings, and its other rare words.
func (m *meeting) each(e *thread.Event, name, word func(text.Term)) {
	for i := range e.Stories {
		s := &e.Stories[i]
		for k := range s.Profile.Names {
			n := &s.Profile.Names[k]
			if m.idf.IDF(n.Term) < meetRare {
				continue
			}
			name(n.Term)
			for _, key := range n.Keys {
				if key != n.Term {
					name(key)
				}
			}
		}
		for _, w := range s.Vector {
			if m.idf.IDF(w.Term) >= meetWord {
				word(w.Term)
			}
		}
	}
}

// meets reports whether an event shares enough with one of the seeds.
func (m *meeting) meets(e *thread.Event) bool {
	shares := func(of map[text.Term][]int32, least int32) bool {
		seen := make(map[text.Term]bool)
		found := false
		look := func(k text.Term) {
			if found || len(of[k]) == 0 || seen[k] {
				return
			}
			seen[k] = true
			for _, n := range of[k] {
				if m.count[n]++; m.count[n] == 1 {
					m.hit = append(m.hit, n)
				} else if m.count[n] >= least {
					found = true
				}
			}
		}
		none := func(text.Term) {}
		if least == meetNames {
			m.each(e, look, none)
		} else {
			m.each(e, none, look)
		}
		for _, n := range m.hit {
			m.count[n] = 0
		}
		m.hit = m.hit[:0]
		return found
	}
	return shares(m.names, meetNames) || shares(m.words, meetWords)
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
