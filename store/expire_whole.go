package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// whole is a thread with all that hangs together with it: its events, their stories, the duplicate groups of these, and
// whatever shares one of them. Mostly it is the thread; editors can take copies of one text into different threads.
type whole struct {
	threads, events, groups []string
	stories                 []storyKey // sorted
	last                    time.Time  // when a story of it was published or updated last
	waits                   bool       // one of its stories waits for the event stage
	expired                 bool       // one of its stories has expired, and so all

	versions            int // see weigh
	textBytes, rowBytes int64
}

// wholeOf gathers what hangs together with a story.
func (p *plan) wholeOf(k storyKey) (*whole, error) {
	g := &gathering{plan: p, whole: &whole{}, stories: make(map[storyKey]bool), ids: make(map[string]bool)}
	g.story(k)
	for g.err == nil && len(g.todo) > 0 {
		next := g.todo[len(g.todo)-1]
		g.todo = g.todo[:len(g.todo)-1]
		g.err = next()
	}
	for k := range g.stories {
		g.whole.stories = append(g.whole.stories, k)
	}
	slices.SortFunc(g.whole.stories, func(a, b storyKey) int { return bytes.Compare(a[:], b[:]) })
	slices.Sort(g.threads)
	slices.Sort(g.events)
	slices.Sort(g.groups)
	return g.whole, g.err
}

// gathering is the state of wholeOf.
type gathering struct {
	*plan
	*whole
	stories map[storyKey]bool
	ids     map[string]bool
	todo    []func() error
	err     error
}

func (g *gathering) story(k storyKey) {
	if g.stories[k] {
		return
	}
	g.stories[k] = true
	g.todo = append(g.todo, func() error {
		m, _, err := g.metaOf(k)
		if err != nil {
			return err
		}
		for _, t := range [2]time.Time{m.story.Published, m.story.Updated} {
			if t.After(g.last) {
				g.last = t
			}
		}
		g.expired = g.expired || m.expired
		g.waits = g.waits || m.placement.Event == ""
		g.id(tabGroup, m.placement.Group, &g.groups)
		g.id(tabEvent, m.placement.Event, &g.events)
		return nil
	})
}

// id takes up a group, event or thread with what is in it.
func (g *gathering) id(table byte, id string, list *[]string) {
	key := keyID(table, id)
	if id == "" || g.ids[string(key)] {
		return
	}
	g.ids[string(key)] = true
	*list = append(*list, id)
	g.todo = append(g.todo, func() error {
		value, err := g.get(key)
		if err != nil || value == nil {
			return err // of one member
		}
		switch table {
		case tabGroup:
			row, err := decodeGroup(value)
			g.all(row.members)
			return err
		case tabEvent:
			row, err := decodeEvent(id, value)
			g.all(row.members)
			g.id(tabThread, row.event.Thread, &g.threads)
			return err
		default:
			t, err := decodeThread(id, value)
			for i := range t.Links {
				g.id(tabEvent, t.Links[i].Event, &g.events)
			}
			return err
		}
	})
}

func (g *gathering) all(stories []storyKey) {
	for _, k := range stories {
		g.story(k)
	}
}

// metaOf reads the record of a story that another record names.
func (p *plan) metaOf(k storyKey) (m meta, at place, err error) {
	value, err := p.get(keyStory(tabIndex, k))
	if err != nil {
		return m, at, err
	}
	if value == nil {
		return m, at, corrupt("story %x is named and not in the store", k)
	}
	if at, err = decodeIndex(k, value); err != nil {
		return m, at, err
	}
	if value, err = p.get(keyPlace(tabMeta, at)); err != nil {
		return m, at, err
	}
	if value == nil {
		return m, at, corrupt("story %x has an index row and no record", k)
	}
	m, err = decodeMeta(value)
	return m, at, err
}

// weigh counts what goes when a whole expires. give, if not nil, is handed each story as it is then, with the keys of the
// rows that go.
func (p *plan) weigh(w *whole, give func(m *meta, at place, rows [][]byte) error) error {
	for _, k := range w.stories {
		m, at, err := p.metaOf(k)
		if err != nil {
			return err
		}
		m.expired, m.first = true, m.story.Arrived
		w.textBytes += int64(m.size)
		rows := [][]byte{keyPlace(tabFeatures, at), keyPlace(tabText, at)}
		for _, key := range rows {
			size, err := p.size(key)
			if err != nil {
				return err
			}
			w.rowBytes += size
		}
		older, err := p.older(k, w, &m)
		if err == nil && give != nil {
			err = give(&m, at, append(rows, older...))
		}
		if err != nil {
			return fmt.Errorf("story %s: %w", m.story.ID, err)
		}
	}
	return nil
}

// older lists the keys of the versions of a story that are not the current one.
func (p *plan) older(k storyKey, w *whole, m *meta) ([][]byte, error) {
	if m.versions < 2 {
		return nil, nil
	}
	var rows [][]byte
	it := p.txn.NewIterator(badger.IteratorOptions{Prefix: keyStory(tabVersion, k)})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		rows = append(rows, it.Item().KeyCopy(nil))
		w.versions++
		w.rowBytes += it.Item().EstimatedSize()
		err := valueOf(it.Item(), func(value []byte) error {
			row, err := decodeVersion(value)
			if err != nil {
				return err
			}
			size, err := textSize(row.text)
			w.textBytes += int64(size)
			if row.story.Arrived.Before(m.first) {
				m.first = row.story.Arrived
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// size is how many bytes a row has, its key included; 0 where there is none.
func (p *plan) size(key []byte) (int64, error) {
	item, err := p.txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return item.EstimatedSize(), nil
}
