package cluster

import (
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// idf lets the thread stage weigh terms as the event stage does, each looked up once. The names of outlets are worth
// nothing: that two reports quote one agency makes them no follow-ups of each other.
type idf struct {
	engine *Engine
	known  map[text.Term]float64
}

func (t *tick) newIDF() *idf {
	f := &idf{t.Engine, make(map[text.Term]float64)}
	seen := make(map[[2]string]bool)
	var tokens []text.Token
	for _, r := range t.stories {
		if key := [2]string{r.source, r.lang}; !seen[key] {
			seen[key] = true
			// A name of several words holds those of cities and of things: only one of a single word is the outlet's alone.
			if tokens = text.AppendTokens(tokens[:0], r.source); len(tokens) == 1 {
				f.known[text.TermOf(text.Stem(tokens[0].Fold, r.lang))] = 0
			}
		}
	}
	return f
}

// IDF implements thread.IDF.
func (f *idf) IDF(t text.Term) float64 {
	w, ok := f.known[t]
	if !ok {
		w = f.engine.clusterer.IDF(t)
		f.known[t] = w
	}
	return w
}

// threads links the resident events into threads anew: all of them, so that a thread is a function of the set of events
// and a late founding event finds its followers, or those that the tick can have changed anything for, see reach and around.
func (t *tick) threads(stage Stage) {
	ordered, undone := t.ordered, t.undone
	t.Engine.ordered, t.Engine.undone = false, false
	switch {
	case stage == Copies && !t.torn() && !t.mentioned():
		t.endAlone()
		return
	case stage < Settled && len(t.relink) == 0 && len(t.left) == 0:
		return
	}
	f := t.newIDF()
	all := t.threadEvents()
	part, full := t.reach(all, stage, ordered, f)
	found := thread.LinkPart(part, all, f, t.linker)
	told := t.happenings(part, all)
	if len(told) > 0 {
		found = uniteThreads(found, told, func(id string) time.Time { return t.Engine.events[id].First })
	}
	if ordered && stage < Settled && len(all) > t.relinkAll {
		found = t.hold(part, found, undone)
	}
	found = t.obey(found)
	here := t.threadsHere(part)
	var stay []thread.Thread
	if stage < Settled && len(all) > t.relinkAll {
		part, found, told, stay = t.around(part, found, told)
		full = false
	}
	t.tellAll(part, inOneThread(told, found))
	ids := t.threadIDs(part, found, full, stage)
	for i := range found {
		found[i].ID = ids.IDs[i]
		t.takeThread(t.threadRecord(&found[i]), ids.SplitFrom[i])
	}
	for _, r := range ids.Ended {
		t.endThread(r)
	}
	t.mentions(part, append(found, stay...), here)
}

// takeThread makes a thread the current one of its id and its events.
func (t *tick) takeThread(now *Thread, splitFrom string) {
	for _, l := range now.Links {
		t.assign(l.Event, now.ID)
	}
	was := t.Engine.threads[now.ID]
	switch {
	case len(now.Links) > 1:
		if was != nil && sameThread(was, now) {
			return
		}
		t.Engine.threads[now.ID] = now
	case was != nil:
		delete(t.Engine.threads, now.ID)
	default: // as it was, unless another event has the thread now
		t.journalThread(t.held[now.ID], now, splitFrom)
		return
	}
	t.journalThread(t.held[now.ID], now, splitFrom)
	t.delta.Threads = append(t.delta.Threads, *now)
}

// assign writes the thread into the record of an event, as a new record: the old one has been given out.
func (t *tick) assign(eventID, threadID string) {
	ev := t.Engine.events[eventID]
	if ev.Thread == threadID {
		return
	}
	changed := *ev
	changed.Thread = threadID
	t.Engine.events[eventID] = &changed
	t.changed[eventID] = true
}

// threadEvents gathers what the thread stage reads of every resident event, in id order.
func (t *tick) threadEvents() []thread.Event {
	out := make([]thread.Event, 0, len(t.Engine.events))
	for _, id := range slices.Sorted(maps.Keys(t.Engine.events)) {
		e := t.linkable[id]
		if e == nil {
			e = t.threadEvent(id)
			t.linkable[id] = e
		}
		out = append(out, *e)
	}
	return out
}

func (t *tick) threadEvent(id string) *thread.Event {
	ev := t.Engine.events[id]
	reps := slices.Collect(maps.Keys(t.parts[id]))
	t.sortStories(reps)
	first := t.stories[reps[0]]
	e := &thread.Event{
		ID: id, Founder: reps[0], Lang: ev.Lang, First: ev.First, Last: ev.Last, Undated: first.precision == Arrival,
		Stories: make([]thread.Story, len(reps)),
	}
	for i, rep := range reps {
		r := t.stories[rep]
		e.Stories[i] = thread.Story{
			ID: rep, Time: r.published, Undated: r.precision == Arrival, Profile: r.features.profile, Vector: lead(&r.features),
		}
		if r.place.Series != "" {
			e.Stories[i].Profile.Loose = true // an edition neither follows nor is followed
		}
	}
	return e
}

func lead(f *features) []thread.Entry {
	var out []thread.Entry
	for t, w := range f.event.Lead {
		out = append(out, thread.Entry{Term: t, Weight: w})
	}
	return out
}

func (t *tick) threadRecord(found *thread.Thread) *Thread {
	now := &Thread{ID: found.ID, Links: make([]Link, len(found.Links))}
	for i, l := range found.Links {
		now.Links[i] = Link{Event: l.Event, Kind: l.Kind, Score: l.Score, Names: l.Names, Terms: l.Terms}
		t.margins[l.Event] = l.Margin
		ev := t.Engine.events[l.Event]
		if i == 0 || ev.First.Before(now.First) {
			now.First = ev.First
		}
		if ev.Last.After(now.Last) {
			now.Last = ev.Last
		}
	}
	return now
}

func sameThread(a, b *Thread) bool {
	return a.First.Equal(b.First) && a.Last.Equal(b.Last) && slices.EqualFunc(a.Links, b.Links, func(x, y Link) bool {
		return x.Event == y.Event && x.Kind == y.Kind && x.Score == y.Score &&
			slices.Equal(x.Names, y.Names) && slices.Equal(x.Terms, y.Terms)
	})
}
