package store

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// load reads the meta row of the story with this key.
func (v *Snapshot) load(k storyKey) (m meta, at place, err error) {
	value, err := v.get(keyStory(tabIndex, k))
	if err != nil {
		return meta{}, place{}, err
	}
	if value == nil {
		return meta{}, place{}, ErrNotFound
	}
	if at, err = decodeIndex(k, value); err != nil {
		return meta{}, place{}, err
	}
	if value, err = v.get(keyPlace(tabMeta, at)); err != nil {
		return meta{}, place{}, err
	}
	if value == nil {
		return meta{}, place{}, corrupt("story %x has an index row and no record", k)
	}
	m, err = decodeMeta(value)
	return m, at, err
}

func (v *Snapshot) find(id string) (m meta, at place, err error) {
	m, at, err = v.load(keyOf(id))
	if err == nil && m.story.ID != id {
		err = ErrNotFound
	}
	if err != nil {
		return meta{}, place{}, fmt.Errorf("story %s: %w", id, err)
	}
	return m, at, nil
}

// Story reads a story without its text; ErrNotFound.
func (v *Snapshot) Story(id string) (StoryRecord, error) {
	m, _, err := v.find(id)
	if err != nil {
		return StoryRecord{}, err
	}
	return m.record(), nil
}

// Text reads title and text of the current version of a story; ErrNotFound, ErrExpired. It is safe for concurrent use, being part
// of cluster.Library.
func (v *Snapshot) Text(id string) (title, text string, err error) {
	m, at, err := v.find(id)
	if err != nil {
		return "", "", err
	}
	if m.expired {
		return m.story.Title, "", expired(id)
	}
	text, err = v.text(id, at)
	return m.story.Title, text, err
}

func expired(id string) error { return fmt.Errorf("story %s: %w", id, ErrExpired) }

// Current reads the current version of a story with its text; ErrNotFound, ErrExpired. It is part of cluster.Library.
func (v *Snapshot) Current(id string) (cluster.Story, error) {
	m, at, err := v.find(id)
	if err != nil {
		return cluster.Story{}, err
	}
	if m.expired {
		return m.story, expired(id)
	}
	m.story.Text, err = v.text(id, at)
	return m.story, err
}

func (v *Snapshot) text(id string, at place) (string, error) {
	value, err := v.get(keyPlace(tabText, at))
	if err != nil {
		return "", err
	}
	if value == nil {
		return "", corrupt("story %s has no text row", id)
	}
	text, err := v.s.texts.Load().decode(value)
	if err != nil {
		return "", fmt.Errorf("story %s: %w", id, err)
	}
	return text, nil
}

// Features reads the features blob of a story as the engine gave it; ErrNotFound, ErrExpired.
func (v *Snapshot) Features(id string) ([]byte, error) {
	m, at, err := v.find(id)
	if err != nil {
		return nil, err
	}
	if m.expired {
		return nil, expired(id)
	}
	return v.features(id, at)
}

func (v *Snapshot) features(id string, at place) ([]byte, error) {
	value, err := v.get(keyPlace(tabFeatures, at))
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, corrupt("story %s has no features row", id)
	}
	return decodeFeatures(value)
}

// Seen tells whether a version with this content is stored for the story, as the current one or another; content is
// its Story.ContentHash. It is part of cluster.Library.
func (v *Snapshot) Seen(id string, content [16]byte) (bool, error) {
	m, at, err := v.load(keyOf(id))
	switch {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("story %s: %w", id, err)
	case m.content == content:
		return true, nil
	case m.versions < 2:
		return false, nil
	}
	value, err := v.get(keyVersion(at.story(), content))
	return value != nil, err
}

// Resident reads one story as the engine takes it up again; false where the story is unknown or has expired. It is part
// of cluster.Library.
func (v *Snapshot) Resident(id string) (cluster.Resident, bool, error) {
	m, at, err := v.find(id)
	switch {
	case errors.Is(err, ErrNotFound):
		return cluster.Resident{}, false, nil
	case err != nil:
		return cluster.Resident{}, false, err
	case m.expired:
		return cluster.Resident{}, false, nil
	}
	features, err := v.features(id, at)
	return m.resident(features), err == nil, err
}

// Versions reads all versions of a story with their texts, the latest last; of an expired story only the current one,
// without its text. ErrNotFound.
func (v *Snapshot) Versions(id string) ([]Version, error) {
	m, at, err := v.find(id)
	if err != nil {
		return nil, err
	}
	current := Version{Story: m.story, Content: m.content, Words: m.words, Current: true}
	if m.expired {
		return []Version{current}, nil
	}
	if current.Story.Text, err = v.text(id, at); err != nil {
		return nil, err
	}
	list := []Version{current}
	if m.versions < 2 {
		return list, nil
	}
	k := at.story()
	err = v.scan(tabVersion, k[:], nil, func(key, value []byte) (bool, error) {
		if string(key[:len(k)]) != string(k[:]) {
			return false, nil
		}
		row, err := decodeVersion(value)
		if err != nil {
			return false, err
		}
		old := Version{Story: row.story, Content: row.content, Words: row.words}
		if old.Story.Text, err = v.s.texts.Load().decode(row.text); err != nil {
			return false, err
		}
		list = append(list, old)
		return true, nil
	})
	slices.SortFunc(list, func(a, b Version) int {
		if supersedes(&a.Story, a.Content, &b.Story, b.Content) {
			return 1
		}
		return -1
	})
	return list, err
}

