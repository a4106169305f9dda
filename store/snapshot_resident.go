package store

import (
	"bytes"
	"iter"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/samestory/samestory/cluster"
)

// Residents yields the stories with from <= time < to in (time, id) order as the engine takes them up again, without the
// expired ones. A zero bound is none. It reads two tables side by side, both in the order of their keys, so that a hundred thousand stories
// take about a second. An error ends the sequence.
func (v *Snapshot) Residents(from, to time.Time) iter.Seq2[cluster.Resident, error] {
	return func(yield func(cluster.Resident, error) bool) {
		if v.err != nil {
			yield(cluster.Resident{}, v.err)
			return
		}
		w := secondwise[cluster.Resident]{yield: yield, compare: func(a, b cluster.Resident) int {
			return byTime(a.Published, a.ID, b.Published, b.ID)
		}}
		lower, upper := span(from, to)
		features := v.txn.NewIterator(badger.IteratorOptions{Prefix: []byte{tabFeatures}})
		defer features.Close()
		features.Seek(append([]byte{tabFeatures}, lower...))
		stopped := false
		err := v.scan(tabMeta, lower, upper, func(key, value []byte) (bool, error) {
			m, err := decodeMeta(value)
			if err != nil {
				return false, err
			}
			at, err := decodePlace(key)
			if err != nil {
				return false, err
			}
			if m.expired {
				return true, nil
			}
			if !features.Valid() || !bytes.Equal(features.Item().Key()[1:], key) {
				return false, corrupt("story %s has no features row", m.story.ID)
			}
			var blob []byte
			err = valueOf(features.Item(), func(value []byte) (err error) {
				blob, err = decodeFeatures(value)
				return err
			})
			if err != nil {
				return false, err
			}
			features.Next()
			if within(m.story.Published, from, to) {
				v.names.add(at.story(), m.story.ID)
				stopped = !w.add(at, m.resident(blob))
			}
			return !stopped, nil
		})
		switch {
		case stopped:
		case err != nil:
			yield(cluster.Resident{}, err)
		default:
			w.flush()
		}
	}
}

func (m *meta) resident(features []byte) cluster.Resident {
	return cluster.Resident{
		ID: m.story.ID, Source: m.story.Source, Lang: m.story.Lang, Published: m.story.Published,
		Precision: m.story.Precision, Updated: m.story.Updated, Content: m.content, Placement: m.placement, Features: features,
	}
}
