package store

import (
	"fmt"
	"iter"

	"github.com/samestory/samestory/cluster"
)

// Series reads a series, following redirects: the result has another ID then. ErrNotFound.
func (v *Snapshot) Series(id string) (cluster.Series, error) {
	value, now, err := v.record(tabSeries, "series", id)
	if err != nil {
		return cluster.Series{}, err
	}
	if value == nil {
		return cluster.Series{}, fmt.Errorf("series %s: %w", id, ErrNotFound)
	}
	return v.series(now, value)
}

func (v *Snapshot) series(id string, value []byte) (cluster.Series, error) {
	row, err := decodeSeries(id, value)
	if err != nil {
		return cluster.Series{}, err
	}
	founder, err := v.ids("series", id, []storyKey{row.founder})
	if err != nil {
		return cluster.Series{}, err
	}
	row.series.Founder = founder[0]
	return row.series, nil
}

// AllSeries yields the series in the order of their ids. An error ends the sequence.
func (v *Snapshot) AllSeries() iter.Seq2[cluster.Series, error] {
	return func(yield func(cluster.Series, error) bool) {
		err := v.scan(tabSeries, nil, nil, func(key, value []byte) (bool, error) {
			s, err := v.series(string(key), value)
			if err != nil {
				return false, err
			}
			return yield(s, nil), nil
		})
		if err != nil {
			yield(cluster.Series{}, err)
		}
	}
}

// Editions yields the stories of a series in the order of their times, without following redirects: none for an id that
// is not in use. An error ends the sequence.
func (v *Snapshot) Editions(id string) iter.Seq2[StoryRecord, error] {
	return func(yield func(StoryRecord, error) bool) {
		prefix := prefixEditions(id)
		lower := prefix[1:]
		err := v.scan(tabEdition, lower, nil, func(key, _ []byte) (bool, error) {
			series, at, err := decodeEdition(key)
			if err != nil {
				return false, err
			}
			if series != id {
				return false, nil
			}
			m, _, err := v.load(at.story())
			if err != nil {
				return false, fmt.Errorf("edition %x of series %s: %w", at.story(), id, notMissing(err))
			}
			return yield(m.record(), nil), nil
		})
		if err != nil {
			yield(StoryRecord{}, err)
		}
	}
}
