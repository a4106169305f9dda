package store

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster"
)

// readClusters reads groups, events and threads, with what follows from them.
func (r *repairer) readClusters() error {
	there := make(map[string]bool)
	err := r.scan(tabGroup, func(key, value []byte, err error) error {
		g, decodeErr := decodeGroup(value)
		if err != nil {
			decodeErr = err
		}
		id := string(key)
		placed := make(map[storyKey]bool)
		for _, k := range r.groups[id] {
			placed[k] = true
		}
		switch {
		case r.broken[tabMeta]:
			there[id], r.inUse[id] = true, true // nothing to compare it with
		case len(placed) < 2:
			r.change(op{key: keyID(tabGroup, id), delete: true})
		default:
			// Else it is made anew from the placements.
			there[id] = decodeErr == nil && sameSet(placed, g.members) && placed[g.representative]
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		if members := r.groups[id]; len(members) > 1 && !there[id] && !r.broken[tabMeta] {
			r.regroup(id, members)
		}
	}
	err = r.scan(tabEvent, func(key, value []byte, err error) error {
		e, decodeErr := decodeEvent(string(key), value)
		if err != nil || decodeErr != nil {
			r.broken[tabEvent] = true
			r.lost("event %s: its record, with names and links to other languages", key)
			return nil
		}
		id := string(key)
		r.inUse[id], r.inUse[e.event.Thread] = true, true
		r.events = append(r.events, &e)
		r.put(keyTimeID(tabEventTime, e.event.Last, id), encodeHead(e.event.First, len(e.members)))
		for i := range e.event.Mentions {
			r.put(keyMention(e.event.Mentions[i].Thread, id), nil)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.scan(tabThread, func(key, value []byte, err error) error {
		t, decodeErr := decodeThread(string(key), value)
		if err != nil || decodeErr != nil {
			r.broken[tabThread] = true
			r.lost("thread %s: its record, with the reasons of its links", key)
			return nil
		}
		r.threads[t.ID], r.inUse[t.ID] = true, true
		r.put(keyTimeID(tabThreadTime, t.Last, t.ID), encodeHead(t.First, len(t.Links)))
		return nil
	})
}

// regroup makes the record of a group from the placements of its stories: the origin represents it.
func (r *repairer) regroup(id string, members []storyKey) {
	g := cluster.Group{ID: id}
	slices.SortFunc(members, func(a, b storyKey) int {
		x, y := &r.stories[a].meta.story, &r.stories[b].meta.story
		if c := bit(x.Precision == cluster.Arrival) - bit(y.Precision == cluster.Arrival); c != 0 {
			return c // the time of an undated story says nothing
		}
		return byTime(x.Published, x.ID, y.Published, y.ID)
	})
	for _, k := range members {
		m := r.stories[k].meta
		g.Members = append(g.Members, m.story.ID)
		if g.Representative == "" && m.placement.Copy.Relation == cluster.Origin {
			g.Representative = m.story.ID
		}
	}
	if g.Representative == "" {
		g.Representative = g.Members[0]
	}
	r.change(op{key: keyID(tabGroup, id), value: encodeGroup(&g)})
}

// lones makes the rows of groups of one story and threads of one event.
func (r *repairer) lones() error {
	for id, members := range r.groups {
		if len(members) == 1 {
			r.put(keyID(tabLone, id), encodeLone(lone{kind: loneGroup, story: members[0]}))
		}
	}
	for _, e := range r.events {
		if id := e.event.Thread; id != "" && !r.threads[id] && !r.broken[tabThread] {
			r.put(keyID(tabLone, id), encodeLone(lone{kind: loneThread, event: e.event.ID}))
		}
	}
	return nil
}

// readOthers reads the tables from which nothing follows but an index, and names what is damaged in them.
func (r *repairer) readOthers() error {
	for _, n := range []struct {
		table  byte
		what   string
		decode func(key, value []byte) error
	}{
		{tabSeries, "series %s: its pattern and founder", func(key, value []byte) error {
			r.inUse[string(key)] = true
			_, err := decodeSeries(string(key), value)
			return err
		}},
		{tabVersion, "a version of a story, under %x, with its text", func(_, value []byte) error {
			row, err := decodeVersion(value)
			if err == nil {
				_, err = r.s.texts.Load().decode(row.text)
			}
			return err
		}},
		{tabSource, "the profile of a source, under %x: it is learned anew", decodable},
		{tabCursor, "the cursor of a source, under %x: what it read is read once more", decodable},
		{tabFeed, "the state of a feed, under %x: it is fetched anew", func(_, value []byte) error {
			_, err := decodeFeed(value)
			return err
		}},
		{tabOverride, "order %x of an editor", func(key, value []byte) error {
			_, err := overrideAt(key, value)
			return err
		}},
		{tabEmbedding, "an embedding, under %x: it is asked for anew", func(_, value []byte) error {
			_, err := decodeEmbedding(value)
			return err
		}},
		{tabReject, "a rejected line, under %x", func(_, value []byte) error {
			_, err := decodeReject(value)
			return err
		}},
		{tabRun, "a run, under %x", func(_, value []byte) error {
			u, err := decodeRun(value)
			if err == nil {
				r.put(keyHash(tabRunIndex, u.ID), encodeIndex(u.Started))
			}
			return err
		}},
	} {
		err := r.scan(n.table, func(key, value []byte, err error) error {
			if err == nil {
				err = n.decode(key, value)
			}
			if err != nil {
				r.broken[n.table] = true
				r.lost(n.what, key)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return r.rejects()
}

func decodable(_, value []byte) error {
	_, _, err := decodeNamed("named bytes", value)
	return err
}

// rejects counts the rejects of runs whose count is missing or less than what is kept.
func (r *repairer) rejects() error {
	kept := make(map[string]int)
	err := r.scan(tabReject, func(key, _ []byte, _ error) error {
		if len(key) == len(storyKey{})+4 {
			kept[string(key[:len(storyKey{})])]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = r.scan(tabRejectCount, func(key, value []byte, err error) error {
		total, decodeErr := decodeTotal(value)
		if err == nil && decodeErr == nil && min(total, MaxRejects) == kept[string(key)] {
			delete(kept, string(key))
		}
		return nil
	})
	for _, run := range slices.Sorted(maps.Keys(kept)) {
		r.change(op{key: append([]byte{tabRejectCount}, run...), value: encodeTotal(kept[run])})
	}
	return err
}

// readRedirects shortens redirects to one step, drops those of ids in use, and lists them by target.
func (r *repairer) readRedirects() error {
	all := make(map[string]*Redirect)
	err := r.scan(tabRedirect, func(key, value []byte, err error) error {
		rd, decodeErr := decodeRedirect(string(key), value)
		if err != nil || decodeErr != nil {
			r.broken[tabRedirect] = true
			r.lost("the redirect of %s", key)
			return nil
		}
		all[rd.From] = &rd
		return nil
	})
	if err != nil {
		return err
	}
	whole := !r.broken[tabMeta] && !r.broken[tabEvent] && !r.broken[tabThread]
	for _, from := range slices.Sorted(maps.Keys(all)) {
		if whole && r.inUse[from] {
			delete(all, from)
			r.change(op{key: keyID(tabRedirect, from), delete: true})
		}
	}
	for _, from := range slices.Sorted(maps.Keys(all)) {
		to, hops := all[from].To, 0
		for ; hops <= len(all) && all[to] != nil && all[to].To != ""; hops++ {
			to = all[to].To
		}
		switch {
		case hops > len(all):
			r.lost("the redirect of %s: it leads in a circle", from)
		case to != all[from].To:
			shorter := *all[from]
			shorter.To = to
			r.change(op{key: keyID(tabRedirect, from), value: encodeRedirect(&shorter)})
			fallthrough
		default:
			if to != "" && whole && !r.inUse[to] && all[to] == nil {
				r.lost("the redirect of %s: %s, where it leads, is not there", from, to)
			}
			r.put(keyRedirectTo(to, from), nil)
			continue
		}
		r.put(keyRedirectTo(all[from].To, from), nil)
	}
	return nil
}

// readJournal makes the index of objects.
func (r *repairer) readJournal() error {
	if c, err := r.v.counts(); err == nil {
		r.last = repairedJournal{complete: c.complete, baseline: c.baseline, counts: c, known: true}
	}
	began := make(map[string]uint64)
	for _, e := range r.events {
		if e.began != 0 {
			began[e.event.ID] = e.began
		}
	}
	seqs := make(map[string][]uint64)
	next := uint64(1)
	err := r.scan(tabJournal, func(key, value []byte, err error) error {
		var list []journaled
		var head pageHead
		if err == nil {
			head, list, err = decodePage(value)
		}
		if err != nil || len(key) != 8 {
			r.broken[tabJournal] = true
			r.lost("a page of the journal, from entry %x: what happened then, and the past of what it was about", key)
			return nil
		}
		first := binary.BigEndian.Uint64(key)
		if first != next && !r.broken[tabJournal] {
			r.broken[tabJournal] = true
			r.lost("the journal from entry %d to %d", next, first-1)
		}
		next = first + uint64(len(list))
		if !r.last.known {
			r.last.counts.Changes, r.last.counts.journaled = next-1, head.at
			if value[0] == codecVersion {
				r.last.complete = next - 1
			}
		}
		for i := range list {
			e, seq := &list[i], first+uint64(i)
			if !r.last.known && e.Reason == ReasonBaseline {
				r.last.baseline = seq
			}
			if e.founder {
				if s := r.stories[e.in[0]]; s != nil && s.meta != nil {
					e.Object = cluster.EventID(s.meta.story.ID)
				}
			}
			if seq > r.last.complete && e.Object != "" && len(e.Object) <= maxID && (!e.founder || began[e.Object] != seq) {
				seqs[e.Object] = append(seqs[e.Object], seq)
			}
		}
		return nil
	})
	if r.broken[tabMeta] || r.broken[tabEvent] || r.broken[tabJournal] {
		r.broken[tabJournalOf] = true // left as it is
		return err
	}
	for id, list := range seqs {
		if seq := began[id]; seq != 0 {
			list = append([]uint64{seq}, list...)
		}
		r.put(keyID(tabJournalOf, id), encodeSeqs(list))
	}
	return err
}
