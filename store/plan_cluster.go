package store

import (
	"slices"

	"github.com/samestory/samestory/cluster"
)

// members checks that every story a record names is in the store, this batch included.
func (p *planner) members(what, id string, ids []string, representative string) error {
	for _, story := range ids {
		ok, err := p.has(keyStory(tabIndex, keyOf(story)))
		if err != nil {
			return err
		}
		if !ok {
			return invalid("%s %s names story %q, which is not in the store", what, id, story)
		}
		if err := p.unexpired(what, id, story); err != nil {
			return err
		}
	}
	if len(ids) > 0 && !slices.Contains(ids, representative) {
		return invalid("%s %s is represented by %q, which is not a member", what, id, representative)
	}
	return nil
}

// unexpired refuses a record with a story that has expired: an engine that knows it has been told too much.
func (p *planner) unexpired(what, id, story string) error {
	k := keyOf(story)
	if _, placed := p.placedAt[k]; placed || p.counts.Expired == 0 {
		return nil
	}
	m, _, err := p.metaOf(k)
	if err == nil && m.expired {
		err = invalid("%s %s is to change and has story %q, which has expired", what, id, story)
	}
	return err
}

// groups stores the changed groups. One that has shrunk to a single story is kept as a lone id.
func (p *planner) groups() error {
	for i := range p.delta.Groups {
		g := &p.delta.Groups[i]
		if err := p.members("group", g.ID, g.Members, g.Representative); err != nil {
			return err
		}
		if len(g.Members) < 2 {
			if err := p.dropGroup(g.ID); err != nil {
				return err
			}
			if len(g.Members) == 0 {
				p.end(g.ID, "")
				continue
			}
			if err := p.alone(g.ID, lone{kind: loneGroup, story: keyOf(g.Members[0])}); err != nil {
				return err
			}
			continue
		}
		existed, err := p.has(keyID(tabGroup, g.ID))
		if err != nil {
			return err
		}
		if !existed {
			p.counts.Groups++
			if err := p.arrive(g.ID); err != nil {
				return err
			}
		}
		p.put(keyID(tabGroup, g.ID), encodeGroup(g))
	}
	return nil
}

func (p *planner) dropGroup(id string) error {
	existed, err := p.has(keyID(tabGroup, id))
	if err != nil || !existed {
		return err
	}
	p.counts.Groups--
	p.delete(keyID(tabGroup, id))
	return nil
}

// threads stores the changed threads. One that has shrunk to a single event is kept as a lone id.
func (p *planner) threads() error {
	for i := range p.delta.Threads {
		t := &p.delta.Threads[i]
		existed, err := p.dropThread(t.ID)
		if err != nil {
			return err
		}
		if len(t.Links) < 2 {
			if len(t.Links) == 0 {
				p.end(t.ID, "")
				continue
			}
			if err := p.alone(t.ID, lone{kind: loneThread, event: t.Links[0].Event}); err != nil {
				return err
			}
			continue
		}
		if !existed {
			if err := p.arrive(t.ID); err != nil {
				return err
			}
		}
		p.counts.Threads++
		p.counts.longestThread = max(p.counts.longestThread, t.Last.Unix()-t.First.Unix())
		p.put(keyID(tabThread, t.ID), encodeThread(t))
		p.put(keyTimeID(tabThreadTime, t.Last, t.ID), encodeHead(t.First, len(t.Links)))
	}
	return nil
}

func (p *planner) dropThread(id string) (existed bool, err error) {
	value, err := p.get(keyID(tabThread, id))
	if err != nil || value == nil {
		return false, err
	}
	old, err := decodeThread(id, value)
	if err != nil {
		return false, err
	}
	p.counts.Threads--
	p.delete(keyID(tabThread, id))
	p.delete(keyTimeID(tabThreadTime, old.Last, id))
	return true, nil
}

