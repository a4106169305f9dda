package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// ExpireOptions say what Expire gives up; the zero value is nothing.
type ExpireOptions struct {
	// Before gives up every thread whose last story is older: all were published, and updated, before.
	Before time.Time
	// Bytes gives up further threads, those whose last story is oldest first, until the rows that are gone have so many
	// bytes. What comes back on disk may be less, as rows are compressed there.
	Bytes int64
	// Keep is not given up for Bytes: threads with a story that is no older.
	Keep   time.Time
	DryRun bool // find out what would be given up, and write nothing
	// Progress is told now and then how many stories of how many have expired; it may be nil.
	Progress func(done, total int)
}

// Expired counts what Expire has given up, or with DryRun would.
type Expired struct {
	Threads, Events, Groups int // those of one member included
	Stories                 int
	Versions                int       // older ones
	TextBytes               int64     // of all texts, before compression
	RowBytes                int64     // of the rows that are gone, keys included
	First, Last             time.Time // of the last stories of the threads, the first and the last; zero for none
}

// expireChunk bounds the stories of one commit of Expire; a thread is never divided.
const expireChunk = 500

// Expire gives up the texts, older versions and features of stories; the space comes back with the next Maintain, and
// with it that of their embeddings. Everything else stays: the records of the stories with headline, source and times,
// their places, all groups, events and threads under their ids, redirects, overrides and the journal. AsOf tells of any
// time what it told before, but for texts and headlines of versions that are gone.
//
// What expires together is a whole thread, with all events, stories and duplicate groups that hang together with it, so
// that an engine meets all of them or none. Stories that wait for the event stage, and what hangs together with them, do
// not expire. An expired story stays as it is: a commit that changes it is ErrInvalid.
//
// The engine of a Desk that is open must not go on after it: it would still hold what has expired. Each commit holds
// whole threads, so that an Expire which is cut off has done part of its work and the next one does the rest.
func (s *Store) Expire(ctx context.Context, o ExpireOptions) (Expired, error) {
	if s.readOnly && !o.DryRun {
		return Expired{}, ErrReadOnly
	}
	report, err := s.expire(ctx, o)
	if err != nil {
		return report, fmt.Errorf("expire: %w", err)
	}
	return report, nil
}

func (s *Store) expire(ctx context.Context, o ExpireOptions) (report Expired, err error) {
	list, err := s.stale(ctx, o)
	if err != nil {
		return report, err
	}
	if o.DryRun {
		for i := range list {
			report.add(&list[i])
		}
		return report, nil
	}
	done, total := 0, 0
	for i := range list {
		total += len(list[i].stories)
	}
	for len(list) > 0 {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		n, stories := 0, 0
		for n < len(list) && (n == 0 || stories+len(list[n].stories) <= expireChunk) {
			stories += len(list[n].stories)
			n++
		}
		if err := s.expireChunk(list[:n], &report); err != nil {
			return report, err
		}
		list = list[n:]
		if done += stories; o.Progress != nil {
			o.Progress(done, total)
		}
	}
	return report, nil
}

func (e *Expired) add(w *whole) {
	e.Threads += len(w.threads)
	e.Events += len(w.events)
	e.Groups += len(w.groups)
	e.Stories += len(w.stories)
	e.Versions += w.versions
	e.TextBytes += w.textBytes
	e.RowBytes += w.rowBytes
	if e.First.IsZero() || w.last.Before(e.First) {
		e.First = w.last
	}
	if w.last.After(e.Last) {
		e.Last = w.last
	}
}

// stale lists what is to expire, what has the oldest last story first.
func (s *Store) stale(ctx context.Context, o ExpireOptions) ([]whole, error) {
	v := s.View()
	defer v.Close()
	if v.err != nil {
		return nil, v.err
	}
	until := o.Before
	if o.Bytes > 0 && o.Keep.After(until) {
		until = o.Keep
	}
	if until.IsZero() {
		return nil, nil
	}
	list, err := v.wholesBefore(ctx, until)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b whole) int {
		return cmp.Or(a.last.Compare(b.last), bytes.Compare(a.stories[0][:], b.stories[0][:]))
	})
	p := plan{txn: v.txn}
	freed := int64(0)
	for i := range list {
		w := &list[i]
		if !w.last.Before(o.Before) && freed >= o.Bytes {
			return list[:i], nil
		}
		if !o.DryRun && o.Bytes == 0 {
			continue // it is weighed when it is given up
		}
		if err := cmp.Or(ctx.Err(), p.weigh(w, nil)); err != nil {
			return nil, err
		}
		freed += w.rowBytes
	}
	return list, nil
}

// wholesBefore finds the threads, with all that hangs together with them, whose last story is older than a time. Only what
// has not expired has features: what has is not met again.
func (v *Snapshot) wholesBefore(ctx context.Context, until time.Time) ([]whole, error) {
	var list []whole
	met := make(map[storyKey]bool)
	p := plan{txn: v.txn}
	it := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabFeatures}})
	defer it.Close()
	upper := append([]byte{tabFeatures}, appendTimeKey(nil, until)...)
	for it.Rewind(); it.Valid() && bytes.Compare(it.Item().Key(), upper) < 0; it.Next() {
		at, err := decodePlace(it.Item().Key()[1:])
		if err != nil {
			return nil, err
		}
		if met[at.story()] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w, err := p.wholeOf(at.story())
		if err != nil {
			return nil, err
		}
		for _, k := range w.stories {
			met[k] = true
		}
		if !w.waits && w.last.Before(until) {
			list = append(list, *w)
		}
	}
	return list, nil
}

// expireChunk commits the expiry of some threads. What something has come to since they were found is left out.
func (s *Store) expireChunk(list []whole, report *Expired) error {
	done := *report
	changed, err := s.change(func(p *plan) error {
		for i := range list {
			w, err := p.wholeOf(list[i].stories[0])
			if err != nil {
				return err
			}
			if w.waits || w.expired || !w.last.Equal(list[i].last) || len(w.stories) != len(list[i].stories) {
				continue
			}
			if err := p.weigh(w, p.give); err != nil {
				return err
			}
			p.counts.Expired += len(w.stories)
			p.counts.Versions -= w.versions
			p.counts.TextBytes -= w.textBytes
			done.add(w)
		}
		return nil
	})
	if changed {
		s.watchers.tell(Touched{All: true})
		*report = done
	}
	return err
}

// give writes the record of a story that has expired, and deletes its other rows.
func (p *plan) give(m *meta, at place, rows [][]byte) error {
	for _, key := range rows {
		p.delete(key)
	}
	p.put(keyPlace(tabMeta, at), appendMeta(nil, m))
	return nil
}
