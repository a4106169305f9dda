package store

import "bytes"

// take picks a row that was walked over and what has to agree with it. The rows of a story beside its record are picked
// with that: they are walked over as well, so that those which have none are found.
func (p *part) take(key []byte) error {
	rest := key[1:]
	switch key[0] {
	case tabMeta:
		if at, err := decodePlace(rest); err == nil {
			return p.story(at)
		}
	case tabIndex:
		return p.index(key)
	case tabFeatures, tabText, tabWaiting:
		if at, err := decodePlace(rest); err == nil && p.has(keyPlace(tabMeta, at)) {
			return nil
		}
	case tabVersion:
		if at, ok := p.placeOf(rest); ok && p.has(keyPlace(tabMeta, at)) {
			return nil
		}
	case tabBringer:
		if at, ok := p.placeOf(rest); ok && p.has(keyPlace(tabMeta, at)) {
			return nil
		}
		p.bringer(key)
	case tabBrought:
		if p.isBrought(key) {
			return nil
		}
	case tabGroup, tabLone, tabThread, tabEvent, tabJournalOf:
		p.object(string(rest))
	case tabEventTime, tabThreadTime:
		if len(rest) > timeWidth {
			p.object(string(rest[timeWidth:]))
		}
	case tabMention:
		if len(rest) > 0 && len(rest) > 1+int(rest[0]) {
			p.event(string(rest[1+int(rest[0]):]))
		}
	case tabSeries:
		return p.series(string(rest))
	case tabEdition:
		if id, _, err := decodeEdition(rest); err == nil {
			p.pick(keyID(tabSeries, id))
		}
	case tabRedirect:
		if value, ok := p.value(key); ok {
			if r, err := decodeRedirect(string(rest), value); err == nil {
				p.pick(keyRedirectTo(r.To, r.From))
			}
		}
	case tabRedirectTo:
		if len(rest) > 0 && len(rest) >= 1+int(rest[0]) {
			p.pick(keyID(tabRedirect, string(rest[1+int(rest[0]):])))
		}
	case tabRun:
		if value, ok := p.value(key); ok {
			if r, err := decodeRun(value); err == nil {
				p.pick(keyHash(tabRunIndex, r.ID))
			}
		}
	case tabRunIndex:
		if value, ok := p.value(key); ok && len(rest) == len(storyKey{}) {
			p.pick(append(append([]byte{tabRun}, value...), rest...))
		}
	case tabReject, tabRejectCount:
		if len(rest) >= len(storyKey{}) {
			return p.rejects(storyKey(rest[:len(storyKey{})]))
		}
	}
	p.pick(key)
	return nil
}

func (p *part) has(key []byte) bool {
	value, err := getRaw(p.v.txn, key)
	return err == nil && value != nil
}

// placeOf looks up where the story is that a key begins with.
func (p *part) placeOf(key []byte) (place, bool) {
	if len(key) < len(storyKey{}) {
		return place{}, false
	}
	k := storyKey(key[:len(storyKey{})])
	value, ok := p.value(keyStory(tabIndex, k))
	if !ok {
		return place{}, false
	}
	at, err := decodeIndex(k, value)
	return at, err == nil
}

// index picks an index row that leads to no record.
func (p *part) index(key []byte) error {
	at, ok := p.placeOf(key[1:])
	switch {
	case !ok:
		p.pick(key)
	case !p.has(keyPlace(tabMeta, at)):
		return p.story(at)
	}
	return nil
}

// story picks the rows of a story, with its group, event, thread and series.
func (p *part) story(at place) error {
	for _, table := range []byte{tabMeta, tabFeatures, tabText, tabWaiting} {
		p.pick(keyPlace(table, at))
	}
	k := at.story()
	p.pick(keyStory(tabIndex, k))
	if err := p.pickAll(keyStory(tabVersion, k)); err != nil {
		return err
	}
	if err := p.each(keyStory(tabBringer, k), p.bringer); err != nil {
		return err
	}
	value, ok := p.value(keyPlace(tabMeta, at))
	if !ok {
		return nil
	}
	m, err := decodeMeta(value)
	if err != nil {
		return nil // the check says so
	}
	p.group(m.placement.Group)
	p.event(m.placement.Event)
	if id := m.placement.Series; id != "" {
		p.pick(keyID(tabSeries, id))
		p.pick(keyEdition(id, at))
	}
	return nil
}

// bringer picks what a feed brought, with its index.
func (p *part) bringer(key []byte) bool {
	p.pick(key)
	if index := p.broughtOf(key); index != nil {
		p.pick(index)
	}
	return true
}

// broughtOf is the key of the index of what a feed brought; nil where that is not there or damaged.
func (p *part) broughtOf(key []byte) []byte {
	value, ok := p.value(key)
	if !ok || len(key) != 1+len(storyKey{})+len(FeedKey{}) {
		return nil
	}
	at, err := decodeBringer(value)
	if err != nil {
		return nil
	}
	story := storyKey(key[1:])
	return keyBrought(FeedKey(key[1+len(story):]), at, story)
}

// isBrought tells whether a row of that index has what it stands for, with which it is picked.
func (p *part) isBrought(key []byte) bool {
	rest := key[1:]
	if len(rest) != len(FeedKey{})+timeWidth+len(storyKey{}) {
		return false
	}
	story := storyKey(rest[len(FeedKey{})+timeWidth:])
	return bytes.Equal(key, p.broughtOf(keyBringer(story, FeedKey(rest))))
}

// object picks whatever has an id.
func (p *part) object(id string) {
	p.group(id)
	p.event(id)
	p.thread(id)
}

func (p *part) group(id string) {
	if id == "" {
		return
	}
	p.pick(keyID(tabGroup, id))
	p.pick(keyID(tabLone, id))
	p.pick(keyID(tabJournalOf, id))
}

func (p *part) event(id string) {
	if id == "" || !p.pick(keyID(tabEvent, id)) {
		return
	}
	p.pick(keyID(tabJournalOf, id))
	e, ok := p.eventRow(id)
	if !ok {
		return
	}
	p.pick(keyTimeID(tabEventTime, e.event.Last, id))
	for i := range e.event.Mentions {
		p.pick(keyMention(e.event.Mentions[i].Thread, id))
	}
	p.thread(e.event.Thread)
}

func (p *part) thread(id string) {
	if id == "" || !p.pick(keyID(tabThread, id)) {
		return
	}
	p.pick(keyID(tabLone, id))
	p.pick(keyID(tabJournalOf, id))
	value, ok := p.value(keyID(tabThread, id))
	if !ok {
		return
	}
	if t, err := decodeThread(id, value); err == nil {
		p.pick(keyTimeID(tabThreadTime, t.Last, id))
	}
}

// series picks a series with one of its editions: the others are checked with their stories.
func (p *part) series(id string) error {
	p.pick(keyID(tabSeries, id))
	return p.each(prefixEditions(id), func(key []byte) bool {
		p.pick(key)
		return false
	})
}

// rejects picks all that is kept of a run's rejects.
func (p *part) rejects(run storyKey) error {
	if !p.pick(keyStory(tabRejectCount, run)) {
		return nil
	}
	return p.pickAll(keyStory(tabReject, run))
}