// byTime is the total order of stories: time, then id.
func byTime(at time.Time, a string, bt time.Time, b string) int {
	return cmp.Or(at.Compare(bt), strings.Compare(a, b))
}

// secondwise turns rows that come ordered by whole seconds into items in exact order: it collects the rows of one
// second, sorts them and passes them on. Its memory is what the fullest second takes.
type secondwise[T any] struct {
	second  string
	items   []T
	compare func(a, b T) int
	yield   func(T, error) bool
}

// add takes the item at a place; false means that the consumer has had enough.
func (w *secondwise[T]) add(at place, item T) bool {
	if w.second != string(at[:timeWidth]) {
		if !w.flush() {
			return false
		}
		w.second = string(at[:timeWidth])
	}
	w.items = append(w.items, item)
	return true
}

func (w *secondwise[T]) flush() bool {
	slices.SortFunc(w.items, w.compare)
	for i, item := range w.items {
		if !w.yield(item, nil) {
			w.items = w.items[:0]
			return false
		}
		var zero T
		w.items[i] = zero
	}
	w.items = w.items[:0]
	return true
}

// Stories yields the stories with from <= time < to in (time, id) order, without texts. A zero bound is none. An error
// ends the sequence.
func (v *Snapshot) Stories(from, to time.Time) iter.Seq2[StoryRecord, error] {
	return v.storiesBy(v.scan, byRecordTime, from, to)
}

// StoriesBack yields what Stories does from the last to the first.
func (v *Snapshot) StoriesBack(from, to time.Time) iter.Seq2[StoryRecord, error] {
	return v.storiesBy(v.scanBack, func(a, b StoryRecord) int { return byRecordTime(b, a) }, from, to)
}

func byRecordTime(a, b StoryRecord) int { return byTime(a.Published, a.ID, b.Published, b.ID) }

func (v *Snapshot) storiesBy(
	scan func(table byte, from, to []byte, each func(key, value []byte) (bool, error)) error,
	compare func(a, b StoryRecord) int, from, to time.Time,
) iter.Seq2[StoryRecord, error] {
	return func(yield func(StoryRecord, error) bool) {
		w := secondwise[StoryRecord]{yield: yield, compare: compare}
		lower, upper := span(from, to)
		stopped := false
		err := scan(tabMeta, lower, upper, func(key, value []byte) (bool, error) {
			at, err := decodePlace(key)
			if err != nil {
				return false, err
			}
			m, err := decodeMeta(value)
			if err != nil {
				return false, err
			}
			if within(m.story.Published, from, to) {
				stopped = !w.add(at, m.record())
			}
			return !stopped, nil
		})
		switch {
		case stopped:
		case err != nil:
			yield(StoryRecord{}, err)
		default:
			w.flush()
		}
	}
}

// AllStories yields every story in the order of ids, without texts. It holds all ids in memory while it runs.
func (v *Snapshot) AllStories() iter.Seq2[StoryRecord, error] {
	return func(yield func(StoryRecord, error) bool) {
		type entry struct {
			id string
			at place
		}
		var list []entry
		err := v.scan(tabMeta, nil, nil, func(key, value []byte) (bool, error) {
			at, err := decodePlace(key)
			if err != nil {
				return false, err
			}
			r, _ := newReaderUpTo("story", value, metaExpired)
			list = append(list, entry{r.string(), at})
			if r.err != nil {
				return false, r.err
			}
			return true, nil
		})
		if err != nil {
			yield(StoryRecord{}, err)
			return
		}
		slices.SortFunc(list, func(a, b entry) int { return strings.Compare(a.id, b.id) })
		for _, e := range list {
			value, err := v.get(keyPlace(tabMeta, e.at))
			if err != nil {
				yield(StoryRecord{}, err)
				return
			}
			m, err := decodeMeta(value)
			if err != nil {
				yield(StoryRecord{}, err)
				return
			}
			if !yield(m.record(), nil) {
				return
			}
		}
	}
}

// Pending lists the stories without an event, in (time, id) order.
func (v *Snapshot) Pending() ([]string, error) {
	type entry struct {
		id string
		at time.Time
	}
	var list []entry
	var places []place
	err := v.scan(tabWaiting, nil, nil, func(key, _ []byte) (bool, error) {
		at, err := decodePlace(key)
		places = append(places, at)
		return true, err
	})
	if err != nil {
		return nil, err
	}
	for _, at := range places {
		value, err := v.get(keyPlace(tabMeta, at))
		if err != nil {
			return nil, err
		}
		m, err := decodeMeta(value)
		if err != nil {
			return nil, err
		}
		list = append(list, entry{m.story.ID, m.story.Published})
	}
	slices.SortFunc(list, func(a, b entry) int { return byTime(a.at, a.id, b.at, b.id) })
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].id
	}
	return ids, nil
}
