package store

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

func (p *Past) noStory(id string) error {
	return fmt.Errorf("story %s, as of %s: %w", id, stamp(p.at), ErrNotFound)
}

// Story reads a story without its text, with its place of then; ErrNotFound.
func (p *Past) Story(id string) (StoryRecord, error) {
	s, err := p.v.Story(id)
	if err != nil {
		return s, err
	}
	if s.Expired {
		if there, err := p.arrived(id); err != nil || !there {
			return StoryRecord{}, cmp.Or(err, p.noStory(id))
		}
	} else if s.Versions > 1 || s.Arrived.After(p.at) {
		list, err := p.Versions(id)
		if err != nil {
			return StoryRecord{}, err
		}
		was := list[len(list)-1]
		s.Size, s.Words, s.Content, s.Versions = len(was.Story.Text), was.Words, was.Content, len(list)
		s.Story = was.Story
		s.Text = ""
	}
	k := keyOf(id)
	if group, moved := p.group[k]; moved && group != s.Placement.Group {
		s.Placement.Group, s.Placement.Copy = group, cluster.Copy{}
	}
	if g := p.groups[s.Placement.Group]; g != nil && (len(g.members) < 2 || g.rep == k) {
		s.Placement.Copy = cluster.Copy{}
	}
	if event, moved := p.event[k]; moved {
		s.Placement.Event = event
	}
	return s, nil
}

// arrived tells of an expired story whether it was there. Which of its versions was current nobody knows any more.
func (p *Past) arrived(id string) (bool, error) {
	m, _, err := p.v.find(id)
	return err == nil && !m.first.After(p.at), err
}

// Text reads title and text of the version of a story that was current; ErrNotFound, ErrExpired.
func (p *Past) Text(id string) (title, text string, err error) {
	s, err := p.v.Story(id)
	if err != nil {
		return "", "", err
	}
	if s.Versions < 2 && !s.Arrived.After(p.at) {
		return p.v.Text(id)
	}
	list, err := p.Versions(id)
	if err != nil {
		return "", "", err
	}
	if s.Expired {
		return s.Title, "", expired(id)
	}
	was := list[len(list)-1].Story
	return was.Title, was.Text, nil
}

// Versions reads the versions of a story that had arrived, the one that was current last; ErrNotFound.
func (p *Past) Versions(id string) ([]Version, error) {
	list, err := p.v.Versions(id)
	if err != nil {
		return nil, err
	}
	if s, err := p.v.Story(id); err != nil {
		return nil, err
	} else if s.Expired {
		if there, err := p.arrived(id); err != nil || !there {
			return nil, cmp.Or(err, p.noStory(id))
		}
		return list, nil
	}
	list = slices.DeleteFunc(list, func(v Version) bool { return v.Story.Arrived.After(p.at) })
	if len(list) == 0 {
		return nil, p.noStory(id)
	}
	for i := range list {
		list[i].Current = i == len(list)-1
	}
	return list, nil
}

// stories reads the stories with some keys as they were, in the order of events.
func (p *Past) stories(what, id string, keys map[storyKey]bool) ([]StoryRecord, error) {
	ids, err := p.v.ids(what, id, slices.SortedFunc(maps.Keys(keys), func(a, b storyKey) int { return slices.Compare(a[:], b[:]) }))
	if err != nil {
		return nil, err
	}
	list := make([]StoryRecord, 0, len(ids))
	for _, story := range ids {
		s, err := p.Story(story)
		if errors.Is(err, ErrNotFound) {
			// The journal has it and the clock of its arrival says otherwise: the journal is right.
			s, err = p.v.Story(story)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b StoryRecord) int {
		au, bu := a.Precision == cluster.Arrival, b.Precision == cluster.Arrival
		switch {
		case au && !bu:
			return 1
		case bu && !au:
			return -1
		case au:
			return strings.Compare(a.ID, b.ID)
		}
		return byTime(a.Published, a.ID, b.Published, b.ID)
	})
	return list, nil
}

