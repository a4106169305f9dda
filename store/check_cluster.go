package store

import (
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster"
)

// headOf gives the row of a time index as one string: key and value.
func headOf(table byte, t *cluster.Thread, members int) string {
	return string(keyTimeID(table, t.Last, t.ID)) + string(encodeHead(t.First, members))
}

func (c *checker) loadThreads() error {
	return c.scan(tabThread, func(key, value []byte) error {
		id := string(key)
		t, err := decodeThread(id, value)
		if err != nil {
			return err
		}
		c.report.Counts.Threads++
		for _, l := range t.Links {
			c.threads[id] = append(c.threads[id], l.Event)
		}
		if len(t.Links) < 2 {
			c.add(BadThread, "thread %s has %d links", id, len(t.Links))
		}
		return nil
	})
}

func (c *checker) loadLones() error {
	return c.scan(tabLone, func(key, value []byte) error {
		id := string(key)
		l, err := decodeLone(value)
		if err != nil {
			return err
		}
		c.lones[id] = l
		switch l.kind {
		case loneGroup:
			if s := c.story(l.story); s == nil || s.group != id {
				c.add(BadGroup, "group %s names story %x, which is not in it", id, l.story)
			}
			if c.groups[id] != nil {
				c.add(BadGroup, "group %s has both a record and a lone row", id)
			}
		case loneThread:
			if e := c.event(l.event); e == nil || e.thread != id {
				c.add(BadThread, "thread %s names event %s, which is not in it", id, l.event)
			}
			if c.threads[id] != nil {
				c.add(BadThread, "thread %s has both a record and a lone row", id)
			}
		}
		return nil
	})
}

// checkHomes sees to it that what a placement says is what group and event say.
func (c *checker) checkHomes() error {
	inGroups, inEvents := make(map[storyKey]int), make(map[storyKey]int)
	for _, members := range c.groups {
		for _, k := range members {
			inGroups[k]++
		}
	}
	for _, l := range c.lones {
		if l.kind == loneGroup {
			inGroups[l.story]++
		}
	}
	for _, e := range c.events {
		for _, k := range e.members {
			inEvents[k]++
		}
	}
	return c.eachStory(func(k storyKey, s *checkedStory) {
		if !s.meta {
			return
		}
		if want := bit(s.group != ""); inGroups[k] != want {
			c.add(BadGroup, "story %x is in %d groups, not %d", k, inGroups[k], want)
		}
		if want := bit(s.event != ""); inEvents[k] != want {
			c.add(BadEvent, "story %x is in %d events, not %d", k, inEvents[k], want)
		}
	})
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *checker) checkThreads() error {
	linked := make(map[string]int)
	for _, id := range slices.Sorted(maps.Keys(c.threads)) {
		for _, event := range c.threads[id] {
			linked[event]++
			if e := c.event(event); e == nil || e.thread != id {
				c.add(BadThread, "thread %s names event %s, which is not in it", id, event)
			}
		}
	}
	for _, l := range c.lones {
		if l.kind == loneThread {
			linked[l.event]++
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.events)) {
		if want := bit(c.events[id].thread != ""); linked[id] != want {
			c.add(BadThread, "event %s is in %d threads, not %d", id, linked[id], want)
		}
	}
	return c.ctx.Err()
}

