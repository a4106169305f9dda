package store

import (
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/zeebo/xxh3"
)

// Brought says that a story stands, or stood, in a feed. Several feeds may bring one story, and what is known of a feed may
// change: only that a feed had a story is kept, and when that was seen first.
type Brought struct {
	Feed  string // its name, see FeedState
	Story string
}

// Bringer is a feed that brought a story.
type Bringer struct {
	Feed FeedKey
	At   time.Time // of the batch that said so first
}

// FeedKey stands for the name of a feed.
type FeedKey [16]byte

// FeedKeyOf gives the key of a feed's name.
func FeedKeyOf(name string) FeedKey { return xxh3.HashString128(name).Bytes() }

func keyBringer(story storyKey, feed FeedKey) []byte {
	return append(keyStory(tabBringer, story), feed[:]...)
}

// keyBrought has the latest first.
func keyBrought(feed FeedKey, at time.Time, story storyKey) []byte {
	b := append([]byte{tabBrought}, feed[:]...)
	b = binary.BigEndian.AppendUint64(b, ^(uint64(at.Unix()) ^ (1 << 63)))
	return append(b, story[:]...)
}

func encodeBringer(at time.Time) []byte { return appendTime([]byte{codecVersion}, at) }

func decodeBringer(b []byte) (time.Time, error) {
	r := newReader("what a feed brought", b)
	at := r.time()
	return at, r.done()
}

// brought notes what feeds brought, but for what is known. A story that is not stored is left out: it was refused.
func (p *planner) brought(list []Brought) error {
	for _, b := range list {
		if b.Feed == "" || b.Story == "" {
			return invalid("feed %q cannot have brought story %q", b.Feed, b.Story)
		}
		story, feed := keyOf(b.Story), FeedKeyOf(b.Feed)
		key := keyBringer(story, feed)
		known, err := p.has(key)
		if err != nil || known {
			if err != nil {
				return err
			}
			continue
		}
		stored, err := p.has(keyStory(tabIndex, story))
		if err != nil {
			return err
		}
		if stored {
			p.put(key, encodeBringer(p.at))
			p.put(keyBrought(feed, p.at, story), nil)
		}
	}
	return nil
}

// HasBrought tells whether it is noted that a feed brought a story.
func (v *Snapshot) HasBrought(feed, story string) (bool, error) {
	value, err := v.get(keyBringer(keyOf(story), FeedKeyOf(feed)))
	return value != nil, err
}

// Bringers lists the feeds that brought a story, in the order of their keys; none for a story that came another way, or
// before this was noted.
func (v *Snapshot) Bringers(story string) ([]Bringer, error) {
	var list []Bringer
	k := keyOf(story)
	err := v.scan(tabBringer, k[:], nil, func(key, value []byte) (bool, error) {
		if len(key) != len(k)+len(FeedKey{}) {
			return false, corrupt("key of what a feed brought: %d bytes", len(key))
		}
		if storyKey(key[:len(k)]) != k {
			return false, nil
		}
		at, err := decodeBringer(value)
		list = append(list, Bringer{FeedKey(key[len(k):]), at})
		return true, err
	})
	return list, err
}

// Arrival is a story as it came with a feed.
type Arrival struct {
	At    time.Time // whole seconds
	Story [16]byte  // key of the story, see Snapshot.Arrived
}

// BroughtBy yields what a feed brought, the last first.
func (v *Snapshot) BroughtBy(feed FeedKey) iter.Seq2[Arrival, error] {
	return func(yield func(Arrival, error) bool) {
		stopped := false
		err := v.scan(tabBrought, feed[:], nil, func(key, _ []byte) (bool, error) {
			if len(key) != len(feed)+timeWidth+len(storyKey{}) {
				return false, corrupt("key of what a feed brought: %d bytes", len(key))
			}
			if FeedKey(key[:len(feed)]) != feed {
				return false, nil
			}
			at := ^binary.BigEndian.Uint64(key[len(feed):]) ^ (1 << 63)
			a := Arrival{time.Unix(int64(at), 0).UTC(), storyKey(key[len(feed)+timeWidth:])}
			stopped = !yield(a, nil)
			return !stopped, nil
		})
		if err != nil && !stopped {
			yield(Arrival{}, err)
		}
	}
}

// Arrived reads the story of an arrival, without its text.
func (v *Snapshot) Arrived(a Arrival) (StoryRecord, error) {
	m, _, err := v.load(a.Story)
	if err != nil {
		return StoryRecord{}, fmt.Errorf("what a feed brought: %w", err)
	}
	return m.record(), nil
}

// checkBrought compares the two tables of what feeds brought with each other and with the stories.
func (c *checker) checkBrought() error {
	want := make(map[string]bool)
	err := c.scan(tabBringer, func(key, value []byte) error {
		at, err := decodeBringer(value)
		if err != nil || len(key) != len(storyKey{})+len(FeedKey{}) {
			return corrupt("what a feed brought: %d bytes of key, %v", len(key), err)
		}
		story := storyKey(key)
		if c.stories[story] == nil {
			c.add(BadFeed, "a feed brought a story that is not there, under %x", key)
		}
		want[string(keyBrought(FeedKey(key[len(story):]), at, story))] = true
		return nil
	})
	if err != nil {
		return err
	}
	err = c.scan(tabBrought, func(key, _ []byte) error {
		row := string(tabBrought) + string(key)
		if !want[row] {
			c.add(BadIndex, "table %c, key %x has no record that says so", tabBrought, key)
		}
		delete(want, row)
		return nil
	})
	for _, key := range slices.Sorted(maps.Keys(want)) {
		c.add(BadIndex, "what a feed brought is not in the index of it, under %x", key)
	}
	return err
}

// readBrought takes up what feeds brought, and drops what is of no story.
func (r *repairer) readBrought() error {
	return r.scan(tabBringer, func(key, value []byte, err error) error {
		var at time.Time
		if err == nil {
			at, err = decodeBringer(value)
		}
		if err != nil || len(key) != len(storyKey{})+len(FeedKey{}) {
			r.broken[tabBringer] = true
			r.lost("that a feed brought a story, under %x", key)
			return nil
		}
		story := storyKey(key)
		switch {
		case r.stories[story] != nil:
			r.put(keyBrought(FeedKey(key[len(story):]), at, story), nil)
		case !r.broken[tabMeta]:
			r.change(op{key: append([]byte{tabBringer}, key...), delete: true})
		}
		return nil
	})
}
