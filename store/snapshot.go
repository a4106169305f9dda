package store

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// Snapshot is the store between two commits; it is a cluster.Library. Lookups of single records are safe for concurrent
// use, sequences belong to one goroutine. It has to be closed; while it is open the
// store cannot be, and space of what was replaced since is not freed, so it should be held for a request or a tick, not
// for hours.
type Snapshot struct {
	s     *Store
	txn   *badger.Txn
	err   error // why nothing can be read
	names names
	lent  bool // the transaction is another snapshot's

	expiry struct {
		once sync.Once
		any  bool
		err  error
	}
	titles struct {
		once sync.Once
		of   map[string]string
		err  error
	}
}

// View takes a snapshot. It waits for the end of a commit only while a redo log is being applied. On a closed or
// failed store the snapshot's methods return the error.
func (s *Store) View() *Snapshot {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return &Snapshot{err: ErrClosed}
	}
	if err := s.failure(); err != nil {
		return &Snapshot{err: err}
	}
	s.snapshots.Add(1)
	return &Snapshot{s: s, txn: s.db.NewTransaction(false)}
}

// hold keeps the store open, as a snapshot does, and space of what was replaced is freed.
func (s *Store) hold() (release func(), err error) {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return nil, ErrClosed
	}
	if err := s.failure(); err != nil {
		return nil, err
	}
	s.snapshots.Add(1)
	return s.snapshots.Done, nil
}

// Close releases the snapshot. Closing twice is harmless.
func (v *Snapshot) Close() {
	if v.txn == nil {
		return
	}
	if !v.lent {
		v.txn.Discard()
		v.s.snapshots.Done()
	}
	v.txn = nil
	v.err = ErrClosed
}

// Share returns another snapshot of the same moment, for who wants to close what it uses. It is of no use any more once
// this one is closed.
func (v *Snapshot) Share() *Snapshot { return &Snapshot{s: v.s, txn: v.txn, err: v.err, lent: true} }

// names remembers which ids the story keys of residents stand for: whoever reads residents reads their events next.
type names struct {
	lock sync.RWMutex
	ids  map[storyKey]string
}

func (n *names) add(k storyKey, id string) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.ids == nil {
		n.ids = make(map[storyKey]string)
	}
	n.ids[k] = id
}

func (n *names) id(k storyKey) (string, bool) {
	n.lock.RLock()
	defer n.lock.RUnlock()
	id, ok := n.ids[k]
	return id, ok
}

func (v *Snapshot) get(key []byte) ([]byte, error) {
	if v.err != nil {
		return nil, v.err
	}
	value, err := get(v.txn, key)
	if err != nil {
		return nil, fmt.Errorf("read store: %w", err)
	}
	return value, nil
}

// valueOf calls do with the value of an item, which is valid only during the call.
func valueOf(item *badger.Item, do func(value []byte) error) error {
	return item.Value(func(value []byte) error {
		value, err := unseal(item.Key(), value)
		if err != nil {
			return err
		}
		return do(value)
	})
}

// scan calls each for the rows of a table whose key, after the table byte, is at least from and less than to; nil means
// no bound. Key and value are valid only during the call. each returns false to stop.
func (v *Snapshot) scan(table byte, from, to []byte, each func(key, value []byte) (bool, error)) error {
	return v.scanRaw(table, from, to, func(key, value []byte) (bool, error) {
		value, err := unseal(key, value)
		if err != nil {
			return false, err
		}
		return each(key[1:], value)
	})
}

// scanBack is scan from the last row to the first.
func (v *Snapshot) scanBack(table byte, from, to []byte, each func(key, value []byte) (bool, error)) (err error) {
	defer damaged(&err)
	if v.err != nil {
		return v.err
	}
	if to == nil {
		to = bytes.Repeat([]byte{0xff}, timeWidth+1) // after every key
	}
	it := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{table}, Reverse: true})
	defer it.Close()
	for it.Seek(append([]byte{table}, to...)); it.Valid(); it.Next() {
		key := it.Item().Key()[1:]
		if bytes.Compare(key, to) >= 0 {
			continue // the very row of the bound
		}
		if bytes.Compare(key, from) < 0 {
			return nil
		}
		more := true
		err := valueOf(it.Item(), func(value []byte) (err error) {
			more, err = each(key, value)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// scanRaw is scan with the table byte still on the key and the checksum on the value.
func (v *Snapshot) scanRaw(table byte, from, to []byte, each func(key, value []byte) (bool, error)) (err error) {
	defer damaged(&err)
	if v.err != nil {
		return v.err
	}
	prefix := []byte{table}
	it := v.txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Seek(append(prefix, from...)); it.Valid(); it.Next() {
		item := it.Item()
		key := item.Key()
		if to != nil && bytes.Compare(key[1:], to) >= 0 {
			return nil
		}
		more := true
		err := item.Value(func(value []byte) (err error) {
			more, err = each(key, value)
			return err
		})
		if err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
	return nil
}

// span gives the bounds of a scan over a time-ordered table. A zero time is no bound.
func span(from, to time.Time) (lower, upper []byte) {
	if !from.IsZero() {
		lower = appendTimeKey(nil, from)
	}
	if !to.IsZero() {
		// Rows of the second in which to lies may be before it: they are read and compared in full.
		upper = appendTimeKey(nil, to.Truncate(time.Second).Add(time.Second))
	}
	return lower, upper
}

// within reports whether from <= t < to, a zero bound being none.
func within(t, from, to time.Time) bool {
	return (from.IsZero() || !t.Before(from)) && (to.IsZero() || t.Before(to))
}