// events stores the changed events.
func (p *planner) events() error {
	for i := range p.delta.Events {
		e := &p.delta.Events[i]
		if err := p.members("event", e.ID, e.Members, e.Representative); err != nil {
			return err
		}
		if len(e.Members) == 0 {
			if _, err := p.dropEvent(e.ID); err != nil {
				return err
			}
			p.end(e.ID, "")
			continue
		}
		if err := p.event(e); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) event(e *cluster.Event) error {
	existed, err := p.dropEvent(e.ID)
	if err != nil {
		return err
	}
	if !existed {
		if err := p.arrive(e.ID); err != nil {
			return err
		}
	}
	p.counts.Events++
	p.counts.longestEvent = max(p.counts.longestEvent, e.Last.Unix()-e.First.Unix())
	p.put(keyID(tabEvent, e.ID), encodeEvent(e))
	p.put(keyTimeID(tabEventTime, e.Last, e.ID), encodeHead(e.First, len(e.Members)))
	for _, m := range e.Mentions {
		if err := checkID("thread that event "+e.ID+" mentions", m.Thread); err != nil {
			return err
		}
		p.put(keyMention(m.Thread, e.ID), nil)
	}
	p.homeless = append(p.homeless, e.ID)
	return nil
}

func (p *planner) loadEvent(id string) (row eventRow, found bool, err error) {
	value, err := p.get(keyID(tabEvent, id))
	if err != nil || value == nil {
		return eventRow{}, false, err
	}
	row, err = decodeEvent(id, value)
	return row, err == nil, err
}

func (p *planner) dropEvent(id string) (existed bool, err error) {
	old, found, err := p.loadEvent(id)
	if err != nil || !found {
		return false, err
	}
	p.counts.Events--
	p.delete(keyID(tabEvent, id))
	p.delete(keyTimeID(tabEventTime, old.event.Last, id))
	for _, m := range old.event.Mentions {
		p.delete(keyMention(m.Thread, id))
	}
	if old.event.Thread != "" {
		p.left = append(p.left, left{kind: tabThread, id: old.event.Thread, event: id})
	}
	return true, nil
}

// alone writes the row of a lone id.
func (p *planner) alone(id string, l lone) error {
	existed, err := p.has(keyID(tabLone, id))
	if err != nil {
		return err
	}
	p.put(keyID(tabLone, id), encodeLone(l))
	if existed {
		return nil
	}
	return p.revive(id)
}

// arrive makes room for a record of an id that had none: it may have been a lone id, or have ended.
func (p *planner) arrive(id string) error {
	existed, err := p.has(keyID(tabLone, id))
	if err != nil {
		return err
	}
	if existed {
		p.delete(keyID(tabLone, id))
		return nil
	}
	return p.revive(id)
}

// homes sees to it that the group and the event of every placed story can be read: a story alone in its group gets a
// lone id, and an event that came without a record gets one of one member.
func (p *planner) homes() error {
	for i := range p.placed {
		at := &p.placed[i]
		if id := at.Group; id != "" {
			has, err := p.has(keyID(tabGroup, id))
			if err != nil {
				return err
			}
			if !has {
				if err := p.alone(id, lone{kind: loneGroup, story: at.key}); err != nil {
					return err
				}
			}
		}
		if id := at.Event; id != "" {
			has, err := p.has(keyID(tabEvent, id))
			if err != nil {
				return err
			}
			if !has {
				if err := p.event(&cluster.Event{
					ID: id, Representative: at.Story, Members: []string{at.Story}, First: at.published,
					Last: at.published, Lang: at.lang, Cohesion: 1,
				}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// links sees to it that the thread of every written event can be read, and that threads name only events.
func (p *planner) links() error {
	for _, id := range p.homeless {
		row, found, err := p.loadEvent(id)
		if err != nil {
			return err
		}
		if !found || row.event.Thread == "" {
			continue
		}
		has, err := p.has(keyID(tabThread, row.event.Thread))
		if err != nil {
			return err
		}
		if !has {
			if err := p.alone(row.event.Thread, lone{kind: loneThread, event: id}); err != nil {
				return err
			}
		}
	}
	for i := range p.delta.Threads {
		for _, l := range p.delta.Threads[i].Links {
			has, err := p.has(keyID(tabEvent, l.Event))
			if err != nil {
				return err
			}
			if !has {
				return invalid("thread %s names event %q, which is not in the store", p.delta.Threads[i].ID, l.Event)
			}
		}
	}
	return nil
}
