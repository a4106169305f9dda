package store

import "github.com/samestory/samestory/cluster"

func (c *checker) checkIndex() error {
	return c.scan(tabIndex, func(key, value []byte) error {
		if len(key) != len(storyKey{}) {
			return corrupt("%d bytes of key", len(key))
		}
		at, err := decodeIndex(storyKey(key), value)
		if err != nil {
			return err
		}
		c.stories[at.story()] = &checkedStory{at: at}
		c.order = append(c.order, at.story())
		c.report.Counts.Stories++
		return nil
	})
}

// at finds the story that a row keyed by place belongs to; nil is a finding.
func (c *checker) at(what string, key []byte) (*checkedStory, error) {
	at, err := decodePlace(key)
	if err != nil {
		return nil, err
	}
	s := c.story(at.story())
	if s == nil || s.at != at {
		c.add(BadStory, "%s row at %x belongs to no story", what, key)
		return nil, nil
	}
	return s, nil
}

func (c *checker) checkMeta() error {
	err := c.scan(tabMeta, func(key, value []byte) error {
		s, err := c.at("meta", key)
		if s == nil {
			return err
		}
		m, err := decodeMeta(value)
		if err != nil {
			return err
		}
		s.take(&m)
		if m.expired {
			c.report.Counts.Expired++
			if m.placement.Event == "" {
				c.add(BadStory, "story %s has expired and waits", m.story.ID)
			}
		}
		if keyOf(m.story.ID) != s.at.story() || placeOf(m.story.Published, s.at.story()) != s.at {
			c.add(BadStory, "story %s is stored under the key of another", m.story.ID)
		}
		if s.event == "" {
			c.report.Counts.Waiting++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if !s.meta {
			c.add(BadStory, "story %x has no meta row", k)
		}
	})
}

// take notes what the meta row says.
func (s *checkedStory) take(m *meta) {
	s.meta, s.expired, s.series = true, m.expired, m.placement.Series
	s.group, s.event, s.versions, s.size = m.placement.Group, m.placement.Event, m.versions, m.size
}

// eachStory visits the stories in the order of their keys.
func (c *checker) eachStory(each func(storyKey, *checkedStory)) error {
	for _, k := range c.order {
		each(k, c.stories[k])
	}
	return c.ctx.Err()
}

func (c *checker) checkFeatures() error {
	err := c.scan(tabFeatures, func(key, value []byte) error {
		s, err := c.at("features", key)
		if s == nil {
			return err
		}
		s.features = true
		if s.expired {
			c.add(BadStory, "story %x has expired and has a features row", s.at.story())
		}
		_, err = decodeFeatures(value)
		return err
	})
	if err != nil {
		return err
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if !s.features && !s.expired {
			c.add(BadStory, "story %x has no features row", k)
		}
	})
}

