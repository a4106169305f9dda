package store

import (
	"encoding/binary"
	"iter"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
)

func keyOverride(number uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{tabOverride}, number)
}

func encodeOverride(o *cluster.Override) []byte {
	b := appendString([]byte{codecVersion}, string(o.Kind))
	b = appendUint(b, uint64(o.Level))
	b = appendStrings(b, o.Objects)
	b = appendStrings(b, o.A)
	b = appendStrings(b, o.B)
	b = appendString(b, o.Title)
	b = appendString(b, o.Author)
	b = appendString(b, o.Note)
	b = appendTime(b, o.At)
	if o.Undone == nil {
		return append(b, 0)
	}
	b = appendString(append(b, 1), o.Undone.Author)
	b = appendString(b, o.Undone.Note)
	return appendTime(b, o.Undone.At)
}

func decodeOverride(number uint64, b []byte) (cluster.Override, error) {
	r := newReader("override", b)
	o := cluster.Override{Number: number, Kind: cluster.OverrideKind(r.string())}
	level := r.uint()
	if level > uint64(constraint.Thread) {
		r.fail("level %d", level)
	}
	o.Level = constraint.Level(level)
	o.Objects, o.A, o.B = r.strings(), r.strings(), r.strings()
	o.Title, o.Author, o.Note, o.At = r.string(), r.string(), r.string(), r.time()
	switch undone := r.byte(); undone {
	case 0:
	case 1:
		o.Undone = &cluster.Undo{Author: r.string(), Note: r.string(), At: r.time()}
	default:
		r.fail("flag %d", undone)
	}
	return o, r.done()
}

// overrides stores new overrides and those that were undone. They are numbered on, and name stories of the store.
func (p *planner) overrides(list []cluster.Override) error {
	for i := range list {
		o := &list[i]
		key := keyOverride(o.Number)
		known, err := p.has(key)
		if err != nil {
			return err
		}
		if !known && o.Number > 1 {
			if known, err = p.has(keyOverride(o.Number - 1)); err != nil {
				return err
			}
		}
		if o.Number == 0 || o.Number > 1 && !known {
			return invalid("override %d does not follow one", o.Number)
		}
		for _, id := range o.Stories() {
			if here, err := p.has(keyStory(tabIndex, keyOf(id))); err != nil {
				return err
			} else if !here {
				return invalid("override %d names story %s, which is not in the store", o.Number, id)
			}
		}
		p.put(key, encodeOverride(o))
	}
	return nil
}

// Overrides lists the orders of editors by number, undone ones included.
func (v *Snapshot) Overrides() iter.Seq2[cluster.Override, error] {
	return func(yield func(cluster.Override, error) bool) {
		err := v.scan(tabOverride, nil, nil, func(key, value []byte) (bool, error) {
			o, err := overrideAt(key, value)
			if err != nil {
				return false, err
			}
			return yield(o, nil), nil
		})
		if err != nil {
			yield(cluster.Override{}, err)
		}
	}
}

func overrideAt(key, value []byte) (cluster.Override, error) {
	if len(key) != 8 {
		return cluster.Override{}, corrupt("key of an override: %d bytes", len(key))
	}
	return decodeOverride(binary.BigEndian.Uint64(key), value)
}

// Title is what an editor called an event or thread, or what went into it; empty where none did. Of several the latest
// holds.
func (v *Snapshot) Title(id string) (string, error) {
	v.titles.once.Do(func() { v.titles.of, v.titles.err = v.readTitles() })
	return v.titles.of[id], v.titles.err
}

func (v *Snapshot) readTitles() (map[string]string, error) {
	of := make(map[string]string)
	for o, err := range v.Overrides() {
		if err != nil {
			return nil, err
		}
		if o.Kind != cluster.OverrideRename || o.Undone != nil {
			continue
		}
		for _, id := range o.Objects {
			to, err := v.Resolve(id)
			if err != nil {
				return nil, err
			}
			of[to] = o.Title
		}
	}
	return of, nil
}

// Overrides lists the orders of editors that had been given, by number; those that were undone later hold.
func (p *Past) Overrides() iter.Seq2[cluster.Override, error] {
	return func(yield func(cluster.Override, error) bool) {
		for o, err := range p.v.Overrides() {
			if err == nil && o.At.After(p.at) {
				continue
			}
			if o.Undone != nil && o.Undone.At.After(p.at) {
				o.Undone = nil
			}
			if !yield(o, err) {
				return
			}
		}
	}
}

// Title is what an editor had called an event or thread, or what went into it since.
func (p *Past) Title(id string) (string, error) {
	title := ""
	for o, err := range p.Overrides() {
		if err != nil {
			return "", err
		}
		if o.Kind != cluster.OverrideRename || o.Undone != nil {
			continue
		}
		for _, named := range o.Objects {
			to, err := p.Resolve(named)
			if err != nil {
				return "", err
			}
			if to == id {
				title = o.Title
			}
		}
	}
	return title, nil
}

// checkOverrides sees to it that overrides are numbered without gaps, name stories that are there, do not contradict
// each other, and are obeyed by events and threads.
func (c *checker) checkOverrides() error {
	var list []cluster.Override
	next := uint64(1)
	err := c.scan(tabOverride, func(key, value []byte) error {
		o, err := overrideAt(key, value)
		if err != nil {
			return err
		}
		if o.Number != next {
			c.add(BadOverride, "override %d follows %d", o.Number, next-1)
		}
		next = o.Number + 1
		list = append(list, o)
		for _, id := range o.Stories() {
			if c.story(keyOf(id)) == nil {
				c.add(BadOverride, "override %d names story %s, which is not there", o.Number, id)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	set, err := cluster.ConstraintsOf(list)
	if err != nil {
		c.add(BadOverride, "%v", err)
		return nil
	}
	for _, k := range set.All() {
		c.checkObeyed(&k)
	}
	return c.ctx.Err()
}

// checkObeyed looks for two stories that are not where a constraint puts them. Stories that wait are nowhere yet.
func (c *checker) checkObeyed(k *constraint.Constraint) {
	home := func(id string) string {
		s := c.story(keyOf(id))
		if s == nil || s.event == "" {
			return ""
		}
		if e := c.event(s.event); k.Level == constraint.Thread && e != nil {
			return e.thread
		}
		return s.event
	}
	homes := func(ids []string) map[string]string {
		out := make(map[string]string)
		for _, id := range ids {
			if h := home(id); h != "" {
				out[h] = id
			}
		}
		return out
	}
	if !k.Apart {
		if all := homes(append(k.A[:len(k.A):len(k.A)], k.B...)); len(all) > 1 {
			c.add(BadOverride, "the stories of override %d are in %d %ss", k.ID, len(all), k.Level)
		}
		return
	}
	left, right := homes(k.A), homes(k.B)
	for _, h := range slices.Sorted(maps.Keys(right)) {
		if a, ok := left[h]; ok {
			c.add(BadOverride, "stories %s and %s are both in %s, against override %d", a, right[h], h, k.ID)
		}
	}
}
