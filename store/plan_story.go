package store

import (
	"bytes"

	"github.com/samestory/samestory/cluster"
)

// supersedes is cluster.Supersedes for stories whose content hashes are known.
func supersedes(a *cluster.Story, aContent [16]byte, b *cluster.Story, bContent [16]byte) bool {
	at, bt := a.Published, b.Published
	if a.Updated.After(at) {
		at = a.Updated
	}
	if b.Updated.After(bt) {
		bt = b.Updated
	}
	if c := at.Compare(bt); c != 0 {
		return c > 0
	}
	return bytes.Compare(aContent[:], bContent[:]) > 0
}

// load reads the meta row of a story; found is false for a story that is not there.
func (p *planner) load(k storyKey) (m meta, at place, found bool, err error) {
	value, err := p.get(keyStory(tabIndex, k))
	if err != nil || value == nil {
		return meta{}, place{}, false, err
	}
	if at, err = decodeIndex(k, value); err != nil {
		return meta{}, place{}, false, err
	}
	value, err = p.get(keyPlace(tabMeta, at))
	if err != nil {
		return meta{}, place{}, false, err
	}
	if value == nil {
		return meta{}, place{}, false, corrupt("story %x has an index row and no record", k)
	}
	m, err = decodeMeta(value)
	return m, at, err == nil, err
}

// stories stores new stories and new versions with their placements.
func (p *planner) stories(packed []packedStory) error {
	for i := range p.delta.Stories {
		if err := p.story(&p.delta.Stories[i], &packed[i]); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) story(c *cluster.StoryChange, packed *packedStory) error {
	id := c.Story.ID
	if id == "" {
		return invalid("a story has no id")
	}
	if c.Placement.Story != id {
		return invalid("the placement of story %s is of story %q", id, c.Placement.Story)
	}
	k := keyOf(id)
	old, at, found, err := p.load(k)
	if err != nil {
		return err
	}
	if found && old.story.ID != id {
		return invalid("stories %s and %s have the same key", id, old.story.ID)
	}
	if old.expired {
		return invalid("story %s has expired and comes again", id)
	}
	fresh := meta{
		story: c.Story, content: packed.content, words: packed.words, size: len(c.Story.Text), versions: 1,
		placement: old.placement,
	}
	fresh.story.Text = ""
	switch {
	case !found:
		p.counts.Stories++
		p.counts.TextBytes += int64(fresh.size)
		return p.current(fresh, place{}, c, packed)
	case old.content == packed.content:
		if c.Features != nil {
			p.put(keyPlace(tabFeatures, at), appendFeatures(nil, c.Features))
		}
		return p.home(old, at, c.Placement)
	}
	known, err := p.has(keyVersion(k, packed.content))
	if err != nil {
		return err
	}
	if known {
		return p.home(old, at, c.Placement)
	}
	p.counts.Versions++
	p.counts.TextBytes += int64(fresh.size)
	fresh.versions = old.versions + 1
	if !supersedes(&c.Story, packed.content, &old.story, old.content) {
		p.put(keyVersion(k, packed.content), appendVersion(nil, &version{
			story: fresh.story, content: packed.content, words: packed.words, text: packed.text,
		}))
		old.versions++
		return p.home(old, at, c.Placement)
	}
	text, err := p.get(keyPlace(tabText, at))
	if err != nil {
		return err
	}
	p.put(keyVersion(k, old.content), appendVersion(nil, &version{
		story: old.story, content: old.content, words: old.words, text: text,
	}))
	return p.current(fresh, at, c, packed)
}

// current stores the current version of a story; was is where the rows of the one before it are, zero for none.
func (p *planner) current(m meta, was place, c *cluster.StoryChange, packed *packedStory) error {
	k := keyOf(m.story.ID)
	at := placeOf(m.story.Published, k)
	if was != (place{}) && was != at {
		for _, table := range []byte{tabMeta, tabFeatures, tabText} {
			p.delete(keyPlace(table, was))
		}
		if id := m.placement.Series; id != "" {
			p.delete(keyEdition(id, was))
			p.recurring(id).lost = true
		}
		if m.placement.Event == "" {
			p.delete(keyPlace(tabWaiting, was))
			p.put(keyPlace(tabWaiting, at), nil)
		}
	}
	p.put(keyStory(tabIndex, k), encodeIndex(m.story.Published))
	p.put(keyPlace(tabFeatures, at), appendFeatures(nil, c.Features))
	p.put(keyPlace(tabText, at), packed.text)
	if was == (place{}) && c.Placement.Event == "" {
		p.counts.Waiting++
		p.put(keyPlace(tabWaiting, at), nil)
	}
	return p.homeOf(m, at, c.Placement, was == (place{}))
}

// reread stores the new features of stories of earlier batches.
func (p *planner) reread() error {
	for i := range p.delta.Reread {
		f := &p.delta.Reread[i]
		m, at, found, err := p.load(keyOf(f.Story))
		if err != nil {
			return err
		}
		if !found || m.expired {
			return invalid("features are of story %q, which is not in the store or has expired", f.Story)
		}
		p.put(keyPlace(tabFeatures, at), appendFeatures(nil, f.Features))
	}
	return nil
}

// moved stores the new placements of stories of earlier batches.
func (p *planner) moved() error {
	for i := range p.delta.Moved {
		to := p.delta.Moved[i]
		m, at, found, err := p.load(keyOf(to.Story))
		if err != nil {
			return err
		}
		if !found {
			return invalid("a placement is of story %q, which is not in the store", to.Story)
		}
		if m.expired {
			return invalid("a placement is of story %s, which has expired", to.Story)
		}
		if err := p.home(m, at, to); err != nil {
			return err
		}
	}
	return nil
}

// home gives a stored story its new placement and writes its meta row.
func (p *planner) home(m meta, at place, to cluster.Placement) error {
	return p.homeOf(m, at, to, false)
}

func (p *planner) homeOf(m meta, at place, to cluster.Placement, fresh bool) error {
	if len(to.Group) > maxID {
		return checkID("group of story "+to.Story, to.Group)
	}
	if len(to.Event) > maxID {
		return checkID("event of story "+to.Story, to.Event)
	}
	if len(to.Series) > maxID {
		return checkID("series of story "+to.Story, to.Series)
	}
	k, was := at.story(), m.placement
	p.edition(at, was.Series, to.Series)
	if was.Group != "" && was.Group != to.Group {
		p.left = append(p.left, left{kind: tabGroup, id: was.Group, story: k})
	}
	if was.Event != "" && was.Event != to.Event {
		p.left = append(p.left, left{kind: tabEvent, id: was.Event, story: k})
	}
	if !fresh && (was.Event == "") != (to.Event == "") {
		if to.Event == "" {
			p.counts.Waiting++
			p.put(keyPlace(tabWaiting, at), nil)
		} else {
			p.counts.Waiting--
			p.delete(keyPlace(tabWaiting, at))
		}
	}
	m.placement = to
	p.put(keyPlace(tabMeta, at), appendMeta(nil, &m))
	now := placed{key: k, published: m.story.Published, lang: m.story.Lang, Placement: to}
	if i, again := p.placedAt[k]; again {
		p.placed[i] = now
	} else {
		p.placedAt[k] = len(p.placed)
		p.placed = append(p.placed, now)
	}
	return nil
}
