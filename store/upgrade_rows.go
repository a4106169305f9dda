package store

import (
	"bytes"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/cluster"
)

// upgradeChunk bounds what one transaction of an upgrade writes anew, and upgradeStories the stories whose texts are in
// memory at once.
const (
	upgradeChunk   = 1 << 20 // bytes
	upgradeStories = 256
)

// useFeatures makes ready to make the features of stories anew.
func (u *upgrade) useFeatures() error {
	value, err := u.before([]byte{tabDictionary})
	if err != nil {
		return err
	}
	if u.texts, err = newTexts(value); err != nil {
		return corrupt("%s: dictionary: %v", u.s.dir, err)
	}
	var profiles []cluster.SourceProfile
	err = u.each([]byte{tabSource}, func(key, value []byte) (bool, error) {
		if key[0] != tabSource {
			return false, nil
		}
		name, data, err := decodeNamed("source profile", value)
		profiles = append(profiles, cluster.SourceProfile{Source: name, Data: data})
		return true, err
	})
	if err != nil {
		return err
	}
	u.featurise, err = u.o.Featurise(profiles)
	return err
}

// each calls do for the rows from a key on that have not been written anew, their checksums taken off, until it returns
// false.
func (u *upgrade) each(from []byte, do func(key, value []byte) (bool, error)) error {
	txn := u.s.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{})
	defer it.Close()
	for it.Seek(from); it.Valid(); it.Next() {
		key, more := it.Item().KeyCopy(nil), false
		value, err := it.Item().ValueCopy(nil)
		if err == nil && u.s.schema >= schemaSealed {
			value, err = unseal(key, value)
		}
		if err == nil {
			more, err = do(key, value)
		}
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// rows writes the rows anew that have a checksum now, and the features.
func (u *upgrade) rows() error {
	err := u.each(nil, func(_, _ []byte) (bool, error) {
		u.total++
		return u.ctx.Err() == nil, u.ctx.Err()
	})
	if err != nil {
		return err
	}
	for {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		more, err := u.chunk()
		if err != nil || !more {
			return err
		}
	}
}

// chunk writes the next rows in one transaction, with the marker.
func (u *upgrade) chunk() (more bool, err error) {
	var ops []op
	var again []int // ops that are features
	size, limit := 0, upgradeChunk
	if u.o.chunk != 0 {
		limit = u.o.chunk
	}
	last := u.marker.last
	err = u.each(append(bytes.Clone(last), 0), func(key, value []byte) (bool, error) {
		if size > limit || len(again) >= upgradeStories {
			more = true
			return false, nil
		}
		last = key
		u.done++
		switch table := key[0]; {
		case table == tabHeader || table == tabCounts || table == tabCommits || !isSealed(table):
			return true, nil
		case table == tabFeatures && u.featurise != nil:
			again = append(again, len(ops))
		case u.s.schema >= schemaSealed:
			return true, nil
		}
		ops = append(ops, op{key: key, value: value})
		size += len(key) + len(value)
		return true, nil
	})
	if err != nil {
		return false, err
	}
	if err := u.features(ops, again); err != nil {
		return false, err
	}
	u.marker.last = last
	u.report.Rows += len(ops)
	u.report.Features += len(again)
	ops = append(sealAll(ops), op{key: []byte{tabUpgrade}, value: u.marker.encode()})
	if err := u.s.roomFor(size); err != nil {
		return false, err
	}
	if err := u.s.writeOps(ops); err != nil {
		return false, err
	}
	u.progress("rows", u.done)
	return more, u.s.reach(StepRows)
}

// features makes the features of some rows anew, from the texts. All other rows of a story come later in the order of
// keys, or have no checksum, so that they are as they were.
func (u *upgrade) features(ops []op, which []int) error {
	if len(which) == 0 {
		return nil
	}
	stories := make([]cluster.Story, len(which))
	for n, i := range which {
		at, err := decodePlace(ops[i].key[1:])
		if err != nil {
			return err
		}
		if stories[n], err = u.story(at); err != nil {
			return err
		}
	}
	made, err := u.featurise(u.ctx, stories)
	if err != nil {
		return err
	}
	for n, i := range which {
		ops[i].value = appendFeatures(nil, made[n])
	}
	return nil
}

func (u *upgrade) story(at place) (cluster.Story, error) {
	value, err := u.before(keyPlace(tabMeta, at))
	if err != nil {
		return cluster.Story{}, err
	}
	m, err := decodeMeta(value)
	if err != nil {
		return m.story, err
	}
	if value, err = u.before(keyPlace(tabText, at)); err != nil {
		return m.story, err
	}
	m.story.Text, err = u.texts.decode(value)
	return m.story, err
}

// finish writes, whole or not at all, what makes the store one of the new schema: the entries of the journal that say what
// there is, the counts and the header.
func (u *upgrade) finish() error {
	txn := u.s.db.NewTransaction(false)
	defer txn.Discard()
	p := &planner{plan: plan{txn: txn, ops: make(map[string]op)}, delta: &cluster.Delta{}, at: u.o.Now.UTC()}
	p.put([]byte{tabHeader}, encodeHeader(&u.o.Params))
	p.delete([]byte{tabUpgrade})
	if u.s.schema < SchemaVersion {
		u.progress("journal", u.done)
		value, err := u.before([]byte{tabCounts})
		if err != nil {
			return err
		}
		if p.counts, err = decodeCounts(value); err != nil {
			return err
		}
		if u.s.schema < schemaSealed {
			err = u.baseline(p)
		}
		if err != nil {
			return err
		}
		p.put([]byte{tabCounts}, encodeCounts(&p.counts))
	}
	if err := u.s.write(sealAll(p.sorted())); err != nil {
		return err
	}
	return u.s.reach(StepBaseline)
}

// baseline begins a journal that is complete with an entry for everything that there is.
func (u *upgrade) baseline(p *planner) error {
	p.counts.complete = p.counts.Changes
	if n := p.counts.Changes; n > 0 {
		value, err := p.get(keyJournal(n))
		if err != nil {
			return err
		}
		head, _, err := decodePage(value)
		if err != nil {
			return err
		}
		if p.at.Before(head.at) {
			p.at = head.at
		}
	}
	w := &journalWriter{planner: p, gained: make(map[string][]uint64)}
	levels := map[byte]string{tabGroup: cluster.LevelGroup, tabEvent: cluster.LevelEvent, tabThread: cluster.LevelThread}
	for _, table := range []byte{tabGroup, tabEvent, tabThread} {
		prefix := []byte{table}
		for _, key := range p.stored(prefix) {
			if err := u.ctx.Err(); err != nil {
				return err
			}
			s := shift{level: levels[table], id: string(key[1:]), note: &cluster.Change{Reason: ReasonBaseline}}
			var err error
			if s.now, err = objectOf(p.get, s.level, s.id); err != nil {
				return err
			}
			c, _ := s.entry()
			w.add(&c)
			u.report.Baseline++
		}
	}
	p.counts.baseline = p.counts.Changes
	return w.finish(nil)
}