func idsOf(list []StoryRecord) []string {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// Resolve follows the redirects of then; see Snapshot.Resolve. Whatever led to an id when it ended was taken on to its
// successor, also where the id came back later.
func (p *Past) Resolve(id string) (string, error) {
	end, err := p.lastEnd(id)
	if err != nil || end == nil {
		return id, err
	}
	for hops := 0; hops < 4*maxHops; hops++ {
		if end.to == "" {
			return "", &EndedError{ID: id, Reason: end.reason}
		}
		next, err := p.endAfter(end.to, end.seq)
		if err != nil {
			return "", err
		}
		if next == nil {
			return end.to, nil
		}
		end = next
	}
	return "", corrupt("redirects of %s do not end", id)
}

// ending is how an id ended.
type ending struct {
	to, reason string
	seq        uint64
}

func endingOf(e *JournalEntry) *ending {
	if e.Kind != cluster.Ended && e.Kind != cluster.Merged {
		return nil
	}
	return &ending{e.Other, cmp.Or(e.Reason, e.Kind), e.Seq}
}

// lastEnd tells how an id had ended; nil where it had not, or had come back.
func (p *Past) lastEnd(id string) (*ending, error) {
	list, err := p.v.seqs(id)
	if err != nil {
		return nil, err
	}
	if n, _ := slices.BinarySearch(list, p.seq+1); n > 0 {
		e, err := p.v.Entry(list[n-1])
		if err != nil {
			return nil, err
		}
		return endingOf(&e), nil
	}
	// From before the journal was complete.
	r, err := p.v.Redirect(id)
	if errors.Is(err, errNoRedirect) || err == nil && (len(list) > 0 || r.At.After(p.at)) {
		return nil, nil
	}
	return &ending{to: r.To, reason: r.Reason, seq: p.seq}, err
}

// endAfter tells how an id first ended after an entry; nil where it did not.
func (p *Past) endAfter(id string, seq uint64) (*ending, error) {
	list, err := p.v.seqs(id)
	if err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearch(list, seq+1)
	to, _ := slices.BinarySearch(list, p.seq+1)
	for ; from < to; from++ {
		e, err := p.v.Entry(list[from])
		if err != nil {
			return nil, err
		}
		if end := endingOf(&e); end != nil {
			return end, nil
		}
	}
	return nil, nil
}

// follow reads an object under its id or, where that had ended, under what stood for it.
func follow[T any](p *Past, what, id string, read func(id string) (T, bool, error)) (T, error) {
	var none T
	if id == "" || len(id) > maxID {
		return none, fmt.Errorf("%s %q: %w", what, id, ErrNotFound)
	}
	out, found, err := read(id)
	if found || err != nil {
		return out, err
	}
	now, err := p.Resolve(id)
	if err != nil {
		return none, fmt.Errorf("%s %s: %w", what, id, err)
	}
	if now != id {
		if out, found, err = read(now); found || err != nil {
			return out, err
		}
	}
	return none, fmt.Errorf("%s %s, as of %s: %w", what, id, stamp(p.at), ErrNotFound)
}

// Group reads a duplicate group, following redirects; see Snapshot.Group.
func (p *Past) Group(id string) (cluster.Group, error) { return follow(p, "group", id, p.readGroup) }

func (p *Past) readGroup(id string) (cluster.Group, bool, error) {
	g := p.groups[id]
	if g == nil {
		now, err := objectOf(p.v.get, cluster.LevelGroup, id)
		if err != nil || now.size() == 0 {
			return cluster.Group{}, false, err
		}
		members, err := p.v.ids("group", id, now.members)
		if err != nil {
			return cluster.Group{}, false, err
		}
		if len(members) == 1 {
			if _, err := p.Story(members[0]); err != nil {
				return cluster.Group{}, false, unlessMissing(err)
			}
		}
		out := cluster.Group{ID: id, Members: members}
		out.Representative = members[max(0, slices.Index(now.members, now.rep))]
		return out, true, nil
	}
	if len(g.members) == 0 {
		return p.loneGroup(id, g)
	}
	list, err := p.stories("group", id, g.members)
	if err != nil {
		return cluster.Group{}, false, err
	}
	rep, err := p.v.ids("group", id, []storyKey{g.rep})
	return cluster.Group{ID: id, Representative: rep[0], Members: idsOf(list)}, err == nil, err
}

func unlessMissing(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// loneGroup reads a group that went without saying before others came: that of the story among the first which had
// arrived and was in no other.
func (p *Past) loneGroup(id string, g *pastGroup) (cluster.Group, bool, error) {
	for _, k := range g.once {
		if to, moved := p.group[k]; moved && to != id {
			continue
		}
		ids, err := p.v.ids("group", id, []storyKey{k})
		if err != nil {
			return cluster.Group{}, false, err
		}
		if _, err := p.Story(ids[0]); err == nil {
			return cluster.Group{ID: id, Representative: ids[0], Members: ids}, true, nil
		} else if !errors.Is(err, ErrNotFound) {
			return cluster.Group{}, false, err
		}
	}
	return cluster.Group{}, false, nil
}

// Groups yields the duplicate groups of two or more stories in the order of their ids. An error ends the sequence.
func (p *Past) Groups() iter.Seq2[cluster.Group, error] {
	return func(yield func(cluster.Group, error) bool) {
		var ids []string
		for id, g := range p.groups {
			if len(g.members) > 1 {
				ids = append(ids, id)
			}
		}
		err := p.v.scan(tabGroup, nil, nil, func(key, _ []byte) (bool, error) {
			if id := string(key); p.groups[id] == nil {
				ids = append(ids, id)
			}
			return true, nil
		})
		if err != nil {
			yield(cluster.Group{}, err)
			return
		}
		slices.Sort(ids)
		for _, id := range ids {
			g, _, err := p.readGroup(id)
			if !yield(g, err) || err != nil {
				return
			}
		}
	}
}

// Event reads an event, following redirects; see Snapshot.Event.
func (p *Past) Event(id string) (cluster.Event, error) { return follow(p, "event", id, p.readEvent) }

func (p *Past) readEvent(id string) (cluster.Event, bool, error) {
	was := p.events[id]
	if was != nil && len(was.members) == 0 {
		return cluster.Event{}, false, nil
	}
	if was == nil {
		if there, err := p.there(id); err != nil || !there {
			return cluster.Event{}, false, err
		}
		e, err := p.v.Event(id)
		if err != nil {
			return e, false, err
		}
		if t, moved := p.thread[id]; moved {
			e.Thread = t
		}
		return e, true, p.related(&e)
	}
	list, err := p.stories("event", id, was.members)
	if err != nil {
		return cluster.Event{}, false, err
	}
	rep, err := p.v.ids("event", id, []storyKey{was.rep})
	if err != nil {
		return cluster.Event{}, false, err
	}
	e := cluster.Event{ID: id, Representative: rep[0], Members: idsOf(list), Cohesion: was.cohesion, Lang: list[0].Lang}
	e.First, e.Last = timesOf(list)
	if was.now != nil {
		e.Thread, e.Mentions = was.now.event.Thread, was.now.event.Mentions
		e.Happening, e.Counterparts = was.now.event.Happening, was.now.event.Counterparts
		if sameSet(was.members, was.now.members) {
			e.Names, e.Lang = was.now.event.Names, was.now.event.Lang
		}
	}
	if t, moved := p.thread[id]; moved {
		e.Thread = t
	}
	return e, true, p.related(&e)
}

// timesOf is the time of the first and last of some stories in order; undated ones count only among their like.
func timesOf(list []StoryRecord) (first, last time.Time) {
	first, last = list[0].Published, list[0].Published
	for i := range list {
		s := &list[i]
		if s.Precision == cluster.Arrival && list[0].Precision != cluster.Arrival {
			continue
		}
		if s.Published.Before(first) {
			first = s.Published
		}
		if s.Published.After(last) {
			last = s.Published
		}
	}
	return first, last
}

// related drops what an event refers to that was not there.
func (p *Past) related(e *cluster.Event) error {
	var failed error
	e.Counterparts = slices.DeleteFunc(slices.Clone(e.Counterparts), func(c cluster.Counterpart) bool {
		there, err := p.there(c.Event)
		failed = cmp.Or(failed, err)
		return !there
	})
	if len(e.Counterparts) == 0 {
		e.Happening, e.Counterparts = "", nil
	}
	e.Mentions = slices.DeleteFunc(slices.Clone(e.Mentions), func(m cluster.Mention) bool {
		_, found, err := p.readThread(m.Thread)
		failed = cmp.Or(failed, err)
		return !found
	})
	if len(e.Mentions) == 0 {
		e.Mentions = nil
	}
	return failed
}

// Thread reads a thread, following redirects; see Snapshot.Thread.
func (p *Past) Thread(id string) (cluster.Thread, error) {
	return follow(p, "thread", id, p.readThread)
}

func (p *Past) readThread(id string) (cluster.Thread, bool, error) {
	now, err := p.threadNow(id)
	if err != nil {
		return now, false, err
	}
	was := p.threads[id]
	if was == nil {
		return now, len(now.Links) > 0, nil
	}
	var links []cluster.Link
	for _, l := range now.Links {
		if t, moved := p.thread[l.Event]; moved && t != id {
			continue
		}
		delete(was.came, l.Event)
		links = append(links, l)
	}
	for _, event := range slices.Sorted(maps.Keys(was.came)) {
		if p.thread[event] != id {
			continue
		}
		kind, err := p.linkKind(id, event)
		if err != nil {
			return now, false, err
		}
		links = append(links, cluster.Link{Event: event, Kind: kind})
	}
	return p.threadAs(id, links)
}

// threadNow reads what a thread is now, one of a single event included; without links where it is not there.
func (p *Past) threadNow(id string) (cluster.Thread, error) {
	if id == "" || len(id) > maxID {
		return cluster.Thread{}, nil
	}
	value, err := p.v.get(keyID(tabThread, id))
	if err != nil || value != nil {
		if err == nil {
			return decodeThread(id, value)
		}
		return cluster.Thread{}, err
	}
	l, found, err := p.v.lone(id)
	if err != nil || !found || l.kind != loneThread {
		return cluster.Thread{}, err
	}
	return p.v.Thread(id)
}

// linkKind is the kind of the link by which an event had last come to a thread.
func (p *Past) linkKind(thread, event string) (string, error) {
	list, err := p.v.seqs(thread)
	if err != nil {
		return "", err
	}
	n, _ := slices.BinarySearch(list, p.seq+1)
	for _, seq := range slices.Backward(list[:n]) {
		e, err := p.v.Entry(seq)
		if err != nil {
			return "", err
		}
		if kind := linkOf(&e.Change, event); kind != "" {
			return kind, nil
		}
	}
	return "founding", nil // what went without saying
}

// threadAs makes a thread of those links whose events were there, in time order after the founding one.
func (p *Past) threadAs(id string, links []cluster.Link) (cluster.Thread, bool, error) {
	t := cluster.Thread{ID: id}
	first := make(map[string]time.Time)
	for _, l := range links {
		there, err := p.there(l.Event)
		if err != nil {
			return t, false, err
		}
		if !there {
			continue
		}
		h, err := p.head(l.Event)
		if err != nil {
			return t, false, err
		}
		if len(t.Links) == 0 || h.First.Before(t.First) {
			t.First = h.First
		}
		if len(t.Links) == 0 || h.Last.After(t.Last) {
			t.Last = h.Last
		}
		first[l.Event] = h.First
		t.Links = append(t.Links, l)
	}
	slices.SortStableFunc(t.Links, func(a, b cluster.Link) int {
		if af, bf := a.Kind == "founding", b.Kind == "founding"; af != bf {
			if af {
				return -1
			}
			return 1
		}
		return cmp.Or(first[a.Event].Compare(first[b.Event]), strings.Compare(a.Event, b.Event))
	})
	return t, len(t.Links) > 0, nil
}
