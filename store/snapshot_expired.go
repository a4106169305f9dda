package store

import (
	"errors"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/cluster"
)

// Newest is the time of the newest story that says when it was published, among those that are not later than a time;
// zero where there is none.
func (v *Snapshot) Newest(until time.Time) (time.Time, error) {
	if v.err != nil {
		return time.Time{}, v.err
	}
	it := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabMeta}, Reverse: true})
	defer it.Close()
	seek := append(appendTimeKey([]byte{tabMeta}, until.Add(time.Second)), 0xff)
	for it.Seek(seek); it.Valid(); it.Next() {
		var m meta
		err := valueOf(it.Item(), func(value []byte) (err error) {
			m, err = decodeMeta(value)
			return err
		})
		if err != nil {
			return time.Time{}, err
		}
		if m.story.Precision != cluster.Arrival && !m.story.Published.After(until) {
			return m.story.Published, nil
		}
	}
	return time.Time{}, nil
}

// Expired tells whether a story has expired; false also for one that is not there.
func (v *Snapshot) Expired(story string) (bool, error) {
	m, _, err := v.find(story)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return m.expired, err
}

// Taken tells whether an id is that of a group, event or thread whose stories have expired. It is part of
// cluster.Library: an engine that is not given these must not give their ids to others.
func (v *Snapshot) Taken(id string) (bool, error) {
	v.expiry.once.Do(func() {
		var c counts
		c, v.expiry.err = v.counts()
		v.expiry.any = c.Expired > 0
	})
	if v.expiry.err != nil || !v.expiry.any || id == "" || len(id) > maxID {
		return false, v.expiry.err
	}
	m, err := v.holder(id)
	return m.expired, notMissing(err)
}

// Holder is the story that represents the group, event or thread of an id; empty where nothing has the id now.
func (v *Snapshot) Holder(id string) (string, error) {
	if id == "" || len(id) > maxID {
		return "", nil
	}
	m, err := v.holder(id)
	return m.story.ID, notMissing(err)
}

// holder reads the story that represents the group, event or thread of an id; zero where nothing has it.
func (v *Snapshot) holder(id string) (meta, error) {
	for _, level := range []string{cluster.LevelEvent, cluster.LevelGroup, cluster.LevelThread} {
		o, err := objectOf(v.get, level, id)
		if err != nil {
			return meta{}, err
		}
		if o.size() == 0 {
			continue
		}
		if level == cluster.LevelThread {
			if o, err = objectOf(v.get, cluster.LevelEvent, o.events[0]); err != nil {
				return meta{}, err
			}
		}
		m, _, err := v.load(o.rep)
		return m, err
	}
	return meta{}, nil
}