func (c *checker) checkTexts() error {
	err := c.scan(tabText, func(key, value []byte) error {
		s, err := c.at("text", key)
		if s == nil {
			return err
		}
		s.text = true
		if s.expired {
			c.add(BadStory, "story %x has expired and has a text row", s.at.story())
		}
		text, err := c.v.s.texts.Load().decode(value)
		if err != nil {
			return err
		}
		c.report.Texts++
		c.report.Counts.TextBytes += int64(len(text))
		if !s.meta {
			return nil
		}
		metaRow, err := c.v.get(keyPlace(tabMeta, s.at))
		if err != nil {
			return err
		}
		m, err := decodeMeta(metaRow)
		if err != nil {
			return err
		}
		m.story.Text = text
		if m.story.ContentHash() != m.content || len(text) != m.size {
			c.add(BadStory, "story %s has another text than its record says", m.story.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if !s.text && !s.expired {
			c.add(BadStory, "story %x has no text row", k)
		}
	})
}

func (c *checker) checkVersions() error {
	err := c.scan(tabVersion, func(key, value []byte) error {
		if len(key) != len(storyKey{})+len(version{}.content) {
			return corrupt("%d bytes of key", len(key))
		}
		row, err := decodeVersion(value)
		if err != nil {
			return err
		}
		text, err := c.v.s.texts.Load().decode(row.text)
		if err != nil {
			return err
		}
		c.report.Texts++
		c.report.Counts.Versions++
		c.report.Counts.TextBytes += int64(len(text))
		whole := row.story
		whole.Text = text
		if whole.ContentHash() != row.content || string(row.content[:]) != string(key[len(storyKey{}):]) {
			c.add(BadVersion, "a version of story %s has another text than its record says", row.story.ID)
		}
		s := c.story(storyKey(key[:len(storyKey{})]))
		if s == nil || keyOf(row.story.ID) != s.at.story() {
			c.add(BadVersion, "a version of story %s belongs to no story", row.story.ID)
			return nil
		}
		s.kept++
		return c.checkOlder(s, &row)
	})
	if err != nil {
		return err
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if s.expired && s.kept > 0 {
			c.add(BadVersion, "story %x has expired and has %d older versions", k, s.kept)
		}
		if s.meta && !s.expired && s.versions != s.kept+1 {
			c.add(BadVersion, "story %x has %d versions, not %d", k, s.kept+1, s.versions)
		}
	})
}

// checkOlder sees to it that the current version is the latest.
func (c *checker) checkOlder(s *checkedStory, row *version) error {
	value, err := c.v.get(keyPlace(tabMeta, s.at))
	if err != nil || value == nil {
		return err
	}
	m, err := decodeMeta(value)
	if err != nil {
		return err
	}
	if !supersedes(&m.story, m.content, &row.story, row.content) {
		c.add(BadVersion, "story %s has a later version than its current one", m.story.ID)
	}
	return nil
}

func (c *checker) checkWaiting() error {
	err := c.scan(tabWaiting, func(key, _ []byte) error {
		s, err := c.at("waiting", key)
		if s == nil {
			return err
		}
		s.waiting = true
		if s.event != "" {
			c.add(BadWaiting, "story %x waits and is in event %s", s.at.story(), s.event)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if s.meta && s.event == "" && !s.waiting {
			c.add(BadWaiting, "story %x has no event and does not wait", k)
		}
	})
}

func (c *checker) loadGroups() error {
	return c.scan(tabGroup, func(key, value []byte) error {
		g, err := decodeGroup(value)
		if err != nil {
			return err
		}
		id := string(key)
		c.groups[id] = g.members
		c.report.Counts.Groups++
		if len(g.members) < 2 {
			c.add(BadGroup, "group %s has %d members", id, len(g.members))
		}
		represented := false
		for _, k := range g.members {
			represented = represented || k == g.representative
			if s := c.story(k); s == nil || s.group != id {
				c.add(BadGroup, "group %s names story %x, which is not in it", id, k)
			}
		}
		if !represented {
			c.add(BadGroup, "group %s is represented by a story that is not in it", id)
		}
		return nil
	})
}

func newCheckedEvent(e *eventRow) *checkedEvent {
	return &checkedEvent{
		thread: e.event.Thread, members: e.members, rep: e.representative, began: e.began, head: headOf(tabEventTime, &cluster.Thread{
			ID: e.event.ID, First: e.event.First, Last: e.event.Last,
		}, len(e.members)),
	}
}

func (c *checker) loadEvents() error {
	return c.scan(tabEvent, func(key, value []byte) error {
		id := string(key)
		e, err := decodeEvent(id, value)
		if err != nil {
			return err
		}
		c.report.Counts.Events++
		c.events[id] = newCheckedEvent(&e)
		for i := range e.event.Mentions {
			c.mentions[string(keyMention(e.event.Mentions[i].Thread, id)[1:])] = id
		}
		if len(e.members) == 0 {
			c.add(BadEvent, "event %s has no members", id)
		}
		represented := false
		for _, k := range e.members {
			represented = represented || k == e.representative
			if s := c.story(k); s == nil || s.event != id {
				c.add(BadEvent, "event %s names story %x, which is not in it", id, k)
			}
		}
		if !represented {
			c.add(BadEvent, "event %s is represented by a story that is not in it", id)
		}
		return nil
	})
}