// checkTimes compares the time indexes with the records.
func (c *checker) checkTimes() error {
	want := make(map[string]string, len(c.events)+len(c.threads))
	for id, e := range c.events {
		want[e.head] = id
	}
	err := c.scan(tabThread, func(key, value []byte) error {
		t, err := decodeThread(string(key), value)
		if err != nil {
			return nil // reported before
		}
		want[headOf(tabThreadTime, &t, len(t.Links))] = t.ID
		return nil
	})
	if err != nil {
		return err
	}
	for _, table := range []byte{tabEventTime, tabThreadTime} {
		err := c.scan(table, func(key, value []byte) error {
			row := string(table) + string(key) + string(value)
			if _, ok := want[row]; !ok {
				c.add(BadIndex, "table %c, key %x has no record that says so", table, key)
			}
			delete(want, row)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Values(want)) {
		c.add(BadIndex, "%s is not in the time index", id)
	}
	return nil
}

// checkMentions compares the table of mentions with the records of the events.
func (c *checker) checkMentions() error {
	err := c.scan(tabMention, func(key, _ []byte) error {
		if _, ok := c.mentions[string(key)]; !ok {
			c.add(BadIndex, "table %c, key %x has no event that says so", tabMention, key)
		}
		delete(c.mentions, string(key))
		return nil
	})
	for _, key := range slices.Sorted(maps.Keys(c.mentions)) {
		c.add(BadIndex, "what event %s mentions is not in the table of mentions", c.mentions[key])
	}
	return err
}

func (c *checker) inUse(id string) bool {
	_, alone := c.lones[id]
	_, recurs := c.series[id]
	return alone || recurs || c.groups[id] != nil || c.events[id] != nil || c.threads[id] != nil || c.part != nil && c.part.inUse(id)
}

func (c *checker) checkRedirects() error {
	to := make(map[string]string)
	err := c.scan(tabRedirect, func(key, value []byte) error {
		r, err := decodeRedirect(string(key), value)
		if err != nil {
			return err
		}
		c.report.Counts.Redirects++
		to[r.From] = r.To
		return nil
	})
	if err != nil {
		return err
	}
	back := make(map[string]bool, len(to))
	err = c.scan(tabRedirectTo, func(key, _ []byte) error {
		if len(key) < 1 || len(key) < 1+int(key[0]) {
			return corrupt("%d bytes of key", len(key))
		}
		target, from := string(key[1:1+int(key[0])]), string(key[1+int(key[0]):])
		back[from] = true
		if at, ok := to[from]; !ok || at != target {
			c.add(BadRedirect, "%s is listed as redirected to %s and is not", from, target)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, from := range slices.Sorted(maps.Keys(to)) {
		target := to[from]
		if !back[from] {
			c.add(BadRedirect, "%s is missing in the list of what was redirected to %s", from, target)
		}
		if c.inUse(from) {
			c.add(BadRedirect, "%s is redirected and in use", from)
		}
		if target == "" || c.inUse(target) {
			continue
		}
		if next, ok := c.redirected(to, target); !ok {
			c.add(BadRedirect, "%s is redirected to %s, which does not exist", from, target)
		} else if next != "" {
			c.add(BadRedirect, "%s is redirected to %s, which is redirected itself", from, target)
		}
	}
	return c.ctx.Err()
}

func (c *checker) checkRuns() error {
	at := make(map[storyKey]string)
	err := c.scan(tabRun, func(key, value []byte) error {
		r, err := decodeRun(value)
		if err != nil {
			return err
		}
		c.report.Counts.Runs++
		at[keyOf(r.ID)] = r.ID
		if string(key) != string(keyRun(r.Started, r.ID)[1:]) {
			c.add(BadRun, "run %s is stored under another start", r.ID)
			return nil
		}
		value, err = c.v.get(keyHash(tabRunIndex, r.ID))
		if err == nil && string(value) != string(key[:timeWidth]) {
			c.add(BadRun, "run %s is not in its index", r.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.scan(tabRunIndex, func(key, _ []byte) error {
		if len(key) != len(storyKey{}) {
			return corrupt("%d bytes of key", len(key))
		}
		if _, ok := at[storyKey(key)]; !ok {
			c.add(BadRun, "index row %x has no run", key)
		}
		return nil
	})
}

func (c *checker) checkRejects() error {
	kept := make(map[storyKey]int)
	err := c.scan(tabReject, func(key, value []byte) error {
		if len(key) != len(storyKey{})+4 {
			return corrupt("%d bytes of key", len(key))
		}
		kept[storyKey(key[:len(storyKey{})])]++
		_, err := decodeReject(value)
		return err
	})
	if err != nil {
		return err
	}
	err = c.scan(tabRejectCount, func(key, value []byte) error {
		if len(key) != len(storyKey{}) {
			return corrupt("%d bytes of key", len(key))
		}
		total, err := decodeTotal(value)
		if err != nil {
			return err
		}
		k := storyKey(key)
		if want := min(total, MaxRejects); kept[k] != want {
			c.add(BadRun, "%d rejects are kept of run %x, not %d", kept[k], key, want)
		}
		delete(kept, k)
		return nil
	})
	if len(kept) > 0 {
		c.add(BadRun, "rejects of %d runs are not counted", len(kept))
	}
	return err
}

// checkNamed decodes cursors and source profiles; what is in them is for their owners to judge.
func (c *checker) checkNamed() error {
	for _, n := range []struct {
		table byte
		count *int
	}{{tabCursor, &c.report.Counts.Cursors}, {tabSource, &c.report.Counts.Sources}} {
		err := c.scan(n.table, func(key, value []byte) error {
			name, _, err := decodeNamed("named bytes", value)
			if err != nil {
				return err
			}
			*n.count++
			if string(key) != string(keyHash(n.table, name)[1:]) {
				c.add(BadCursor, "%q is stored under another name", name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) checkRedo() error {
	for _, table := range []byte{tabRedo, tabRedoChunk} {
		err := c.scan(table, func(key, _ []byte) error {
			c.add(BadRedo, "table %c, key %x", table, key)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) checkCounts() error {
	kept, err := c.v.counts()
	if err != nil {
		c.add(BadCounts, "%v", err)
		return nil
	}
	if c.part != nil {
		return nil // of what
	}
	for _, n := range []struct {
		what       string
		kept, seen any
	}{
		{"stories", kept.Stories, c.report.Counts.Stories},
		{"expired stories", kept.Expired, c.report.Counts.Expired},
		{"versions", kept.Versions, c.report.Counts.Versions},
		{"waiting stories", kept.Waiting, c.report.Counts.Waiting},
		{"groups", kept.Groups, c.report.Counts.Groups},
		{"events", kept.Events, c.report.Counts.Events},
		{"threads", kept.Threads, c.report.Counts.Threads},
		{"redirects", kept.Redirects, c.report.Counts.Redirects},
		{"sources", kept.Sources, c.report.Counts.Sources},
		{"cursors", kept.Cursors, c.report.Counts.Cursors},
		{"runs", kept.Runs, c.report.Counts.Runs},
		{"changes", kept.Changes, c.report.Counts.Changes},
		{"bytes of text", kept.TextBytes, c.report.Counts.TextBytes},
	} {
		if n.kept != n.seen {
			c.add(BadCounts, "%v %s were counted, %v are there", n.kept, n.what, n.seen)
		}
	}
	return nil
}
