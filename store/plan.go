package store

import (
	"bytes"
	"errors"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// op is one change of one key. Ops say what a key is afterwards, never how it changes, so that doing them again does
// no harm.
type op struct {
	key    []byte
	value  []byte
	delete bool
}

// get reads a value, nil if there is none. An empty value is not nil.
func get(txn *badger.Txn, key []byte) ([]byte, error) {
	value, err := getRaw(txn, key)
	if err != nil || value == nil {
		return nil, err
	}
	return unseal(key, value)
}

// getRaw is get with the checksum still on the value.
func getRaw(txn *badger.Txn, key []byte) (value []byte, err error) {
	defer damaged(&err)
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if value, err = item.ValueCopy(nil); err != nil {
		return nil, err
	}
	if value == nil {
		value = []byte{}
	}
	return value, nil
}

// plan collects the ops of a batch and reads the store as if they had been done.
type plan struct {
	txn    *badger.Txn
	ops    map[string]op
	bytes  int
	counts counts
}

func (p *plan) get(key []byte) ([]byte, error) {
	if o, ok := p.ops[string(key)]; ok {
		return o.value, nil
	}
	return get(p.txn, key)
}

func (p *plan) has(key []byte) (bool, error) {
	if o, ok := p.ops[string(key)]; ok {
		return !o.delete, nil
	}
	_, err := p.txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (p *plan) put(key, value []byte) {
	if value == nil {
		value = []byte{}
	}
	p.set(op{key: key, value: value})
}

func (p *plan) delete(key []byte) { p.set(op{key: key, delete: true}) }

func (p *plan) set(o op) {
	old := p.ops[string(o.key)]
	p.bytes += len(o.key) + len(o.value) - len(old.key) - len(old.value)
	p.ops[string(o.key)] = o
}

// stored lists the keys with a prefix that the ops do not touch, in order.
func (p *plan) stored(prefix []byte) [][]byte {
	var list [][]byte
	it := p.txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		key := it.Item().KeyCopy(nil)
		if _, changed := p.ops[string(key)]; !changed {
			list = append(list, key)
		}
	}
	return list
}

// sorted gives the ops in the order of their keys.
func (p *plan) sorted() []op {
	list := make([]op, 0, len(p.ops))
	for _, o := range p.ops {
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b op) int { return bytes.Compare(a.key, b.key) })
	return list
}
